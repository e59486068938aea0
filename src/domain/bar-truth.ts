// Judges bars that the gateway told: in themselves, in their row, and against the bars that our prints make.
import type { ToldBars } from './data-view.ts';
import type { Bar } from './market.ts';
import { onGrid } from './price.ts';

type Told = ToldBars['bars'][number];

export interface BarTrouble {
  readonly what:
    | 'order'
    | 'double'
    | 'missing'
    | 'impossible'
    | 'unreadable'
    | 'shifted'
    | 'price'
    | 'volume';
  readonly startAt: number;
  readonly words: string;
  /** More than one print at the very edge of a minute could do: it can move open or close and one of the extremes. */
  readonly certain?: boolean;
}

/** More than a tick of difference, or a twentieth of the volume and a few lots (reference 12). */
const tickSlack = 1;
const volumeShare = 0.05;
const volumeLots = 5;
/** No print at the edge of a minute makes a quarter of one that trades well. */
const certainShare = 0.25;
const liquidLots = 20;

function isImpossible({ open, high, low, close }: Told): boolean {
  if (open === undefined || high === undefined || low === undefined || close === undefined) return false;
  return high < low || open > high || open < low || close > high || close < low;
}

/** Whether prints of a minute came; `unknown` where our own stream was not whole in it. */
export type Traded = 'yes' | 'no' | 'unknown';

/** What is wrong with the answer itself, whatever the market did: a minute without a print has no bar to miss. */
export function unsound(
  told: ToldBars,
  traded: (startAt: number) => Traded = () => 'unknown',
): readonly BarTrouble[] {
  const { bars, periodMs } = told;
  const troubles: BarTrouble[] = [];
  const seen = new Set<number>();
  const ascending =
    bars.length > 1 &&
    bars.every((bar, index) => index === 0 || bar.startAt >= (bars[index - 1]?.startAt ?? 0));
  const first = bars[0];
  if (ascending && first !== undefined && first.startAt !== bars.at(-1)?.startAt)
    troubles.push({ what: 'order', startAt: first.startAt, words: 'oldest first, not newest first' });
  for (const bar of bars) {
    const { startAt } = bar;
    if (seen.has(startAt)) troubles.push({ what: 'double', startAt, words: 'sent twice' });
    seen.add(startAt);
    if (startAt % periodMs !== 0)
      troubles.push({ what: 'shifted', startAt, words: 'begins inside a minute' });
    if (isImpossible(bar))
      troubles.push({ what: 'impossible', startAt, words: 'open or close outside low and high' });
    if ([bar.open, bar.high, bar.low, bar.close].includes(undefined))
      troubles.push({ what: 'unreadable', startAt, words: 'a price off the tick grid' });
  }
  return [...troubles, ...holes(told, traded)];
}

/** Of a minute nobody saw, only the others can say that it traded: so much in the quietest of many that it cannot have been nothing. */
const alwaysLots = 50;
const manyBars = 5;
/** A few minutes without a bar between bars are missing; a longer hole is a break. */
const longestHole = 3;

function holes({ bars, periodMs }: ToldBars, traded: (startAt: number) => Traded): readonly BarTrouble[] {
  const always = bars.length >= manyBars && bars.every(({ volume }) => volume >= alwaysLots);
  const starts = [...new Set(bars.map(({ startAt }) => startAt))].sort((a, b) => a - b);
  return starts.flatMap((startAt, index): readonly BarTrouble[] => {
    const hole = (startAt - (starts[index - 1] ?? startAt)) / periodMs - 1;
    if (!Number.isInteger(hole) || hole < 1 || hole > longestHole) return [];
    const gone = Array.from({ length: hole }, (_, back) => traded(startAt - (back + 1) * periodMs));
    if (!gone.includes('yes') && !(always && gone.includes('unknown'))) return [];
    return [
      {
        what: 'missing',
        startAt: startAt - periodMs,
        words: `${hole === 1 ? 'a bar is' : `${hole} bars are`} missing before the next`,
      },
    ];
  });
}

/**
 * Where the answer differs from our own bars.
 * @param own one-minute bars of our prints
 * @param wholeFrom minutes that began earlier may be incomplete on our side
 */
export function different(told: ToldBars, own: readonly Bar[], wholeFrom: number): readonly BarTrouble[] {
  const { bars, periodMs, askedAt } = told;
  const byStart = new Map(bars.map((bar) => [bar.startAt, bar]));
  const starts = bars.map(({ startAt }) => startAt);
  const [from, to] = [Math.min(...starts), Math.max(...starts)];
  const troubles: BarTrouble[] = [];
  for (const bar of own) {
    const { startAt } = bar;
    // The newest minute may still be on its way to either side.
    if (startAt < wholeFrom || startAt < from || startAt > to || startAt + 2 * periodMs > askedAt) continue;
    const other = byStart.get(startAt);
    if (other === undefined) {
      troubles.push({ what: 'missing', startAt, words: `missing, though ${bar.volume} lots were printed` });
      continue;
    }
    const price = pricesDiffer(bar, other);
    if (price !== undefined)
      troubles.push({ what: 'price', startAt, words: price, certain: bothExtremesDiffer(bar, other) });
    const lots = Math.abs(bar.volume - other.volume);
    const largest = Math.max(bar.volume, other.volume);
    if (lots > volumeLots && lots > volumeShare * largest)
      troubles.push({
        what: 'volume',
        startAt,
        words: `volume ${other.volume}, prints ${bar.volume}`,
        certain: lots > certainShare * largest && largest >= liquidLots,
      });
  }
  return troubles;
}

function bothExtremesDiffer({ high, low }: Bar, told: Told): boolean {
  const apart = (own: Bar['high'], other: number | undefined): boolean =>
    onGrid(own) && other !== undefined && Math.abs(own - other) > tickSlack;
  return apart(high, told.high) && apart(low, told.low);
}

function pricesDiffer(bar: Bar, told: Told): string | undefined {
  for (const name of ['open', 'high', 'low', 'close'] as const) {
    const [own, other] = [bar[name], told[name]];
    if (!onGrid(own) || other === undefined) continue;
    if (Math.abs(own - other) > tickSlack)
      return `${name} is ${Math.abs(own - other)} ticks away from the prints`;
  }
  return undefined;
}
