// Asks the balance and the fills of an account whose money is in doubt, so that nothing is called wrong that was only not seen.
import { messageOf } from '../domain/errors.ts';
import { scrub } from '../log.ts';
import type { AccountLedger } from './account-ledger.ts';
import { findAccounts, listOf } from './directory.ts';
import type { LoginRoom } from './login-room.ts';
import { toFill } from './wire-user.ts';

/** Fills are asked for from this much before the last agreement. */
const overlapMs = 60_000;

/** One round over every account that is in doubt: two calls each, none where our share has no room. Never rejects. */
export async function agreeMoney(room: LoginRoom): Promise<void> {
  for (const ledger of room.accounts.values()) {
    const now = room.clock.now();
    if (!ledger.money.doubtful(now) || !room.meter.has('general', 'polling')) continue;
    ledger.money.asked(now);
    try {
      await agreeOn(room, ledger);
    } catch (error) {
      room.log.debug({ error: scrub(messageOf(error)) }, 'money not agreed');
    }
    room.changed('suite');
  }
}

async function agreeOn(room: LoginRoom, ledger: AccountLedger): Promise<void> {
  const { clock, restOddities } = room;
  const ask = room.asking('polling');
  const askedAt = clock.now();
  const agreedAt = (ledger.money.view().agreed?.toAt ?? room.hostedAt) - overlapMs;
  const since = Math.min(agreedAt, ledger.money.wideSince(askedAt) ?? agreedAt);
  const trades = await ask('Trade/search', {
    accountId: ledger.id,
    startTimestamp: new Date(since).toISOString(),
  });
  const fills = listOf(trades, 'trades').flatMap(
    (entry) => toFill(entry, 'rest', clock.now(), restOddities.notice) ?? [],
  );
  ledger.money.agree(fills, since, askedAt, clock.now());
  const balanceAskedAt = clock.now();
  const accounts = await findAccounts(ask, clock.now(), restOddities.notice);
  const own = accounts.find(({ id }) => id === ledger.id);
  ledger.money.tell(own?.balance, 'rest', clock.now(), balanceAskedAt);
}
