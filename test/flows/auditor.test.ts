// The auditor: tells what is late once, whoever of several tells it, notices a bot that makes no rounds, and a Redis it cannot read.
import { describe, expect, it } from 'vitest';
import { startAuditor } from '../../src/flows/auditor.ts';
import { beginCare } from '../../src/domain/care.ts';
import { OpsError } from '../../src/domain/errors.ts';
import type { CallWaiting } from '../../src/domain/overdue.ts';
import type { KnownIncident } from '../../src/domain/job.ts';
import { makeLog } from '../../src/log.ts';
import { FakeClock } from '../fakes/clock.ts';
import { anIncident } from '../fixtures/incidents.ts';

function scene() {
  const clock = new FakeClock();
  const told: string[] = [];
  /** By thing: whose it is to tell, and until when; without an end once it was told. */
  const marks = new Map<string, { readonly who: string; readonly untilAt: number }>();
  let auditors = 0;
  const state = {
    down: false,
    readOnly: false,
    roundAt: clock.now(),
    /** How far the clock of the bot's machine is ahead. */
    aheadMs: 0,
    known: [] as KnownIncident[],
    calls: [] as CallWaiting[],
    deaf: false,
    /** What happens between the mark that somebody is to tell it and its telling. */
    between: (): void => undefined,
  };
  const gone = () =>
    Promise.reject(new OpsError('redis-unavailable', 'Redis does not answer', { retryable: true }));
  const auditor = (who = `w${(auditors += 1)}`, deaf = false) =>
    startAuditor({
      clock,
      log: makeLog('silent'),
      name: 'w1',
      calls: () => Promise.resolve(state.calls),
      store: { latest: () => (state.down ? gone() : Promise.resolve(state.known)) },
      pagers: {
        lastRound: () =>
          state.down
            ? gone()
            : Promise.resolve({
                mark: String(state.roundAt + state.aheadMs),
                ageMs: clock.now() - state.roundAt,
              }),
        silences: () => Promise.resolve([]),
        toSound: (key) => {
          if (state.readOnly) return gone();
          const known = marks.get(key);
          if (known?.untilAt === Infinity) return Promise.resolve('told');
          if (known !== undefined && known.who !== who && known.untilAt > clock.now())
            return Promise.resolve('others');
          marks.set(key, { who, untilAt: clock.now() + 60_000 });
          state.between();
          return Promise.resolve('mine');
        },
        sounded: (key) => {
          if (state.readOnly) return gone();
          marks.set(key, { who, untilAt: Infinity });
          return Promise.resolve();
        },
      },
      sound: (text) => {
        if (state.deaf || deaf) return Promise.reject(new Error('the webhook answered 500'));
        told.push(text);
        return Promise.resolve();
      },
    });
  /** Time in which the bot lives. */
  const living = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 1_000) {
      state.roundAt = clock.now();
      await clock.forward(1_000);
    }
  };
  return { clock, told, state, auditor, living };
}

describe('the auditor', () => {
  it('says nothing while everything is in time', async () => {
    const { auditor, living, told } = scene();
    const one = auditor();
    await living(120_000);
    expect(told).toEqual([]);
    await one.close();
  });

  it('tells an undelivered page within 30 s, once, though two look', async () => {
    const { auditor, living, told, state, clock } = scene();
    const both = [auditor(), auditor()];
    const now = clock.now();
    state.known = [
      {
        incident: anIncident('12', 'main', { decidedAt: now, openedAt: now, care: beginCare(now) }),
        refs: {},
      },
    ];
    await living(30_000);
    expect(told).toEqual([expect.stringContaining('#12') as string]);
    await living(60_000);
    expect(told).toHaveLength(1);
    await Promise.all(both.map((one) => one.close()));
  });

  it('tells what another auditor was to tell and died before its second channel took it', async () => {
    const { auditor, living, told, state, clock } = scene();
    const dying = auditor('dying', true);
    const now = clock.now();
    state.known = [
      {
        incident: anIncident('12', 'main', { decidedAt: now, openedAt: now, care: beginCare(now) }),
        refs: {},
      },
    ];
    await living(30_000);
    const other = auditor();
    await living(70_000);
    // While that one lives and tries, it is its own to tell.
    expect(told).toEqual([]);
    await dying.close();
    await living(70_000);
    expect(told).toEqual([expect.stringContaining('#12') as string]);
    await living(15_000);
    expect(told).toHaveLength(1);
    await other.close();
  });

  it('tells a call that Discord does not take, although the page arrived and the bot lives', async () => {
    const { auditor, living, told, state, clock } = scene();
    const one = auditor();
    const now = clock.now();
    const incident = anIncident('12', 'main', { decidedAt: now, openedAt: now, care: beginCare(now) });
    state.known = [{ incident, refs: { acceptedAt: now } }];
    state.calls = [{ id: '12:4:0', incident: '12', queuedAt: now }];
    await living(30_000);
    expect(told).toEqual([expect.stringContaining('a call in its thread has not reached Discord') as string]);
    await living(60_000);
    expect(told).toHaveLength(1);
    await one.close();
  });

  it('tells each of many calls once, however many waited while the second channel took nothing', async () => {
    const { auditor, living, told, state, clock } = scene();
    const one = auditor();
    const now = clock.now();
    const numbers = Array.from({ length: 30 }, (_, index) => String(index + 10));
    state.known = numbers.map((id) => ({
      incident: anIncident(id, 'main', { decidedAt: now, openedAt: now, care: beginCare(now) }),
      refs: { acceptedAt: now },
    }));
    state.calls = numbers.map((id) => ({ id: `${id}:4:0`, incident: id, queuedAt: now }));
    state.deaf = true;
    await living(60_000);
    expect(told).toEqual([]);
    state.deaf = false;
    await living(60_000);
    for (const id of numbers)
      expect(told.filter((text) => text.includes(`#${id} `) || text.includes(`#${id}:`))).toHaveLength(1);
    await one.close();
  });

  it('tells a bot that makes no rounds any more within 30 s, once per death', async () => {
    const { auditor, living, told, clock } = scene();
    const one = auditor();
    await living(10_000);
    await clock.forward(30_000);
    expect(told).toEqual([expect.stringContaining('bot has stopped working') as string]);
    await clock.forward(300_000);
    expect(told).toHaveLength(1);
    await living(30_000);
    await clock.forward(30_000);
    expect(told).toHaveLength(2);
    await one.close();
  });

  it('tells once that it cannot see Redis, and again for the next outage', async () => {
    const { auditor, living, told, state, clock } = scene();
    const one = auditor();
    await living(10_000);
    state.down = true;
    await clock.forward(20_000);
    expect(told).toEqual([]);
    await clock.forward(100_000);
    expect(told).toEqual([expect.stringContaining('Redis has not answered worker w1') as string]);
    state.down = false;
    await living(10_000);
    state.down = true;
    await clock.forward(60_000);
    expect(told).toHaveLength(2);
    await one.close();
  });

  it('tries again what the second channel did not take', async () => {
    const { auditor, told, state, clock, living } = scene();
    state.deaf = true;
    const one = auditor();
    await clock.forward(60_000);
    expect(told).toEqual([]);
    state.deaf = false;
    await living(10_000);
    expect(told).toEqual([expect.stringContaining('bot has stopped working') as string]);
    await one.close();
  });

  it('tells it also where Redis answers reads and takes no writes, once from each process', async () => {
    const { auditor, living, told, state, clock } = scene();
    const both = [auditor(), auditor()];
    await living(10_000);
    state.readOnly = true;
    const now = clock.now();
    state.known = [
      {
        incident: anIncident('12', 'main', { decidedAt: now, openedAt: now, care: beginCare(now) }),
        refs: {},
      },
    ];
    await clock.forward(30_000);
    expect(told.filter((text) => text.includes('#12'))).toHaveLength(2);
    expect(told.filter((text) => text.includes('bot has stopped working'))).toHaveLength(2);
    expect(told[0]).toMatch(/Redis takes no writes, which may be why: Redis does not answer/);
    // Its next call is another thing.
    await clock.forward(100_000);
    state.readOnly = false;
    await clock.forward(30_000);
    expect(told).toHaveLength(4);
    await Promise.all(both.map((one) => one.close()));
  });

  it('calls no living bot dead whose first round after an outage has not come yet, but one that stays away', async () => {
    const { auditor, living, told, state, clock } = scene();
    const one = auditor();
    await living(10_000);
    state.down = true;
    await clock.forward(60_000);
    const outage = told.splice(0);
    expect(outage).toEqual([expect.stringContaining('Redis has not answered') as string]);
    state.down = false;
    await clock.forward(7_000);
    await living(120_000);
    expect(told).toEqual([]);
    state.down = true;
    await clock.forward(60_000);
    state.down = false;
    told.splice(0);
    await clock.forward(35_000);
    expect(told).toEqual([expect.stringContaining('bot has stopped working') as string]);
    await one.close();
  });

  it('waits after it stood still itself: what was not done meanwhile is done first', async () => {
    const { auditor, living, told, state, clock } = scene();
    const one = auditor();
    await living(10_000);
    const now = clock.now();
    state.known = [
      {
        incident: anIncident('12', 'main', { decidedAt: now, openedAt: now, care: beginCare(now) }),
        refs: {},
      },
    ];
    clock.standStill(600_000);
    await clock.forward(6_000);
    state.known = [];
    await living(60_000);
    expect(told).toEqual([]);
    await one.close();
  });

  it('asks no other machine’s clock, and tells rounds that come far too late once', async () => {
    const { auditor, living, told, state, clock } = scene();
    const one = auditor();
    state.aheadMs = 25_000;
    await living(60_000);
    state.aheadMs = -60_000;
    await living(60_000);
    expect(told).toEqual([]);
    for (let round = 0; round < 20; round += 1) {
      state.roundAt = clock.now();
      await clock.forward(31_000);
    }
    expect(told).toHaveLength(1);
    await one.close();
  });

  it('stopped just before it calls the second channel says nothing of what was done before it woke', async () => {
    const { auditor, living, told, state, clock } = scene();
    const one = auditor();
    const now = clock.now();
    const late = (id: string): KnownIncident => ({
      incident: anIncident(id, 'main', { decidedAt: now, openedAt: now, care: beginCare(now) }),
      refs: {},
    });
    state.known = [late('12'), late('13')];
    state.between = () => {
      clock.standStill(60_000);
      state.known = [];
      state.between = () => undefined;
    };
    await living(90_000);
    expect(state.known).toEqual([]);
    expect(told).toEqual([]);
    await one.close();
  });

  it('stopped just before it calls the second channel calls it once where it is still not done', async () => {
    const { auditor, living, told, state, clock } = scene();
    const one = auditor();
    const now = clock.now();
    const incident = anIncident('12', 'main', { decidedAt: now, openedAt: now, care: beginCare(now) });
    state.known = [{ incident, refs: {} }];
    state.between = () => {
      clock.standStill(60_000);
      state.between = () => undefined;
    };
    await living(90_000);
    expect(told).toEqual([expect.stringContaining('#12') as string]);
    await one.close();
  });

  it('calls no Redis dead for its own connections, which it finds dead after it was stopped', async () => {
    const { auditor, living, told, state, clock } = scene();
    const one = auditor();
    await living(10_000);
    clock.standStill(60_000);
    state.down = true;
    await clock.forward(10_000);
    state.down = false;
    await living(60_000);
    expect(told).toEqual([]);
    clock.standStill(60_000);
    state.down = true;
    await clock.forward(40_000);
    expect(told).toEqual([expect.stringContaining('Redis has not answered') as string]);
    await one.close();
  });
});
