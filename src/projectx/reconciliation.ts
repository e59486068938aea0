// Asks REST what an account holds and did, so that what the user hub missed is found.
import { OpsError } from '../domain/errors.ts';
import type { Order } from '../domain/order.ts';
import type { RestSnapshot } from './account-ledger.ts';
import { listOf, type Ask } from './directory.ts';
import type { Notice } from './oddities.ts';
import { GatewayRefusal } from './rest.ts';
import { toFill, toOrder, toPosition } from './wire-user.ts';
import type { Raw } from './wire-values.ts';

/** Reference 4.3: open, pending, pending cancellation and suspended (waiting bracket children). */
const workingStatuses = [1, 6, 7, 8];
/** Rows of one answer of `Order/v2/query`. */
const page = 100;
/** A gateway without `v2/query` is asked for it again after this. */
const askAgainMs = 10 * 60_000;

export interface Reconciliation {
  /** One account, three calls. `since`: fills from then on. @throws OpsError */
  ask(accountId: number, since: number, ask: Ask): Promise<RestSnapshot>;
}

export function reconciliation(now: () => number, notice: Notice): Reconciliation {
  let withoutQueryUntil = 0;

  async function workingOrders(
    accountId: number,
    ask: Ask,
  ): Promise<{ orders: readonly Order[]; whole: boolean }> {
    const read = (payload: Raw): readonly Order[] =>
      listOf(payload, 'orders').flatMap((entry) => toOrder(entry, 'rest', now(), notice) ?? []);
    if (now() >= withoutQueryUntil) {
      try {
        const answer = await ask('Order/v2/query', {
          filter: { accountId, statuses: workingStatuses },
          pageSize: page,
          pageOffset: 0,
          sortBy: 1,
          sortDirection: 1,
          includeTotalCount: true,
        });
        const orders = read(answer);
        return { orders, whole: orders.length < page };
      } catch (error) {
        const unknown = error instanceof GatewayRefusal;
        if (!unknown && !(error instanceof OpsError && error.code === 'gateway-bad-answer')) throw error;
        withoutQueryUntil = now() + askAgainMs;
      }
    }
    return { orders: read(await ask('Order/searchOpen', { accountId })), whole: false };
  }

  return {
    async ask(accountId, since, ask) {
      const askedAt = now();
      const [held, { orders, whole }, done] = await Promise.all([
        ask('Position/searchOpen', { accountId }),
        workingOrders(accountId, ask),
        ask('Trade/search', { accountId, startTimestamp: new Date(since).toISOString() }),
      ]);
      return {
        askedAt,
        positions: listOf(held, 'positions').flatMap(
          (entry) => toPosition(entry, 'rest', now(), notice) ?? [],
        ),
        orders,
        withSuspended: whole,
        fills: listOf(done, 'trades').flatMap((entry) => toFill(entry, 'rest', now(), notice) ?? []),
      };
    },
  };
}
