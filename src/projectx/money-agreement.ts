// Asks balances now and then, and the fills of an account whose money is in doubt, so that nothing is called wrong that was only not seen.
import { messageOf } from '../domain/errors.ts';
import { scrub } from '../log.ts';
import type { AccountLedger } from './account-ledger.ts';
import { findAccounts, listOf } from './directory.ts';
import type { LoginRoom } from './login-room.ts';
import { settleAccount } from './suite-account.ts';
import { toFill } from './wire-user.ts';

/** Fills are asked for from this much before the last agreement. */
const overlapMs = 60_000;

/** One round a second or so; asks nothing where our share has no room. Never rejects. */
export function moneyAgreement(room: LoginRoom): () => Promise<void> {
  let balancesAskedAt = room.hostedAt;
  return async () => {
    const { clock, tuning } = room;
    const left = room.meter.left('general', 'polling');
    // The balances come with each, and a call that would be put off only says that our share is spent.
    const doubtful = [...room.accounts.values()]
      .filter(({ money }) => money.doubtful(clock.now()))
      .slice(0, Math.max(0, left - 1));
    const due = room.accounts.size > 0 && clock.now() - balancesAskedAt >= tuning.balanceMs;
    if ((doubtful.length === 0 && !due) || left === 0) return;
    balancesAskedAt = clock.now();
    for (const { money } of doubtful) money.asked(clock.now());
    try {
      await Promise.all(doubtful.map((ledger) => askTrades(room, ledger)));
      // After the fills: a balance that had been told before them could not hold them.
      await askBalances(room);
    } catch (error) {
      room.log.debug({ error: scrub(messageOf(error)) }, 'money not agreed');
    }
    room.changed('suite');
  };
}

async function askTrades(room: LoginRoom, { id, money }: AccountLedger): Promise<void> {
  const { clock, restOddities } = room;
  const askedAt = clock.now();
  const agreedAt = (money.view().agreed?.toAt ?? room.hostedAt) - overlapMs;
  const since = Math.min(agreedAt, money.wideSince(askedAt) ?? agreedAt);
  const answer = await room.asking('polling')('Trade/search', {
    accountId: id,
    startTimestamp: new Date(since).toISOString(),
  });
  const fills = listOf(answer, 'trades').flatMap(
    (entry) => toFill(entry, 'rest', clock.now(), restOddities.notice) ?? [],
  );
  money.agree(fills, since, askedAt, clock.now());
}

async function askBalances(room: LoginRoom): Promise<void> {
  const { clock, restOddities } = room;
  const askedAt = clock.now();
  const accounts = await findAccounts(room.asking('polling'), askedAt, restOddities.notice);
  const at = clock.now();
  // A suite without an account gets one with its contract, where subscriptions follow.
  for (const entry of room.suites) if (entry.account !== undefined) settleAccount(entry, accounts);
  for (const account of accounts) {
    const ledger = room.accounts.get(account.id);
    ledger?.money.tell(account.balance, 'rest', at, askedAt);
    // What the hub said meanwhile is newer than this answer.
    if (ledger !== undefined && (ledger.account?.receivedAt ?? 0) <= askedAt) {
      ledger.account = { ...account, receivedAt: at };
    }
  }
}
