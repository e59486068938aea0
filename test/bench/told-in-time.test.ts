// On the simulated gateway and the virtual clock: are faults told in time, under their own name, and once?
import { describe, expect, it } from 'vitest';
import { loadUnits, openDesk } from '../../bench/virtual/desk.ts';
import { virtually } from '../../bench/virtual/virtually.ts';

const units = await loadUnits();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Told {
  readonly finding: string;
  /** After the fault struck. */
  readonly atMs: number;
  readonly summary: string;
}

/** What was told of a login that was warm for `warmMs` when the faults struck. */
async function toldOf(
  faults: readonly Readonly<Record<string, unknown>>[],
  { seed = 1, warmMs = 0, watchMs = 90_000, askMs = 0 },
): Promise<readonly Told[]> {
  return await virtually({ startAt: Date.UTC(2026, 10, 18, 15, 0, 7) }, async () => {
    const desk = await openDesk({ units, seed });
    try {
      if (warmMs > 0) await pause(warmMs);
      for (const fault of faults) desk.gateway.faults.inject(fault);
      const struckAt = Date.now();
      while (Date.now() - struckAt < watchMs) {
        await pause(askMs === 0 ? watchMs : askMs);
        if (askMs > 0) await desk.ask();
      }
      return desk.alerts.map(({ finding, observedAt, summary }) => ({
        finding,
        atMs: observedAt - struckAt,
        summary,
      }));
    } finally {
      await desk.close();
    }
  });
}

describe('a feed that is mute from its start', () => {
  it.each([
    ['one contract, before its first event', 'contract-mute', { fault: 'F5', contract: 'MNQ' }, 0],
    ['one contract, after a few events', 'contract-mute', { fault: 'F5', contract: 'MNQ' }, 4_000],
    ['the whole hub, after a few events', 'feed-mute', { fault: 'F4', hub: 'market' }, 12_000],
  ])('is told within 30 s: %s', async (_name, finding, fault, warmMs) => {
    for (const seed of [1, 2, 3]) {
      const [first] = await toldOf([fault], { seed, warmMs });
      expect(first?.finding).toBe(finding);
      expect(first?.atMs).toBeLessThanOrEqual(30_000);
    }
  });
});

describe('a contract that was rolled', () => {
  it('is told as rolled, and never as mute', async () => {
    for (const seed of [1, 2, 3]) {
      const told = await toldOf([{ fault: 'F23', contract: 'MNQ' }], { seed, warmMs: 45_000 });
      expect(told.map(({ finding }) => finding)).toEqual(['contract-rolled']);
    }
  });
});

describe('REST that fails while the hubs live', () => {
  it.each([
    ['errors', { fault: 'F13', status: 502 }],
    ['answers that come too late', { fault: 'F13', delayMs: 20_000 }],
  ])('is told within 30 s: %s', async (_name, fault) => {
    for (const seed of [1, 2, 3]) {
      const [first] = await toldOf([fault], { seed, warmMs: 45_000 + seed * 3_700, watchMs: 60_000 });
      expect(first?.finding).toBe('gateway-failing');
      // From the first call that fails: one is sent every 9.5 s at the latest.
      expect(first?.atMs).toBeLessThanOrEqual(30_000);
    }
  });

  it('for a moment is told to nobody', async () => {
    const fault = { fault: 'F13', status: 502, forMs: 9_000 };
    for (const seed of [1, 2, 3])
      expect(await toldOf([fault], { seed, warmMs: 45_000, watchMs: 60_000 })).toEqual([]);
  });
});

describe('a login that fails while pings are answered', () => {
  it.each([
    ['with errors, from the start', 'no-session', [{ fault: 'F13', path: '/Auth' }], 0],
    [
      'with errors, when the session ends',
      'session-expired',
      [
        { fault: 'F13', path: '/Auth' },
        { fault: 'F12', close: true },
      ],
      60_000,
    ],
    [
      'without an answer, when the session ends',
      'session-expired',
      [
        { fault: 'F13', path: '/Auth', delayMs: 20_000 },
        { fault: 'F12', close: true },
      ],
      60_000,
    ],
  ])('is told once and as what it is: %s', async (_name, finding, faults, warmMs) => {
    for (const askMs of [0, 37_000]) {
      const told = await toldOf(faults, { warmMs, watchMs: 300_000, askMs });
      expect([...new Set(told.map((one) => one.finding))]).toEqual([finding]);
    }
  });
});

describe('a feed that was mute for two minutes', () => {
  it.each([
    ['the whole hub', { fault: 'F4', hub: 'market' }],
    ['one contract', { fault: 'F5', contract: 'MNQ' }],
    ['prints alone', { fault: 'F5', contract: 'MNQ', kind: 'trade' }],
  ])('leaves no finding of bars or volumes behind: %s', async (_name, fault) => {
    const labels = await virtually({ startAt: Date.UTC(2026, 10, 18, 15, 0, 7) }, async () => {
      const desk = await openDesk({ units, seed: 1 });
      const seen = new Set<string>();
      try {
        await pause(300_000);
        desk.gateway.faults.inject({ ...fault, forMs: 130_000 });
        await pause(131_000);
        for (let asked = 0; asked < 60; asked += 1) {
          await pause(15_000);
          for (const { label, consequenceOf } of (await desk.ask()).findings)
            if (label !== undefined && consequenceOf === undefined) seen.add(label);
        }
      } finally {
        await desk.close();
      }
      return [...seen];
    });
    expect(labels).toEqual([]);
  });
});

it('negotiation that breaks while the hubs live is named, and is no cause of its own while a hub is away', async () => {
  const roots = await virtually({ startAt: Date.UTC(2026, 10, 18, 15, 0, 7) }, async () => {
    const desk = await openDesk({ units, seed: 1 });
    const labels = async () =>
      (await desk.ask()).findings.flatMap(({ label, consequenceOf }) =>
        label === undefined || consequenceOf !== undefined ? [] : [label],
      );
    try {
      await pause(45_000);
      const before = await labels();
      desk.gateway.faults.inject({ fault: 'F26', mode: 'wrong-json', hub: 'market' });
      // A sound answer counts for five minutes.
      await pause(301_000);
      // Where our share is spent it is asked a moment later.
      let alone = await labels();
      for (let again = 0; again < 60 && alone.length === 0; again += 1) {
        await pause(1_000);
        alone = await labels();
      }
      desk.gateway.faults.inject({ fault: 'F1', hub: 'market' });
      await pause(10_000);
      return { before, alone, away: await labels() };
    } finally {
      await desk.close();
    }
  });
  expect(roots).toEqual({ before: [], alone: ['negotiate-broken'], away: ['hub-cannot-connect'] });
});
