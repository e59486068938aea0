// One order's life: every hub event and REST answer about it and its fills, with exchange time and time of receipt.
import type { Exhibitor, TimelineEntry } from '../domain/exhibit.ts';
import { fillWords, money, orderWords } from '../domain/order-words.ts';
import type { Fill, Order } from '../domain/order.ts';
import type { OrderTelling } from '../domain/trading-view.ts';

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

/** Ties keep the order in which the facts reached us. */
function byTime(a: TimelineEntry, b: TimelineEntry): number {
  return (a.exchangeAt ?? a.receivedAt) - (b.exchangeAt ?? b.receivedAt) || a.receivedAt - b.receivedAt;
}

export default {
  name: 'order-timeline',
  scope: 'suite',
  show(suite, { subject }) {
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
          note: `Nothing is known of it on ${suite.spec.name}: only orders of the last hour, and working ones, are kept. /orders without a number lists them.`,
        },
      ];
    }
    const tellings = story?.tellings ?? [];
    const known = order ?? orderOf(subject, tellings);
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
      ...(dropped === 0 ? [] : [`${dropped} tellings in the middle are not kept.`]),
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
