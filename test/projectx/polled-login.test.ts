// A login of which only REST is polled, as real ones are unless their hubs are asked for: what is found, how soon, and within our share; on the virtual clock.
import { expect, it } from 'vitest';
import { type Desk, loadUnits, openDesk } from '../../bench/virtual/desk.ts';
import { virtually } from '../../bench/virtual/virtually.ts';

const s = 1000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const units = await loadUnits();

/** Asks of all questions until one of the findings is told, and how long that took; the share is never overdrawn meanwhile. */
async function found(desk: Desk, wanted: readonly string[], withinMs: number): Promise<readonly string[]> {
  const from = Date.now();
  let said: readonly string[] = [];
  while (Date.now() - from < withinMs) {
    await pause(5 * s);
    expect(desk.view().meter.used).toBeLessThanOrEqual(20);
    said = (await desk.ask()).findings.flatMap(({ label }) => label ?? []);
    if (wanted.some((label) => said.includes(label))) return said;
  }
  return said;
}

async function polled<T>(second: number, run: (desk: Desk) => Promise<T>): Promise<T> {
  return await virtually({ startAt: Date.UTC(2026, 10, 18, 15, 0, second) }, async () => {
    const desk = await openDesk({ units, seed: 11, observe: 'rest' });
    await pause((90 + second) * s);
    const result = await run(desk);
    await desk.close();
    return result;
  });
}

it('a position without a stop is paged within 25 s, whenever it was opened, though polling has filled its part of our share', async () => {
  // The last is met when everything that is polled has just been asked: the reading found no room then, and came 50 s later.
  for (const second of [0, 3, 7, 11, 30.4]) {
    const [told, used] = await polled(second, async (desk) => {
      void desk.tell('unprotected-position');
      const openedAt = Date.now();
      while (desk.alerts.length === 0 && Date.now() - openedAt < 60 * s) await pause(100);
      return [{ ms: Date.now() - openedAt, finding: desk.alerts[0]?.finding }, desk.view().meter.used];
    });
    expect(told.finding).toBe('naked-position');
    expect(told.ms).toBeLessThanOrEqual(25 * s);
    expect(used).toBeLessThanOrEqual(20);
  }
});

it.each([
  ['rejected-with-id', 'order-rejected'],
  ['expired-order', 'order-expired'],
])('of the story %s no list ever tells the end, and %s is found all the same', async (story, finding) => {
  const said = await polled(5, async (desk) => {
    void desk.tell(story);
    return await found(desk, [finding], 120 * s);
  });
  expect(said).toContain(finding);
});

it('an order that hangs between two states is found', async () => {
  const said = await polled(0, async (desk) => {
    desk.gateway.faults.inject({ fault: 'F10', state: 'pending' });
    await desk.hold('protected');
    return await found(desk, ['order-stuck'], 60 * s);
  });
  expect(said).toContain('order-stuck');
});

it.each(['impossible', 'duplicate', 'oldest-first'])(
  'bars that are %s are told without a print to hold them against',
  async (mode) => {
    const said = await polled(0, async (desk) => {
      expect(await found(desk, ['bars-unsound'], 40 * s)).not.toContain('bars-unsound');
      desk.gateway.faults.inject({ fault: 'F22', mode, every: 3 });
      return await found(desk, ['bars-unsound'], 90 * s);
    });
    expect(said).toContain('bars-unsound');
  },
);

it('a healthy one is silent through a bracket that fills and closes, a position with its stop, and five minutes', async () => {
  const said = await polled(2, async (desk) => {
    void desk.tell('bracket-by-target');
    const first = await found(desk, ['nothing'], 150 * s);
    await desk.hold('protected');
    return [
      ...first,
      ...(await found(desk, ['nothing'], 150 * s)),
      ...desk.alerts.map(({ finding }) => finding),
    ];
  });
  expect(said).toEqual([]);
});

it('while the gateway answers nothing it is not said that a position is covered, once that may long be otherwise', async () => {
  const said = await polled(0, async (desk) => {
    await desk.hold('protected');
    const asked = async () => {
      const { findings, suites } = await desk.ask();
      const checks = ['naked-position', 'orphan-order', 'order-partial', 'order-stuck'];
      const told = findings.flatMap(({ diagnostic, status }) => (checks.includes(diagnostic) ? status : []));
      return [...new Set(told), ...new Set(suites.map(({ exposure }) => 'readAt' in exposure))];
    };
    await pause(60 * s);
    const before = await asked();
    desk.gateway.faults.inject({ fault: 'F13', status: 503, forMs: 180 * s });
    await pause(170 * s);
    const during = await asked();
    await pause(90 * s);
    return { before, during, after: await asked() };
  });
  expect(said.before).toEqual(['pass', false]);
  expect(said.during).toEqual(['skip', true]);
  expect(said.after).toEqual(said.before);
});
