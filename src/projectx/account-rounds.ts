// When which account is asked over REST: its position often and alone, everything of it in longer rounds, within our share of the requests.
import { messageOf } from '../domain/errors.ts';
import { scrub } from '../log.ts';
import type { AccountLedger } from './account-ledger.ts';
import { listOf } from './directory.ts';
import { accountsOnHub, isDirect, type LoginRoom } from './login-room.ts';
import { endsEveryMs } from './order-ends.ts';
import { reconcileAccounts } from './polling.ts';
import type { Purpose } from './meter.ts';
import type { Reconciliation } from './reconciliation.ts';
import { delayAt } from './tuning.ts';
import { toPosition } from './wire-user.ts';

const callsOfReading = 3;
/** An account without a position is read in full half as often: a fill that was not told shows in its position. */
const flatFactor = 2;
/** Past this part of its time an account is read before anything else is asked of it. */
const overdueFactor = 2;
/** With several accounts, two readings are so far apart: looks and readings, with the balances and the directory, then fill what polling may use. */
const apartFactor = 1.5;
/** Between two readings that doubt asked for. */
const doubtPauseMs = 4_000;
const againMs = 1_000;
const urgentWaitMs = 5_000;
/** Between two questions for ended orders of one account: a connection that drops again and again must not cost one each time. */
const endsPauseMs = 10_000;
/** And between any two where no gap is behind it: a suite that trades all the time must not spend what looks and readings need. */
const endsApartMs = 20_000;
/** Where no hub tells, after this long one call is enough: with people who ask all the time there is never room for a reading to spare. */
const endsOverdueMs = 60_000;
/** Until it is seen whether our share has room for what is still owed. */
const roomAgainMs = 250;

interface Asked {
  lookedAt: number;
  readAt: number;
  /** When its position was last found to be another one than we knew. */
  newsAt: number;
  /** That other position is not read yet. */
  newsOwed: boolean;
  failures: number;
  notBefore: number;
  /** Ended orders of it are not asked for before. */
  endsNotBefore: number;
}

/** Everything of an account was read then, and nothing is owed. */
function readThen(at: number): Omit<Asked, 'endsNotBefore'> {
  return { lookedAt: at, readAt: at, newsAt: 0, newsOwed: false, failures: 0, notBefore: 0 };
}

export class AccountRounds {
  readonly #room: LoginRoom;
  readonly #books: Reconciliation;
  readonly #asked = new WeakMap<AccountLedger, Asked>();
  /** The user hub subscribed anew: what it missed of these must be asked for before it counts as proven. */
  #owing: Set<AccountLedger> | undefined;
  #tries = 0;
  /** Evenly in time: what is asked at one moment could only be asked again at one moment, a minute later. */
  #slotAt = 0;
  #readAt = 0;
  /** Since when something urgent has waited for room. */
  #urgentAt: number | undefined;
  /** When ended orders were last asked for. */
  #endsAt = 0;

  constructor(room: LoginRoom, books: Reconciliation) {
    this.#room = room;
    this.#books = books;
  }

  get isOwed(): boolean {
    return this.#owing !== undefined;
  }

  owe(): void {
    const onHub = accountsOnHub(this.#room);
    this.#owing = new Set(this.#ledgers().filter(({ id }) => onHub.has(id)));
  }

  /** True where an account was never read. */
  get isNew(): boolean {
    return this.#ledgers().some(({ reconciledAt }) => reconciledAt === undefined);
  }

  /** True where the hub told half of something: asking at once settles it, where polling and people need not go without. */
  get hasDoubt(): boolean {
    if (this.#urgent(this.#room.clock.now()) !== undefined) return true;
    return this.#room.meter.left('general', 'polling') >= callsOfReading && this.#doubtful() !== undefined;
  }

  /** One step; resolves with the ms until the next. Never rejects. */
  async step(): Promise<number> {
    const { clock, meter } = this.#room;
    if (this.isOwed || this.isNew) return await this.#readOwed();
    const now = clock.now();
    const urgent = this.#urgent(now);
    this.#urgentAt = urgent === undefined ? undefined : (this.#urgentAt ?? now);
    if (urgent !== undefined && this.#urgentAt !== undefined) {
      const hasRoom = meter.left('general', 'diagnosis') >= callsOfReading;
      // Whatever polling would spend meanwhile would put it off; where people ask all the time it waits in line with them.
      if (!hasRoom && now - this.#urgentAt < urgentWaitMs) return roomAgainMs;
      this.#urgentAt = undefined;
      await this.#read(urgent, 'diagnosis');
      return againMs;
    }
    const doubtful = this.#doubtful();
    if (doubtful !== undefined && meter.left('general', 'polling') >= callsOfReading) {
      await this.#read(doubtful);
      return againMs;
    }
    const missed = this.#withOwedEnds(now, true);
    if (missed !== undefined) {
      await this.#askEnds(missed);
      return this.#withOwedEnds(clock.now(), true) === undefined ? againMs : 0;
    }
    const ended = this.#withOwedEnds(now, false);
    if (ended !== undefined) {
      await this.#askEnds(ended);
      return againMs;
    }
    if (now < this.#slotAt) return Math.min(againMs, this.#slotAt - now);
    const ledger = this.#eldest(now);
    if (ledger === undefined) return againMs;
    const left = meter.left('general', 'polling');
    const { readAt } = this.#of(ledger);
    const readMs = this.#readMs(ledger);
    const overdue = now >= readAt + readMs * overdueFactor;
    const due = now >= readAt + readMs - this.#slotMs() / 2 && now >= this.#readAt + this.#apartMs();
    if ((due || overdue) && left >= callsOfReading) await this.#read(ledger);
    else if (overdue || left === 0) return againMs;
    else await this.#look(ledger);
    this.#slotAt = now + this.#slotMs();
    if (this.#urgent(clock.now()) !== undefined) return 0;
    return Math.max(0, this.#slotAt - clock.now());
  }

  /** As many accounts as our share has room for: half an account is no proof, and its calls would be spent for nothing. */
  async #readOwed(): Promise<number> {
    const { tuning, clock, meter } = this.#room;
    const owing = this.#owing;
    const ledgers = this.#ledgers();
    const open = this.#soonest(ledgers.filter((one) => one.reconciledAt === undefined || owing?.has(one)));
    const turn = open.slice(0, Math.floor(meter.left('general', 'recovery') / callsOfReading));
    if (turn.length === 0 && open.length > 0) return roomAgainMs;
    const startedAt = clock.now();
    const unread = await reconcileAccounts(this.#room, this.#books, 'recovery', turn);
    for (const ledger of turn) {
      if (unread.includes(ledger)) {
        this.#of(ledger).failures += 1;
        continue;
      }
      owing?.delete(ledger);
      this.#note(ledger, startedAt);
      // Read together, they must not all be due together for ever after.
      this.#of(ledger).readAt -= (ledgers.indexOf(ledger) / ledgers.length) * this.#readMs(ledger);
    }
    if (unread.length > 0 || ledgers.length === 0) {
      this.#tries += 1;
      return delayAt(tuning.resolveRetryMs, this.#tries);
    }
    this.#tries = 0;
    if (turn.length < open.length) return roomAgainMs;
    this.#settle(owing);
    // A recovery that is told in a moment should say how orders ended.
    return this.#withOwedEnds(clock.now(), true) === undefined ? againMs : 0;
  }

  #settle(owing: Set<AccountLedger> | undefined): void {
    // Another connection meanwhile owes everything anew.
    if (owing === undefined || owing !== this.#owing) return;
    this.#owing = undefined;
    this.#room.hubs.user.reconciled();
  }

  /** Those that hold something first: they cannot wait. One that is not answered for must not keep the others from it. */
  #soonest(ledgers: readonly AccountLedger[]): readonly AccountLedger[] {
    const rank = (ledger: AccountLedger): number =>
      2 * this.#of(ledger).failures + Number(ledger.holdsNothing);
    return ledgers.toSorted((a, b) => rank(a) - rank(b));
  }

  /** Everything of one account. */
  async #read(ledger: AccountLedger, purpose: Purpose = 'polling'): Promise<void> {
    const { tuning, clock } = this.#room;
    const asked = this.#of(ledger);
    const startedAt = clock.now();
    this.#readAt = startedAt;
    const unread = await reconcileAccounts(this.#room, this.#books, purpose, [ledger]);
    if (unread.length === 0) {
      this.#note(ledger, startedAt);
      return;
    }
    asked.failures += 1;
    asked.notBefore = clock.now() + delayAt(tuning.resolveRetryMs, asked.failures - 1);
  }

  /**
   * The one that was asked longest ago. What was missed in a gap is worth as much as the recovery it belongs to; else there must be
   * room for a reading, which looks for what is held: with less, each such question would put one off.
   */
  #withOwedEnds(now: number, afterGap: boolean): AccountLedger | undefined {
    const { meter } = this.#room;
    const isFree = ({ endsPolled }: AccountLedger): boolean => {
      if (afterGap) return meter.left('general', 'recovery') > 0;
      const needed = endsPolled && now >= this.#endsAt + endsOverdueMs ? 1 : callsOfReading;
      return now >= this.#endsAt + endsApartMs && meter.left('general', 'polling') >= needed;
    };
    const open = this.#ledgers().filter(
      (one) =>
        isFree(one) &&
        one.endsOwedFrom !== undefined &&
        one.endsAfterGap === afterGap &&
        this.#of(one).endsNotBefore <= now,
    );
    return open.toSorted((a, b) => this.#of(a).endsNotBefore - this.#of(b).endsNotBefore)[0];
  }

  /** How orders ended that are listed no more, or came and went while the hub was away. */
  async #askEnds(ledger: AccountLedger): Promise<void> {
    const { clock, tuning, log } = this.#room;
    const from = ledger.endsOwedFrom;
    if (from === undefined) return;
    const asked = this.#of(ledger);
    const askedAt = clock.now();
    this.#endsAt = askedAt;
    const ask = this.#room.asking(ledger.endsAfterGap ? 'recovery' : 'polling');
    try {
      ledger.tellEnds(await this.#books.created(ledger.id, from, ask), from, askedAt);
      asked.endsNotBefore = clock.now() + endsPauseMs;
      this.#room.changed('suite');
    } catch (error) {
      log.debug({ error: scrub(messageOf(error)) }, 'ended orders not asked for');
      asked.endsNotBefore = clock.now() + Math.max(endsPauseMs, tuning.reconcileMs);
    }
  }

  /** Its position alone; where it is another one than we know, everything: orders and fills belong to it, and alone it would look naked. */
  async #look(ledger: AccountLedger): Promise<void> {
    const { clock, restOddities, tuning, meter } = this.#room;
    const askedAt = clock.now();
    const asked = this.#of(ledger);
    asked.lookedAt = askedAt;
    let same: boolean;
    try {
      const answer = await this.#room.asking('polling')('Position/searchOpen', { accountId: ledger.id });
      const rows = listOf(answer, 'positions');
      const told = rows.flatMap((row) => toPosition(row, 'rest', clock.now(), restOddities.notice) ?? []);
      same = told.length === rows.length && ledger.holds(told, askedAt);
    } catch {
      // Told by what watches REST; the next look is soon.
      return;
    }
    if (same) return;
    // A REST that goes on saying something else than the hub must not cost the share of those that ask.
    const isNews = !ledger.isSubscribed || askedAt - asked.newsAt >= tuning.reconcileMs;
    if (isNews) asked.newsAt = askedAt;
    if (isNews) asked.newsOwed = true;
    else if (meter.left('general', 'polling') >= callsOfReading) await this.#read(ledger);
    else asked.readAt = Number.NEGATIVE_INFINITY;
  }

  #ledgers(): readonly AccountLedger[] {
    return [...this.#room.accounts.values()];
  }

  #of(ledger: AccountLedger): Asked {
    const known = this.#asked.get(ledger);
    if (known !== undefined) return known;
    const at = ledger.reconciledAt ?? this.#room.clock.now();
    const fresh: Asked = { endsNotBefore: 0, ...readThen(at) };
    this.#asked.set(ledger, fresh);
    return fresh;
  }

  #note(ledger: AccountLedger, at: number): void {
    const { accounts, clock } = this.#room;
    // Right after what is held: an order that was refused is judged by the position that it should have covered.
    if (!accountsOnHub(this.#room).has(ledger.id)) ledger.pollEnds(clock.now(), endsEveryMs * accounts.size);
    Object.assign(this.#of(ledger), readThen(at));
  }

  /** Its position is another one than we know, or a page waits for its answer: polling, which has filled its part of our share, must not make that wait. */
  #urgent(now: number): AccountLedger | undefined {
    const ready = this.#ledgers().filter((ledger) => this.#of(ledger).notBefore <= now);
    return ready.find((one) => this.#of(one).newsOwed) ?? ready.find((one) => one.unconfirmed(now));
  }

  #doubtful(): AccountLedger | undefined {
    const now = this.#room.clock.now();
    return this.#ledgers().find(
      (ledger) => now - (ledger.reconciledAt ?? now) >= doubtPauseMs && ledger.doubtful(now),
    );
  }

  #lookMs(): number {
    const { tuning, accounts } = this.#room;
    return Math.max(tuning.lookMs, tuning.lookEachMs * accounts.size);
  }

  #readMs(ledger: AccountLedger): number {
    const { tuning, accounts, suites } = this.#room;
    const each = suites.some(isDirect) ? tuning.reconcileMs : tuning.pollMs;
    return each * Math.max(1, accounts.size) * (ledger.holdsNothing ? flatFactor : 1);
  }

  /** Each account has its turn once in the time between two looks. */
  #slotMs(): number {
    const { tuning, accounts } = this.#room;
    return Math.min(this.#lookMs() / Math.max(1, accounts.size), tuning.reconcileMs / 2);
  }

  #apartMs(): number {
    const { tuning, accounts } = this.#room;
    return accounts.size > 1 ? tuning.reconcileMs * apartFactor : 0;
  }

  /** The one that was looked at longest ago. */
  #eldest(now: number): AccountLedger | undefined {
    const ready = this.#ledgers().filter((ledger) => this.#of(ledger).notBefore <= now);
    return ready.toSorted((a, b) => this.#of(a).lookedAt - this.#of(b).lookedAt)[0];
  }
}
