// Asks REST what an account holds and did, so that what the user hub missed is found.
import { OpsError } from '../domain/errors.ts';
import type { Order } from '../domain/order.ts';
import type { RestSnapshot } from './account-ledger.ts';
import { listOf, type Ask } from './directory.ts';
import type { Notice } from './oddities.ts';
import { GatewayRefusal } from './rest.ts';
import { toFill, toOrder, toPosition } from './wire-user.ts';
import { asNumber, type Raw } from './wire-values.ts';

/** Reference 4.3: open, pending, pending cancellation and suspended (waiting bracket children). */
const workingStatuses = [1, 6, 7, 8];
/** Rows of one answer of `Order/v2/query`. */
const page = 100;
/** A gateway without `v2/query` or `Order/search` is asked for it again after this. */
const askAgainMs = 10 * 60_000;
/** One refusal may be of the moment, as after a restart of the gateway; this many in a row mean that it has no such path. */
const refusalsOfNone = 2;

/** An account with more working orders than these pages hold is read in part, and then their absence proves nothing. */
const mostPages = 4;

/**
 * All rows, page by page. Whether `pageOffset` counts rows or pages is nowhere said: rows are tried first, and where that
 * brings nothing new though more are counted, pages.
 */
async function everyPage(
  asked: (pageOffset: number) => Promise<Raw>,
  read: (payload: Raw) => readonly Order[],
): Promise<{ readonly orders: readonly Order[]; readonly whole: boolean }> {
  const rows = new Map<string, Order>();
  let told = 0;
  let unit = page;
  for (let turn = 0; turn < mostPages; turn += 1) {
    const payload = await asked(turn * unit);
    const before = rows.size;
    for (const order of read(payload)) rows.set(order.id, order);
    const length = listOf(payload, 'orders').length;
    const total = asNumber(payload['totalCount']);
    told += length;
    // A row that could not be read may be anything, so nothing is proven by what is missing beside it.
    if (total === undefined ? length < page : told >= total)
      return { orders: [...rows.values()], whole: rows.size >= Math.min(told, total ?? told) };
    if (rows.size > before) continue;
    if (unit === 1) break;
    unit = 1;
    turn -= 1;
  }
  return { orders: [...rows.values()], whole: false };
}

/** The gateway answers, but not to this question: an older one, or one of another vendor. */
function isUnknownPath(error: unknown): boolean {
  return (
    error instanceof GatewayRefusal || (error instanceof OpsError && error.code === 'gateway-bad-answer')
  );
}

/** Paths that some gateways do not have: which are worth asking now. */
class OptionalPath {
  #refusals = 0;
  #until = 0;

  isWorthAsking(now: number): boolean {
    return now >= this.#until;
  }

  answered(): void {
    this.#refusals = 0;
  }

  /** @returns whether it is taken for missing now */
  refused(now: number): boolean {
    this.#refusals += 1;
    if (this.#refusals < refusalsOfNone) return false;
    this.#until = now + askAgainMs;
    return true;
  }
}

export interface Reconciliation {
  /** One account, three calls. `since`: fills from then on. @throws OpsError */
  ask(accountId: number, since: number, ask: Ask): Promise<RestSnapshot>;
  /**
   * Orders of one account created since then, whatever became of them; one call. Undefined = this gateway does not tell them, and is
   * not asked again for a while. @throws OpsError also where it refused for the first time: the next question tells
   */
  created(accountId: number, since: number, ask: Ask): Promise<readonly Order[] | undefined>;
}

export function reconciliation(now: () => number, notice: Notice): Reconciliation {
  const query = new OptionalPath();
  /** By account: that one is not found says nothing of the others. */
  const searches = new Map<number, OptionalPath>();
  const searchOf = (accountId: number): OptionalPath => {
    const known = searches.get(accountId) ?? new OptionalPath();
    searches.set(accountId, known);
    return known;
  };

  async function workingOrders(
    accountId: number,
    ask: Ask,
  ): Promise<{ orders: readonly Order[]; whole: boolean; unread: boolean }> {
    let unread = false;
    const read = (payload: Raw): readonly Order[] => {
      const rows = listOf(payload, 'orders');
      const orders = rows.flatMap((entry) => toOrder(entry, 'rest', now(), notice) ?? []);
      unread ||= orders.length < rows.length;
      return orders;
    };
    if (query.isWorthAsking(now())) {
      try {
        const pages = await everyPage(
          (pageOffset) =>
            ask('Order/v2/query', {
              filter: { accountId, statuses: workingStatuses },
              pageSize: page,
              pageOffset,
              sortBy: 1,
              sortDirection: 1,
              includeTotalCount: true,
            }),
          read,
        );
        query.answered();
        return { ...pages, unread };
      } catch (error) {
        if (!isUnknownPath(error)) throw error;
        query.refused(now());
      }
    }
    const orders = read(await ask('Order/searchOpen', { accountId }));
    return { orders, whole: false, unread };
  }

  return {
    async created(accountId, since, ask) {
      const search = searchOf(accountId);
      if (!search.isWorthAsking(now())) return undefined;
      try {
        const answer = await ask('Order/search', {
          accountId,
          startTimestamp: new Date(since).toISOString(),
        });
        search.answered();
        return listOf(answer, 'orders').flatMap((entry) => toOrder(entry, 'rest', now(), notice) ?? []);
      } catch (error) {
        if (!isUnknownPath(error) || !search.refused(now())) throw error;
        return undefined;
      }
    },
    async ask(accountId, since, ask) {
      const askedAt = now();
      // Fills after positions: a position may not hold a fill that is not told, or its lots would be held for older ones.
      const asked = ask('Position/searchOpen', { accountId });
      const told = asked.then(() =>
        ask('Trade/search', { accountId, startTimestamp: new Date(since).toISOString() }),
      );
      const [held, { orders, whole, unread }, done] = await Promise.all([
        asked,
        workingOrders(accountId, ask),
        told,
      ]);
      const rows = listOf(held, 'positions');
      const positions = rows.flatMap((entry) => toPosition(entry, 'rest', now(), notice) ?? []);
      return {
        askedAt,
        positions,
        orders,
        withSuspended: whole,
        unread: { positions: positions.length < rows.length, orders: unread },
        fills: listOf(done, 'trades').flatMap((entry) => toFill(entry, 'rest', now(), notice) ?? []),
      };
    },
  };
}
