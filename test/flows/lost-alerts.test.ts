// What was told and the store has lost is told anew, exactly once; what a person closed, what is silenced and what recovers is not.
import { describe, expect, it } from 'vitest';
import { onResolveByHand } from '../../src/domain/incident-people.ts';
import { aSighting } from '../fakes/alerts.ts';
import { watchedDesk } from '../fixtures/watched-desk.ts';

const market = { login: 'main', hub: 'market' } as const;

describe('a watch whose incident the store has lost', () => {
  const firing = async () => {
    const it = watchedDesk();
    const watching = it.start();
    await it.clock.forward(0);
    it.seen.push(aSighting('hub-down', market, it.clock.now()));
    await it.clock.forward(60_000);
    expect(it.store.kinds()).toEqual(['page']);
    return { ...it, watching };
  };

  it('tells it anew, once, and in the end that it is over', async () => {
    const { clock, store, seen, watching, decisions } = await firing();
    store.incidents.clear();
    await clock.forward(20_000);
    expect(store.kinds()).toEqual(['page', 'page']);
    expect(decisions).toEqual(['opened', 'opened']);
    await clock.forward(600_000);
    expect(store.kinds()).toEqual(['page', 'page']);
    seen.length = 0;
    await clock.forward(20_000);
    expect(store.kinds()).toEqual(['page', 'page', 'recovered', 'card']);
    await watching.close();
  });

  it('also where the store is away first, and comes back without it', async () => {
    const { clock, store, watching } = await firing();
    store.down = true;
    store.incidents.clear();
    await clock.forward(60_000);
    store.down = false;
    await clock.forward(20_000);
    expect(store.kinds()).toEqual(['page', 'page']);
    await watching.close();
  });

  it('tells what the store has lost of an incident that it still has into that one', async () => {
    const { clock, store, seen, watching } = await firing();
    const before = new Map(store.incidents);
    seen.push(aSighting('hub-down', { login: 'main', hub: 'user' }, seen[0]?.symptom.sinceAt ?? 0));
    await clock.forward(10_000);
    expect(store.kinds()).toEqual(['page', 'joined', 'card']);
    for (const [id, incident] of before) store.incidents.set(id, incident);
    await clock.forward(20_000);
    expect(store.kinds()).toEqual(['page', 'joined', 'card', 'joined', 'card']);
    await clock.forward(600_000);
    expect(store.kinds()).toHaveLength(5);
    await watching.close();
  });

  it('tells nothing anew that a person closed while it fired, also once that is forgotten', async () => {
    const { clock, store, watching } = await firing();
    const [open] = store.incidents.values();
    const decision = open && onResolveByHand(open, { id: '1', name: 'Ada' }, clock.now());
    if (decision === undefined || decision.kind === 'refused') throw new Error('expected a decision');
    store.write('main', decision.incident, decision.posts);
    const posts = store.kinds().length;
    await clock.forward(60_000);
    store.incidents.clear();
    await clock.forward(600_000);
    expect(store.kinds()).toHaveLength(posts);
    await watching.close();
  });

  it('tells nothing anew of what a silence holds back, or of what recovers in that moment', async () => {
    const { clock, store, seen, watching } = await firing();
    seen.length = 0;
    // Inside the quiet while before it counts as recovered.
    await clock.forward(1_000);
    store.incidents.clear();
    await clock.forward(30_000);
    expect(store.kinds()).toEqual(['page']);
    store.silences = [
      {
        id: 'S1',
        kind: 'silence',
        matcher: { login: 'main' },
        reason: 'r',
        by: { id: '1', name: 'Ada' },
        madeAt: 0,
        fromAt: 0,
        toAt: clock.now() + 3_600_000,
        untilWell: false,
      },
    ];
    seen.push(aSighting('hub-down', market, clock.now()));
    await clock.forward(600_000);
    expect(store.kinds()).toEqual(['page']);
    expect(store.incidents.size).toBe(1);
    await watching.close();
  });
});
