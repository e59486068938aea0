// Holds told balances against the half turns between them: the difference to the cent, and where it came from.
import { differ, madeAt, microsOf, moneyOf, netMicros } from './half-turns.ts';
import type { Money } from './market.ts';
import type { HalfTurn, MoneyView } from './money-view.ts';

const windowMs = 24 * 60 * 60_000;
/** `Trade/search` may list a fill a moment after the balance moved: an answer asked for sooner proves nothing. */
const listingMs = 1_000;
/** A fill that REST alone told has the exchange's time, whose clock may be this far from ours before that is told. */
const clocksMs = 500;

/** A stretch between two balances that the half turns in it do not explain, and that did not right itself since. */
export interface BalanceMove {
  /** The last balance that fitted, and the first that did not. */
  readonly before: Money;
  readonly after: Money;
  readonly fromAt: number;
  readonly toAt: number;
  /** After - before - what the half turns between explain. */
  readonly difference: Money;
  /** Made, or voided, in between; none = the balance jumped by itself. */
  readonly turns: readonly HalfTurn[];
}

export interface JudgedBalance {
  readonly kind: 'judged';
  readonly anchor: { readonly balance: Money; readonly at: number };
  readonly told: { readonly balance: Money; readonly at: number };
  /** Everything made or voided in between, voided ones included. */
  readonly turns: readonly HalfTurn[];
  /** What they explain: profit less costs, voided ones out. */
  readonly explained: Money;
  /** Told - anchor - explained. */
  readonly difference: Money;
  /** Adds up to the difference, oldest first. */
  readonly moves: readonly BalanceMove[];
  /**
   * What happened since and cannot be judged yet: `unsaid` the balance moved and `Trade/search` has not said why; `untold` no balance
   * was told since the last fill; `settling` something happened a moment ago; undefined = nothing.
   */
  readonly pending: 'unsaid' | 'untold' | 'settling' | undefined;
}

export type BalanceTruth = JudgedBalance | { readonly kind: 'open'; readonly why: string };

type Happening =
  | { readonly kind: 'told'; readonly at: number; readonly balance: number }
  | { readonly kind: 'turn'; readonly at: number; readonly turn: HalfTurn; readonly amount: number };

/** Happenings with less than the settling time between each: events of one trade come in any order (reference 4.5, F7). */
type Episode = readonly [Happening, ...Happening[]];

/** Amounts in millionths of a dollar. */
interface Point {
  readonly at: number;
  readonly balance: number;
  readonly turns: readonly HalfTurn[];
  readonly explained: number;
  readonly difference: number;
}

/**
 * Pure; costs one pass over what is kept.
 * @param settleMs no event for this long ends an episode: only then the balance and the fills are held against each other
 */
export function balanceTruth(money: MoneyView, now: number, settleMs: number): BalanceTruth {
  if (money.knownSinceAt === undefined) return { kind: 'open', why: 'no balance has been reported yet' };
  const all = episodesOf(happeningsOf(money, now), settleMs);
  const last = all.at(-1)?.at(-1);
  const going = last !== undefined && now - last.at < settleMs;
  const episodes = going ? all.slice(0, -1) : all;
  const start = episodes.findIndex((episode) => isAnchor(episode, money.keptFromAt));
  const anchor = lastTold(episodes[start] ?? []) ?? (going ? onlyTold(all) : undefined);
  if (anchor === undefined) {
    return {
      kind: 'open',
      why: 'no balance has been reported at a quiet moment yet, so there is nothing to start from',
    };
  }
  const points: Point[] = [
    {
      at: anchor.at,
      balance: anchor.balance,
      turns: [],
      explained: 0,
      difference: 0,
    },
  ];
  let balance = anchor.balance;
  let explained = 0;
  let carried: HalfTurn[] = [];
  let untold = false;
  const take = (episode: Episode): number => {
    for (const one of episode) {
      if (one.kind === 'told') balance = one.balance;
      else {
        explained += one.amount;
        carried.push(one.turn);
      }
    }
    return balance - anchor.balance - explained;
  };
  for (const episode of start < 0 ? [] : episodes.slice(start + 1)) {
    const difference = take(episode);
    const at = episode.at(-1)?.at ?? anchor.at;
    untold = !toldLast(episode) && differ(difference, points.at(-1)?.difference ?? difference);
    if (untold) continue;
    points.push({ at, balance, turns: carried, explained, difference });
    carried = [];
  }
  // What differed before and is right again needs no quiet moment to be believed.
  const newest = all.at(-1);
  const wasOff = points.some(({ difference }) => differ(difference, 0));
  if (going && wasOff && start >= 0 && newest !== undefined && !differ(take(newest), 0))
    points.push({ at: last.at, balance, turns: carried, explained, difference: 0 });
  return judged(points, money, untold, going);
}

function judged(
  points: readonly Point[],
  { agreed }: MoneyView,
  untold: boolean,
  going: boolean,
): BalanceTruth {
  const [anchor] = points;
  const newest = points.at(-1);
  if (anchor === undefined || newest === undefined)
    return { kind: 'open', why: 'no balance has been reported yet' };
  const covered = (point: Point): boolean =>
    agreed?.widelyAt !== undefined &&
    agreed.fromAt <= anchor.at &&
    Math.min(agreed.toAt, agreed.widelyAt) >= point.at + listingMs;
  let index = 0;
  for (const [here, point] of points.entries()) {
    const before = points[here - 1];
    // The same difference told again later needs no new proof.
    const again = before !== undefined && index === here - 1 && !differ(before.difference, point.difference);
    if (!differ(point.difference, 0) || covered(point) || again) index = here;
  }
  const end = points[index] ?? anchor;
  const until = points.slice(0, index + 1);
  return {
    kind: 'judged',
    anchor: { balance: moneyOf(anchor.balance), at: anchor.at },
    told: { balance: moneyOf(end.balance), at: end.at },
    turns: [...new Set(until.flatMap(({ turns }) => turns))],
    explained: moneyOf(end.explained),
    difference: moneyOf(end.difference),
    moves: movesOf(until),
    pending: going ? 'settling' : untold ? 'untold' : end === newest ? undefined : 'unsaid',
  };
}

/** Where the difference changed for good: a change that was taken back later is no move. */
function movesOf(points: readonly Point[]): readonly BalanceMove[] {
  const standing: { readonly level: number; readonly move: BalanceMove | undefined }[] = [];
  let before: Point | undefined;
  let since: HalfTurn[] = [];
  for (const point of points) {
    since.push(...point.turns);
    const back = standing.findLastIndex(({ level }) => !differ(level, point.difference));
    if (before === undefined) standing.push({ level: point.difference, move: undefined });
    else if (back >= 0) standing.splice(back + 1);
    else {
      const difference = moneyOf(point.difference - before.difference);
      const move = {
        before: moneyOf(before.balance),
        after: moneyOf(point.balance),
        fromAt: before.at,
        toAt: point.at,
        difference,
        turns: [...new Set(since)],
      };
      standing.push({ level: point.difference, move });
    }
    before = point;
    since = [];
  }
  return standing.flatMap(({ move }) => move ?? []);
}

function happeningsOf({ balances, halfTurns }: MoneyView, now: number): readonly Happening[] {
  const since = now - windowMs;
  const told: Happening[] = [];
  const unheard = unheardAt(halfTurns);
  for (const { balance: exact, firstToldAt, firstAskedAt, lastToldAt, lastAskedAt } of balances) {
    if (lastToldAt < since) continue;
    const balance = microsOf(exact);
    if (firstToldAt >= since && !isCrossed(unheard, firstAskedAt, firstToldAt))
      told.push({ kind: 'told', at: firstToldAt, balance });
    if (lastToldAt > firstToldAt && !isCrossed(unheard, lastAskedAt, lastToldAt))
      told.push({ kind: 'told', at: lastToldAt, balance });
  }
  const turns: Happening[] = [];
  for (const turn of halfTurns) {
    const at = madeAt(turn);
    if (turn.voidedAt === undefined) {
      if (at >= since) turns.push({ kind: 'turn', at, turn, amount: netMicros(turn) });
      continue;
    }
    // Known only as voided, it never was in a balance that we saw with it.
    if (!turn.stoodBefore) continue;
    if (at >= since) turns.push({ kind: 'turn', at, turn, amount: netMicros(turn) });
    if (turn.voidedAt >= since)
      turns.push({ kind: 'turn', at: turn.voidedAt, turn, amount: -netMicros(turn) });
  }
  // At the same instant the balance is read after the fill.
  return [...turns, ...told].sort((a, b) => a.at - b.at);
}

/** When the half turns were made that no hub told first, oldest first. */
function unheardAt(halfTurns: readonly HalfTurn[]): readonly number[] {
  return halfTurns
    .filter(({ seenOn }) => seenOn[0] === 'rest')
    .map(madeAt)
    .sort((a, b) => a - b);
}

/** A fill was made while REST was asked for the balance: nobody knows on which side of it the answer stands. */
function isCrossed(unheard: readonly number[], askedAt: number | undefined, toldAt: number): boolean {
  if (askedAt === undefined) return false;
  const fromAt = askedAt - clocksMs;
  let [low, high] = [0, unheard.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((unheard[middle] ?? 0) < fromAt) low = middle + 1;
    else high = middle;
  }
  return (unheard[low] ?? Number.POSITIVE_INFINITY) <= toldAt;
}

function episodesOf(happenings: readonly Happening[], settleMs: number): readonly Episode[] {
  const episodes: [Happening, ...Happening[]][] = [];
  for (const one of happenings) {
    const episode = episodes.at(-1);
    const before = episode?.at(-1);
    if (episode === undefined || before === undefined || one.at - before.at >= settleMs) episodes.push([one]);
    else episode.push(one);
  }
  return episodes;
}

/** To start from: told while nothing was made or voided, so it cannot be a moment too old or too new. */
function isAnchor(episode: Episode, keptFromAt: number): boolean {
  return episode[0].at >= keptFromAt && episode.every(({ kind }) => kind === 'told');
}

function lastTold(episode: readonly Happening[]): Extract<Happening, { kind: 'told' }> | undefined {
  return episode.findLast((one) => one.kind === 'told');
}

/** The first balance, told a moment ago, with nothing that could have moved it: nothing is wrong so far. */
function onlyTold([episode, ...others]: readonly Episode[]): ReturnType<typeof lastTold> {
  if (episode === undefined || others.length > 0) return undefined;
  const same = episode.every((one) => one.kind === 'told' && one.balance === lastTold(episode)?.balance);
  return same ? lastTold(episode) : undefined;
}

/** True where nothing moved the balance after it was last told. */
function toldLast(episode: Episode): boolean {
  return episode.at(-1)?.kind === 'told';
}
