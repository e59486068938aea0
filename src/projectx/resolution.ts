// Resolves each suite's contract and account, looks again now and then, and tells the hubs what is wanted.
import { messageOf } from '../domain/errors.ts';
import type { Contract } from '../domain/market.ts';
import { scrub } from '../log.ts';
import { AccountLedger } from './account-ledger.ts';
import { allContracts, findAccounts, findContract, pickContract } from './directory.ts';
import { marketWishes, userWishes } from './hub-subscriptions.ts';
import { accountsOnHub, isDirect, type LoginRoom, type SuiteEntry } from './login-room.ts';
import { MarketLedger } from './market-ledger.ts';
import type { Purpose } from './meter.ts';
import { settleAccount } from './suite-account.ts';

/** Looked for one by one, more than these would spend the minute's share, and orders and positions would wait for the next. */
const fewInstruments = 4;

/** Looks for everything that is wanted. Never rejects; true where all was found. */
export async function resolveSuites(room: LoginRoom): Promise<boolean> {
  const entries = room.suites.filter(({ spec }) => spec.observe !== 'probe');
  const missing = entries.some(({ contract, account }) => contract === undefined || account === undefined);
  const purpose: Purpose = missing ? 'recovery' : 'polling';
  const instruments = [...new Set(entries.map(({ spec }) => spec.instrument))];
  const found = await Promise.all([
    resolveAccounts(room, entries, purpose),
    missing && instruments.length <= fewInstruments
      ? resolveContracts(room, entries, instruments, purpose)
      : lookForAll(room, entries, instruments, purpose),
  ]);
  wantEverything(room);
  room.changed('suite');
  return found.every(Boolean);
}

/** Whether the contracts are still the active ones, at once: one call. Never rejects. */
export async function lookForRoll(room: LoginRoom): Promise<void> {
  const entries = room.suites.filter(({ contract }) => contract !== undefined);
  const instruments = [...new Set(entries.map(({ spec }) => spec.instrument))];
  await lookForAll(room, entries, instruments, 'recovery');
  wantEverything(room);
  room.changed('suite');
}

async function resolveAccounts(
  room: LoginRoom,
  entries: readonly SuiteEntry[],
  purpose: Purpose,
): Promise<boolean> {
  try {
    const askedAt = room.clock.now();
    const accounts = await findAccounts(room.asking(purpose), room.clock.now(), room.restOddities.notice);
    const told = new Set<AccountLedger>();
    for (const entry of entries) {
      const account = settleAccount(entry, accounts);
      if (account === undefined) continue;
      const ledger = room.accounts.get(account.id) ?? new AccountLedger(account.id, room.thresholds);
      if (!told.has(ledger)) ledger.money.tell(account.balance, 'rest', account.receivedAt, askedAt);
      told.add(ledger);
      ledger.account = account;
      room.accounts.set(account.id, ledger);
    }
    return entries.every(({ accountProblem }) => accountProblem === undefined);
  } catch (error) {
    for (const entry of entries) {
      if (entry.account === undefined)
        entry.accountProblem = `Account not found yet: ${scrub(messageOf(error))}`;
    }
    return false;
  }
}

async function resolveContracts(
  room: LoginRoom,
  entries: readonly SuiteEntry[],
  instruments: readonly string[],
  purpose: Purpose,
): Promise<boolean> {
  const found = await Promise.all(
    instruments.map((instrument) => resolveContract(room, entries, instrument, purpose)),
  );
  return found.every(Boolean);
}

/** The active contract of each, for the first time or to see whether it still is: one call, however many suites there are. */
async function lookForAll(
  room: LoginRoom,
  entries: readonly SuiteEntry[],
  instruments: readonly string[],
  purpose: Purpose,
): Promise<boolean> {
  let contracts: readonly Contract[];
  try {
    contracts = await allContracts(room.asking(purpose), room.restOddities.notice);
  } catch (error) {
    // Told by what watches REST; what is known stays known until it can be looked at again.
    const unknown = entries.filter(({ contract }) => contract === undefined);
    for (const entry of unknown) entry.contractProblem = notFoundYet(error);
    return unknown.length === 0;
  }
  const unlisted: string[] = [];
  for (const instrument of instruments) {
    const contract = pickContract(contracts, instrument, room.clock.now());
    if (contract === undefined) unlisted.push(instrument);
    else
      for (const entry of entries.filter(({ spec }) => spec.instrument === instrument))
        adopt(room, entry, contract);
  }
  return resolveContracts(room, entries, unlisted, purpose);
}

async function resolveContract(
  room: LoginRoom,
  entries: readonly SuiteEntry[],
  instrument: string,
  purpose: Purpose,
): Promise<boolean> {
  const concerned = entries.filter(({ spec }) => spec.instrument === instrument);
  try {
    const contract = await findContract(
      instrument,
      room.asking(purpose),
      room.restOddities.notice,
      room.clock.now(),
    );
    for (const entry of concerned) adopt(room, entry, contract);
    return concerned.every((entry) => entry.contract !== undefined);
  } catch (error) {
    for (const entry of concerned) {
      if (entry.contract === undefined) entry.contractProblem = notFoundYet(error);
    }
    return false;
  }
}

function notFoundYet(error: unknown): string {
  return `Contract not found yet: ${scrub(messageOf(error))}`;
}

function adopt(room: LoginRoom, entry: SuiteEntry, contract: Contract | undefined): void {
  const before = entry.contract;
  if (contract === undefined) {
    entry.contractProblem = `The gateway knows no contract for ${entry.spec.instrument}: check the instrument of the suite.`;
    return;
  }
  const held = before === undefined ? undefined : positionIn(room, entry, before);
  if (before !== undefined && before.id !== contract.id && held !== undefined && held > 0) {
    // What is at stake is in the old contract: it stays in view until it is flat.
    entry.contract = { ...before, activeContract: false };
    entry.contractProblem = `${before.name} is no longer the active contract (${contract.name} is), and a position is still open in it.`;
    return;
  }
  if (before !== undefined && before.id !== contract.id)
    entry.rolled = { from: before.name, at: room.clock.now() };
  entry.contract = contract;
  entry.contractProblem = contract.activeContract
    ? undefined
    : `${contract.name} is no longer active on the gateway, and no other contract of ${entry.spec.instrument} is.`;
}

function positionIn(room: LoginRoom, { account }: SuiteEntry, contract: Contract): number | undefined {
  return account === undefined ? undefined : room.accounts.get(account.id)?.position(contract.id)?.size;
}

/** Ledgers and subscriptions follow what the suites want; suites of one contract or account share both. */
function wantEverything(room: LoginRoom): void {
  const { suites, markets, hubs, clock } = room;
  const ids = new Set<string>();
  for (const { contract, spec } of suites) {
    if (contract === undefined) continue;
    ids.add(contract.id);
    const ledger =
      markets.get(contract.id) ?? new MarketLedger(contract, hubs.market.oddities.notice, clock.now());
    ledger.contract = contract;
    ledger.keep(spec.timeframes);
    markets.set(contract.id, ledger);
  }
  for (const id of markets.keys()) if (!ids.has(id)) markets.delete(id);
  const direct = suites.filter(isDirect);
  const wanted = new Map<string, boolean>();
  for (const { contract, spec } of direct) {
    if (contract !== undefined) wanted.set(contract.id, (wanted.get(contract.id) ?? false) || spec.depth);
  }
  hubs.market.want([...wanted].flatMap(([id, depth]) => marketWishes(id, depth)));
  const accountIds = accountsOnHub(room);
  if (accountIds.size > 0) hubs.user.want(userWishes([...accountIds]));
}
