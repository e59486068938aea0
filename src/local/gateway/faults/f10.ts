// F10: an order hangs between two states: pending for ever, or its cancellation never done.
import { choice, contract, type Fault } from '../fault.ts';
import { isRow, type Json, type JsonRow } from '../json.ts';
import { status } from '../order-state.ts';

export default {
  fault: 'F10',
  name: 'Order stuck',
  lasts: 'lasting',
  description:
    'Orders placed from now on are told as pending and never as anything else, or cancelled ones as pending their cancellation.',
  parameters: [choice('state', ['pending', 'pending-cancellation'], 'pending', 'Where they hang.'), contract],
  start(record) {
    const cancelling = record.params['state'] === 'pending-cancellation';
    const shownAs = cancelling ? status.pendingCancellation : status.pending;
    const stuck = new Map<unknown, JsonRow>();
    const hangs = (row: JsonRow): boolean =>
      cancelling ? row['status'] === status.cancelled : row['status'] === status.pending;
    const shown = (row: JsonRow): JsonRow => ({ ...row, status: shownAs });
    return {
      event(event) {
        if (event.target !== 'GatewayUserOrder' || !isRow(event.data)) return [event];
        const id = event.data['id'];
        if (stuck.has(id)) return [];
        if (!hangs(event.data)) return [event];
        stuck.set(id, shown(event.data));
        return [{ ...event, data: shown(event.data) }];
      },
      answer(answer, { path }) {
        const orders = answer['orders'];
        if (!path.startsWith('/api/order/') || !Array.isArray(orders) || stuck.size === 0) return answer;
        const rows = (orders as readonly Json[]).filter((row) => !(isRow(row) && stuck.has(row['id'])));
        // Wherever working orders are listed, the stuck ones are among them.
        return { ...answer, orders: [...rows, ...stuck.values()] };
      },
    };
  },
} satisfies Fault;
