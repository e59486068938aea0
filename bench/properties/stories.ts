// Generated order stories: bracket trades whose events come doubled and in any order; what goes well is no finding, each seeded trouble has its name.
import fc from 'fast-check';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { Diagnostic } from '../../src/domain/diagnostic.ts';
import type { Order } from '../../src/domain/order.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { examine } from '../../src/flows/examine.ts';
import { sequence } from '../../src/local/gateway/random.ts';
import { FakeClock } from '../../test/fakes/clock.ts';
import { aFill, anOrder, answer, aPosition, ledgerSince, viewOf } from '../../test/fakes/trading.ts';
import { fakeLogin } from '../../test/fakes/view.ts';

const startAt = Date.UTC(2026, 2, 4, 16, 0, 0);
const open: MarketPhase = { kind: 'open', openedAt: startAt - 3_600_000, closesAt: startAt + 6 * 3_600_000 };
const second = 1_000;
const asked = [
  'naked-position',
  'orphan-order',
  'order-stuck',
  'wrong-side-protection',
  'fill-missed',
  'position-drift',
];

/** What goes wrong, and any of its right names. */
const troubles: Readonly<Record<string, readonly string[]>> = {
  none: [],
  'no-stop': ['naked-position'],
  'left-over': ['orphan-order'],
  'stuck-exit': ['order-stuck'],
  'wrong-side': ['wrong-side-protection', 'naked-position'],
  'lost-fill': ['fill-missed', 'position-drift'],
};

/** @returns how many events of orders, fills and positions were told */
export async function checkStories(
  runs: number,
  seed: number,
  diagnostics: readonly Diagnostic[],
): Promise<number> {
  let events = 0;
  const labels = async (now: number, ledger: ReturnType<typeof ledgerSince>): Promise<readonly string[]> => {
    const report = await examine({
      login: fakeLogin(now, { suites: [{ patch: viewOf(ledger) }] }),
      suites: [],
      diagnostics,
      wanted: asked,
      clock: new FakeClock(now),
      market: () => open,
      thresholds: startThresholds,
      signal: new AbortController().signal,
      deadlineMs: 5_000,
    });
    return report.findings.flatMap(({ label, consequenceOf }) =>
      label === undefined || consequenceOf !== undefined ? [] : [label],
    );
  };
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1 }),
      fc.constantFrom(...Object.keys(troubles)),
      async (walk, trouble) => {
        const draw = sequence(walk);
        const ledger = ledgerSince(startAt);
        /** Told in any order, some of them twice. */
        const tell = (steps: readonly (() => void)[]): void => {
          const doubled = steps.flatMap((step) => (draw() < 0.3 ? [step, step] : [step]));
          for (const { step } of doubled
            .map((one) => ({ step: one, at: draw() }))
            .sort((a, b) => a.at - b.at)) {
            step();
            events += 1;
          }
        };
        const size = 1 + Math.floor(draw() * 9);
        const long = draw() < 0.5;
        const [enter, leave] = long ? (['buy', 'sell'] as const) : (['sell', 'buy'] as const);
        const order =
          (id: string, at: number, more: Partial<Order>): (() => void) =>
          () =>
            ledger.takeOrder(anOrder(id, startAt, { size, updatedAt: at, receivedAt: at, ...more }));
        const at = startAt + second;
        const stopSide = trouble === 'wrong-side' ? enter : leave;
        tell([
          order('1', at, { type: 'market', side: enter, status: 'filled', fillVolume: size }),
          ...(trouble === 'lost-fill'
            ? []
            : [() => ledger.takeFill(aFill('f1', at, { orderId: '1', size, side: enter }))]),
          () => ledger.takePosition(aPosition(long ? 'long' : 'short', size, at)),
          ...(trouble === 'no-stop' ? [] : [order('2', at, { side: stopSide, type: 'stop' })]),
          order('3', at, { side: leave, type: 'limit' }),
        ]);
        if (trouble === 'lost-fill') {
          answer(ledger, at + 2 * second, {
            positions: [aPosition(long ? 'long' : 'short', size, at)],
            orders: [
              anOrder('2', startAt, { size, side: leave, type: 'stop' }),
              anOrder('3', startAt, { size, side: leave, type: 'limit' }),
            ],
            fills: [aFill('f1', at, { orderId: '1', size, side: enter })],
          });
        }
        const before = await labels(at + 30 * second, ledger);
        const early = ['no-stop', 'wrong-side', 'lost-fill'].includes(trouble);
        const right = troubles[trouble] ?? [];
        if (early ? !right.includes(before[0] ?? '') : before.length > 0)
          throw new Error(`${trouble}: told as ${before.join(', ') || 'nothing'} while it was held`);
        const end = at + 40 * second;
        const left = trouble === 'left-over';
        const stuck = trouble === 'stuck-exit';
        tell([
          order('4', end, { type: 'market', side: leave, status: 'filled', fillVolume: size }),
          () => ledger.takeFill(aFill('f2', end, { orderId: '4', size, side: leave })),
          () => ledger.takePosition(aPosition('flat', 0, end)),
          ...(trouble === 'no-stop' ? [] : [order('2', end, { side: stopSide, status: 'cancelled' })]),
          ...(left
            ? []
            : [
                order('3', end, {
                  side: leave,
                  type: 'limit',
                  status: stuck ? 'pending-cancellation' : 'cancelled',
                }),
              ]),
        ]);
        const after = await labels(end + 30 * second, ledger);
        const late = left || stuck || trouble === 'lost-fill';
        if (late ? !right.includes(after[0] ?? '') : after.length > 0)
          throw new Error(`${trouble}: told as ${after.join(', ') || 'nothing'} after it was closed`);
      },
    ),
    { numRuns: runs, seed },
  );
  return events;
}
