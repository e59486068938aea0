// The watch carries alerts into the store exactly once, through outages, concurrent writers and a change of host.
import { describe, expect, it } from 'vitest';
import type { DirectPage } from '../../src/domain/direct-line.ts';
import { aSighting, anAlert } from '../fakes/alerts.ts';
import { watchedDesk } from '../fixtures/watched-desk.ts';
import { onAlert } from '../../src/domain/incident-rules.ts';

const market = { login: 'main', hub: 'market' } as const;

describe('what is said directly while the store is down', () => {
  const said: DirectPage[] = [];
  const begin = () => {
    said.length = 0;
    const tell = (page: DirectPage) => {
      said.push(page);
      return Promise.resolve('direct' as const);
    };
    return watchedDesk({ login: 'main', tell, trouble: () => undefined });
  };
  const naked = (at: number) => aSighting('position-naked', market, at, { severity: 'critical' });

  it('is said once over two outages, and its incident is opened without calling anybody anew', async () => {
    const { clock, store, seen, start } = begin();
    const watching = start();
    await clock.forward(6_000);
    store.down = true;
    seen.push(naked(clock.now()));
    await clock.forward(240_000);
    expect(said.map(({ alerts }) => alerts[0]?.alert.finding)).toEqual(['position-naked']);
    store.down = false;
    await clock.forward(7_000);
    expect(store.kinds()).toEqual(['page', 'card']);
    const [incident] = store.incidents.values();
    expect(incident?.toldAhead?.how).toBe('direct');
    // Nobody could press anything for four minutes: the secondary is not called on the return.
    expect((incident?.care.roundAt ?? 0) + 180_000).toBeGreaterThan(clock.now() + 50_000);
    store.down = true;
    await clock.forward(60_000);
    expect(said).toHaveLength(1);
    store.down = false;
    await clock.forward(7_000);
    expect(store.kinds()).toEqual(['page', 'card']);
    await watching.close();
  });

  it('and is over before the store is back, is said to be over in place and recorded as opened and ended', async () => {
    const { clock, store, seen, start } = begin();
    const watching = start();
    await clock.forward(6_000);
    store.down = true;
    seen.push(naked(clock.now()));
    await clock.forward(10_000);
    seen.length = 0;
    await clock.forward(60_000);
    expect(said.map(({ alerts }) => alerts[0]?.recovery !== undefined)).toEqual([false, true]);
    expect(new Set(said.map(({ id }) => id)).size).toBe(1);
    store.down = false;
    await clock.forward(7_000);
    expect(store.kinds()).toEqual(['page', 'card', 'recovered', 'card']);
    expect([...store.incidents.values()].map(({ state }) => state.kind)).toEqual(['resolved']);
    await watching.close();
  });
});

describe('the watch', () => {
  it('pages at once on a nudge, and once however often it looks', async () => {
    const { clock, store, seen, decisions, start } = watchedDesk();
    const watching = start();
    await clock.forward(0);
    seen.push(aSighting('hub-down', market, clock.now()));
    watching.nudge();
    await clock.forward(0);
    expect(store.kinds()).toEqual(['page']);
    await clock.forward(60_000);
    expect(store.kinds()).toEqual(['page']);
    expect(decisions).toEqual(['opened']);
    await watching.close();
  });

  it('tells a thing whose facts go on changing once, and its card at the end says how it stood last', async () => {
    const { clock, store, seen, start } = watchedDesk();
    const watching = start();
    await clock.forward(0);
    const { symptom, detector } = aSighting('hub-down', market, clock.now());
    for (const lasts of ['12 s', '1 min', '5 min']) {
      seen.splice(0, 1, { detector, symptom: { ...symptom, summary: `The hub is down for ${lasts}.` } });
      await clock.forward(30_000);
    }
    expect(store.kinds()).toEqual(['page']);
    seen.length = 0;
    await clock.forward(30_000);
    expect(store.kinds()).toEqual(['page', 'recovered', 'card']);
    const [incident] = store.incidents.values();
    const [known] = incident?.alerts ?? [];
    expect(known?.alert.summary).toBe('The hub is down for 12 s.');
    expect(known?.last?.summary).toBe('The hub is down for 5 min.');
    await watching.close();
  });

  it('writes the card anew when something else is at stake, through an outage once with what is so by then', async () => {
    const { clock, store, seen, held, start } = watchedDesk();
    const watching = start();
    await clock.forward(0);
    seen.push(aSighting('hub-down', market, clock.now()));
    await clock.forward(40_000);
    held.exposure = { kind: 'protected', side: 'long', size: 1 };
    await clock.forward(1_000);
    expect(store.kinds()).toEqual(['page', 'card']);
    store.down = true;
    for (const size of [2, 3, 4, 5]) {
      held.exposure = { kind: 'protected', side: 'long', size };
      await clock.forward(31_000);
    }
    store.down = false;
    await clock.forward(2_000);
    // The first was on its way; of those behind it only the newest is left.
    expect(store.kinds()).toEqual(['page', 'card', 'card', 'card']);
    const [incident] = store.incidents.values();
    expect(incident?.alerts[0]?.last?.suites[0]?.exposure).toEqual(held.exposure);
    await watching.close();
  });

  it('says since when the store takes nothing, or does not say what is open, until it does again', async () => {
    const { clock, store, seen, start } = watchedDesk({
      login: 'main',
      tell: () => Promise.resolve('direct'),
      trouble: () => undefined,
    });
    const watching = start();
    await clock.forward(6_000);
    expect(watching.trouble()).toBeUndefined();
    store.down = true;
    const downAt = clock.now();
    // Nothing is wrong that it would have to write.
    await clock.forward(20_000);
    expect(watching.trouble()).toMatchObject({ why: 'Redis does not answer' });
    expect((watching.trouble()?.sinceAt ?? 0) - downAt).toBeLessThanOrEqual(5_000);
    seen.push(aSighting('hub-down', market, clock.now()));
    await clock.forward(20_000);
    expect(watching.trouble()).toMatchObject({ why: 'Redis does not answer' });
    store.down = false;
    await clock.forward(7_000);
    expect(watching.trouble()).toBeUndefined();
    await watching.close();
  });

  it('follows up once what was written though the answer was lost: nobody else would gather its evidence', async () => {
    const { clock, store, seen, decisions, start } = watchedDesk();
    const watching = start();
    await clock.forward(0);
    store.losesAnswer = true;
    seen.push(aSighting('hub-down', market, clock.now()));
    watching.nudge();
    await clock.forward(5_000);
    expect(store.kinds()).toEqual(['page']);
    expect(decisions).toEqual(['opened']);
    await watching.close();
  });

  it('does not take for its own what another wrote while it could not', async () => {
    const { clock, store, seen, decisions, start } = watchedDesk();
    const watching = start();
    await clock.forward(0);
    const alert = anAlert('hub-down', market, clock.now());
    store.beforeCommit = () => {
      const other = onAlert([], { kind: 'firing', alert }, clock.now(), '900', {});
      if (other !== undefined) store.write('main', other.incident, other.posts);
      store.down = true;
    };
    seen.push(aSighting('hub-down', market, clock.now()));
    watching.nudge();
    await clock.forward(1_000);
    store.down = false;
    await clock.forward(5_000);
    expect(store.kinds()).toEqual(['page']);
    expect(decisions).toEqual([]);
    await watching.close();
  });

  it('judges nothing by what a process that stood still has not read yet, and then what is still so', async () => {
    const { clock, store, seen, start } = watchedDesk();
    const watching = start();
    await clock.forward(1_000);
    clock.standStill(60_000);
    seen.push(aSighting('hub-down', market, clock.now() - 60_000));
    watching.nudge();
    await clock.forward(1_000);
    seen.length = 0;
    await clock.forward(10_000);
    expect(store.kinds()).toEqual([]);
    clock.standStill(60_000);
    seen.push(aSighting('hub-down', market, clock.now() - 60_000));
    await clock.forward(3_000);
    expect(store.kinds()).toEqual(['page']);
    await watching.close();
  });

  it('tells nothing of a login that was given on while its host stood still', async () => {
    const { clock, store, seen, start } = watchedDesk();
    const watching = start();
    await clock.forward(1_000);
    clock.standStill(60_000);
    seen.push(aSighting('hub-down', market, clock.now() - 60_000));
    watching.nudge();
    // The lease looks four times a second.
    await clock.forward(250);
    await watching.close();
    await clock.forward(10_000);
    expect(store.kinds()).toEqual([]);
  });

  it('tells the recovery once', async () => {
    const { clock, store, seen, start } = watchedDesk();
    const watching = start();
    await clock.forward(0);
    seen.push(aSighting('hub-down', market, clock.now()));
    await clock.forward(1_000);
    seen.length = 0;
    await clock.forward(60_000);
    expect(store.kinds()).toEqual(['page', 'recovered', 'card']);
    await watching.close();
  });

  it('keeps a page while the store is down and writes it when it is back', async () => {
    const { clock, store, seen, start } = watchedDesk();
    const watching = start();
    await clock.forward(0);
    store.down = true;
    seen.push(aSighting('hub-down', market, clock.now()));
    await clock.forward(30_000);
    expect(store.posts).toEqual([]);
    store.down = false;
    await clock.forward(1_000);
    expect(store.kinds()).toEqual(['page']);
    await watching.close();
  });

  it('pages once when two watchers see the same thing at the same moment', async () => {
    const { clock, store, seen, start } = watchedDesk();
    const first = start();
    const second = start();
    await clock.forward(0);
    seen.push(aSighting('hub-down', market, clock.now()));
    first.nudge();
    second.nudge();
    await clock.forward(2_000);
    expect(store.kinds()).toEqual(['page']);
    await first.close();
    await second.close();
  });

  it('writes into the story of the cause what it holds back, once', async () => {
    const { clock, store, seen, start } = watchedDesk();
    const watching = start();
    await clock.forward(0);
    seen.push(aSighting('hub-down', market, clock.now()));
    await clock.forward(15_000);
    seen.push(aSighting('feed-mute', market, clock.now(), { causedBy: ['hub-down'] }));
    await clock.forward(5_000);
    const story = [...store.entries.values()].flat();
    expect(story.filter(({ kind }) => kind === 'withheld').map(({ text }) => text)).toEqual([
      '"Title of feed-mute" was not announced by itself: it is a consequence of "Title of hub-down"',
    ]);
    expect(store.kinds()).toEqual(['page']);
    await watching.close();
  });

  it('reads again when somebody wrote in between', async () => {
    const { clock, store, seen, start } = watchedDesk();
    const watching = start();
    await clock.forward(0);
    store.beforeCommit = () => {
      const other = onAlert(
        [],
        { kind: 'firing', alert: anAlert('hub-down', market, clock.now()) },
        clock.now(),
        '99',
      );
      if (other !== undefined) store.write('main', other.incident, other.posts);
    };
    seen.push(aSighting('hub-down', market, clock.now()));
    watching.nudge();
    await clock.forward(0);
    expect(store.posts.map((post) => post.id)).toEqual(['99-1-0']);
    await watching.close();
  });

  it('of the next host neither pages again nor forgets to tell the recovery', async () => {
    const { clock, store, seen, start } = watchedDesk();
    const first = start();
    await clock.forward(0);
    seen.push(aSighting('hub-down', market, clock.now()));
    await clock.forward(1_000);
    await first.close();
    seen.length = 0;
    const second = start();
    await clock.forward(19_000);
    expect(store.kinds()).toEqual(['page']);
    await clock.forward(10_000);
    expect(store.kinds()).toEqual(['page', 'recovered', 'card']);
    await second.close();
  });

  it('ends what an earlier host wrote after it had lost the login', async () => {
    const { clock, store, start } = watchedDesk();
    const watching = start();
    await clock.forward(30_000);
    const stray = onAlert(
      [],
      { kind: 'firing', alert: anAlert('hub-down', market, clock.now()) },
      clock.now(),
      '7',
    );
    if (stray === undefined) throw new Error('nothing was opened');
    store.incidents.set('7', stray.incident);
    await clock.forward(20_000);
    expect(store.kinds()).toEqual(['recovered', 'card']);
    await watching.close();
  });

  it('that cannot see takes that neither for trouble nor for recovery', async () => {
    const { clock, store, seen, start, blind } = watchedDesk();
    const watching = start();
    await clock.forward(0);
    seen.push(aSighting('hub-down', market, clock.now()));
    await clock.forward(1_000);
    blind.now = true;
    seen.length = 0;
    await clock.forward(60_000);
    expect(store.kinds()).toEqual(['page']);
    blind.now = false;
    await clock.forward(10_000);
    expect(store.kinds()).toEqual(['page', 'recovered', 'card']);
    await watching.close();
  });

  it('leaves no timer behind when closed', async () => {
    const { clock, seen, start } = watchedDesk();
    const watching = start();
    seen.push(aSighting('hub-down', market, clock.now()));
    await clock.forward(1_000);
    seen.length = 0;
    await clock.forward(600);
    await watching.close();
    expect(clock.waiting).toBe(0);
  });
});
