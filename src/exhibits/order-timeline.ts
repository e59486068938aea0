// One order's life: every hub event and REST answer about it and its fills, with exchange time and time of receipt.
import type { Exhibitor, TimelineEntry } from '../domain/exhibit.ts';
import { fillWords, money, orderWords, sideWords } from '../domain/order-words.ts';
import { isWorking } from '../domain/exposure.ts';
import type { Fill, Order } from '../domain/order.ts';
import { spanText } from '../domain/span.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import { changedAt } from '../domain/trading-look.ts';
import type { OrderTelling, PositionPast } from '../domain/trading-view.ts';

function tellingWords(telling: OrderTelling, before: OrderTelling | undefined, order: Order): string {
  const { status, fillVolume, size, filledPrice, words } = telling;
  const parts = [
    before === undefined ? `${status}: ${orderWords({ ...order, ...telling })}` : status,
    ...(fillVolume > 0
      ? [`${fillVolume} of ${size} filled${filledPrice === undefined ? '' : ` @ ${money(filledPrice)}`}`]
      : []),
    ...(before !== undefined && before.size !== size ? [`size ${before.size} → ${size}`] : []),
    ...changed('limit', before?.limitPrice, telling.limitPrice, before !== undefined),
    ...changed('stop', before?.stopPrice, telling.stopPrice, before !== undefined),
    ...(words === undefined ? [] : [`“${words}”`]),
  ];
  return parts.join(', ');
}

function changed(
  what: string,
  before: OrderTelling['limitPrice'],
  now: OrderTelling['limitPrice'],
  told: boolean,
): readonly string[] {
  if (!told || now === undefined || before?.eq(now) === true) return [];
  return [`${what} ${before === undefined ? '' : `${money(before)} → `}${money(now)}`];
}

function fillEntries(fill: Fill): readonly TimelineEntry[] {
  const text = `fill ${fill.id}: ${fillWords(fill)}${fill.voided ? ', voided' : ''}`;
  const byHub = fill.seenOn.includes('hub');
  return [
    ...(byHub
      ? [{ exchangeAt: fill.exchangeAt, receivedAt: fill.receivedAt, source: 'user hub', text }]
      : []),
    ...(fill.restAt === undefined
      ? []
      : [
          {
            exchangeAt: fill.exchangeAt,
            receivedAt: fill.restAt,
            source: 'REST Trade/search',
            text: byHub ? `${text}, confirmed` : `${text}, NEVER TOLD BY THE HUB`,
          },
        ]),
  ];
}

/** So many changes of the position are told beside one order. */
const positionsShown = 24;

interface Beside {
  readonly fromAt: number;
  /** The last that was told of the order and its fills. */
  readonly toAt: number;
  readonly filled: boolean;
  /** Whether the order was working at that instant, as far as it had been told by then; infinity asks for the last word, any other time to come is false. */
  readonly workingAt: (at: number) => boolean;
  readonly thresholds: Pick<Thresholds, 'nakedMs' | 'orphanMs'>;
}

/**
 * What became of the position while the order lived, and after its last fill until flat: the order's own events alone do not show that
 * it worked on with nothing to protect, or that what it opened stood without a stop.
 */
function positionEntries(
  { positions, naked }: PositionPast,
  { fromAt, toAt, filled, workingAt, thresholds: { nakedMs, orphanMs } }: Beside,
): readonly TimelineEntry[] {
  const flatAfter = positions.find(({ size, receivedAt }) => size === 0 && receivedAt >= toAt);
  const before = positions.findLast(({ receivedAt }) => receivedAt <= toAt);
  const isOver = !workingAt(Number.POSITIVE_INFINITY);
  // What happens once the order has ended is its own story only until the position it filled into is flat.
  const ownEndAt = filled && before?.size !== 0 ? flatAfter?.receivedAt : toAt + settleMs;
  const endAt = isOver ? (ownEndAt ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const isWithin = (at: number): boolean => at >= fromAt && at <= endAt;
  const told = positions.flatMap((now, index): readonly TimelineEntry[] => {
    if (!isWithin(now.receivedAt)) return [];
    const was = positions[index - 1];
    const average = now.averagePrice === undefined || now.size === 0 ? '' : ` @ ${money(now.averagePrice)}`;
    const worksOn = now.size === 0 && workingAt(now.receivedAt + orphanMs);
    const left = worksOn ? `, and ${spanText(orphanMs)} later this order is still working` : '';
    const text = `position: ${was === undefined ? '' : `${sideWords(was)} → `}${sideWords(now)}${average}${left}`;
    const source = now.source === 'hub' ? 'user hub' : 'REST positions';
    return [{ exchangeAt: undefined, receivedAt: now.receivedAt, source, text }];
  });
  const bare = naked.flatMap(({ side, uncovered, fromAt: since, toAt: until }): readonly TimelineEntry[] => {
    if (!isWithin(since) || (until !== undefined && until - since < nakedMs)) return [];
    const what = `${side} ${uncovered}`;
    const entry = (receivedAt: number, text: string): TimelineEntry => ({
      exchangeAt: undefined,
      receivedAt,
      source: 'judged here',
      text,
    });
    const began = entry(since, `no working stop for ${what} from here on`);
    return until === undefined
      ? [began]
      : [began, entry(until, `${what} was without a stop for ${spanText(until - since)}, until here`)];
  });
  return [...told.slice(-positionsShown), ...bare];
}

/** A fill's position event follows it within milliseconds (reference 4.5). */
const settleMs = 2_000;

/** Ties keep the order in which the facts reached us. */
function byTime(a: TimelineEntry, b: TimelineEntry): number {
  return (a.exchangeAt ?? a.receivedAt) - (b.exchangeAt ?? b.receivedAt) || a.receivedAt - b.receivedAt;
}

export default {
  name: 'order-timeline',
  scope: 'suite',
  show(suite, { subject, thresholds, now }) {
    if (subject === undefined) return [];
    const order = suite.orders().find(({ id }) => id === subject);
    const story = suite.trading.story(subject);
    const fills = suite.fills().filter(({ orderId }) => orderId === subject);
    const title = `Order ${subject}`;
    if (story === undefined && fills.length === 0) {
      return [
        {
          kind: 'timeline',
          title,
          entries: [],
          note: `Nothing is known about it on ${suite.spec.name}: only working orders and those of the last hour are kept. /orders without a number lists them.`,
        },
      ];
    }
    const tellings = story?.tellings ?? [];
    const known = order ?? orderOf(subject, tellings);
    const times = [...tellings, ...fills].map(({ receivedAt }) => receivedAt);
    const entries = [
      ...tellings.map(
        (telling, index): TimelineEntry => ({
          exchangeAt: telling.exchangeAt,
          receivedAt: telling.receivedAt,
          source: telling.source === 'hub' ? 'user hub' : 'REST orders',
          text: known === undefined ? telling.status : tellingWords(telling, tellings[index - 1], known),
        }),
      ),
      ...fills.flatMap(fillEntries),
      ...positionEntries(suite.trading.past(), {
        fromAt: Math.min(...times),
        toAt: Math.max(...times),
        filled: fills.length > 0,
        workingAt(at) {
          // An end that was told late had come by then all the same.
          const last = tellings.findLast(
            (telling) => changedAt({ ...telling, updatedAt: telling.exchangeAt }) <= at,
          );
          return last !== undefined && isWorking(last) && (at <= now || at === Number.POSITIVE_INFINITY);
        },
        thresholds,
      }),
    ].sort(byTime);
    const dropped = story?.dropped ?? 0;
    const children = suite.orders().filter(({ parentOrderId }) => parentOrderId === subject);
    const family = [
      ...(known?.parentOrderId === undefined
        ? []
        : [`It is a bracket child of order ${known.parentOrderId}.`]),
      ...(children.length === 0
        ? []
        : [
            `Its bracket: ${children.map((child) => `${child.id} (${orderWords(child)}, ${child.status})`).join('; ')}.`,
          ]),
      ...(dropped === 0 ? [] : [`${dropped} reports in the middle are not kept.`]),
    ];
    return [{ kind: 'timeline', title, entries, ...(family.length === 0 ? {} : { note: family.join(' ') }) }];
  },
} satisfies Exhibitor;

/** An order that is no longer listed, as its last telling has it. */
function orderOf(id: string, tellings: readonly OrderTelling[]): Order | undefined {
  const last = tellings.at(-1);
  if (last === undefined) return undefined;
  return {
    id,
    accountId: 0,
    contractId: '',
    createdAt: tellings[0]?.exchangeAt,
    updatedAt: last.exchangeAt,
    type: 'unknown',
    side: 'unknown',
    customTag: undefined,
    parentOrderId: undefined,
    ...last,
  };
}
