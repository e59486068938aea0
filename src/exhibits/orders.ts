// The orders of a suite: working ones first, then those that ended lately.
import type { Exhibitor, TableExhibit } from '../domain/exhibit.ts';
import { isWorking } from '../domain/exposure.ts';
import { orderWords } from '../domain/order-words.ts';
import type { Order } from '../domain/order.ts';
import { sharedNote } from '../domain/shared-suites.ts';
import { spanText } from '../domain/span.ts';
import { changedAt } from '../domain/trading-look.ts';

const shown = 25;

function rowOf(order: Order, now: number): readonly string[] {
  const at = order.updatedAt ?? order.createdAt ?? order.receivedAt;
  const filled = order.fillVolume > 0 ? `, ${order.fillVolume} filled` : '';
  return [
    order.id,
    orderWords(order),
    `${order.status.replaceAll('-', ' ')}${filled}`,
    `${spanText(now - at)} ago`,
  ];
}

function withNote(table: TableExhibit, note: string): TableExhibit {
  return note === '' ? table : { ...table, note: `${table.note ?? ''}${note}`.trim() };
}

export default {
  name: 'orders',
  scope: 'suite',
  show(suite, { now, subject }) {
    if (subject !== undefined) return [];
    const all = [...suite.orders()].sort((a, b) => changedAt(b) - changedAt(a));
    const table = (title: string, orders: readonly Order[], none: string): TableExhibit => ({
      kind: 'table',
      title,
      columns: ['order', '', '', 'changed'],
      rows: orders.slice(0, shown).map((order) => rowOf(order, now)),
      ...(orders.length === 0
        ? { note: none }
        : orders.length > shown
          ? { note: `${orders.length - shown} older ones are not shown.` }
          : {}),
    });
    const working = all.filter(isWorking);
    const ended = all.filter((order) => !isWorking(order));
    const read = suite.reconciledAt === undefined ? ' Orders have not been read over REST yet.' : '';
    return [
      withNote(table('Working orders', working, `No working orders.${read}`), sharedNote(suite)),
      ...(ended.length === 0 ? [] : [table('Ended lately', ended, '')]),
    ];
  },
} satisfies Exhibitor;
