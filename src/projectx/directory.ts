// Finds the contract an instrument means and the account a suite names, over REST, matching whole symbols and never prefixes.
import type { Contract } from '../domain/market.ts';
import type { Account } from '../domain/order.ts';
import { OpsError } from '../domain/errors.ts';
import type { Notice } from './oddities.ts';
import type { ReadPath } from './rest.ts';
import { toAccount } from './wire-user.ts';
import { toContract } from './wire-market.ts';
import type { Raw } from './wire-values.ts';

export type Ask = (path: ReadPath, body: Raw) => Promise<Raw>;

/** Exchange symbol → gateway root where they differ (reference 4.2). */
const roots: Readonly<Record<string, string>> = {
  ES: 'EP',
  NQ: 'ENQ',
  CL: 'CLE',
  GC: 'GCE',
  '6E': 'EU6',
  '6B': 'BP6',
  E7: 'EEU',
  ZB: 'USA',
};
const months = 'FGHJKMNQUVXZ';
const contractName = new RegExp(`^(.+)([${months}])(\\d{1,2})$`);
const contractId = new RegExp(`\\.([${months}])(\\d{2})$`);

/** An array member of a successful answer; null is none, anything else is a bad answer. @throws OpsError */
export function listOf(payload: Raw, member: string): readonly unknown[] {
  const value = payload[member];
  if (Array.isArray(value)) return value;
  if (value === null) return [];
  throw new OpsError('gateway-bad-answer', `The gateway answered without "${member}".`, { retryable: true });
}

/** The gateway's root of a contract: the last part of its `symbolId`. */
export function rootOf(contract: Pick<Contract, 'symbolId'>): string {
  return contract.symbolId.split('.').at(-1) ?? contract.symbolId;
}

/** How well a contract is what the text means: 3 its id or name, 2 its root, 1 its exchange symbol, 0 not at all. */
function match(contract: Contract, instrument: string): number {
  const wanted = instrument.toUpperCase();
  const name = contract.name.toUpperCase();
  const root = rootOf(contract).toUpperCase();
  if ([contract.id.toUpperCase(), name].includes(wanted)) return 3;
  if (contract.symbolId.toUpperCase() === wanted || root === (roots[wanted] ?? wanted)) return 2;
  return contractName.exec(name)?.[1] === wanted ? 1 : 0;
}

function expiryOf(contract: Contract): number {
  const [, month = 'F', year = '99'] = contractId.exec(contract.id) ?? [];
  return Number(year) * 12 + months.indexOf(month);
}

/** Months since 2000, as `expiryOf` counts them. */
function monthOf(now: number): number {
  const date = new Date(now);
  return (date.getUTCFullYear() - 2000) * 12 + date.getUTCMonth();
}

/**
 * The contract meant: those said to be active go first, then those of which nothing is said and whose month is not over, then the rest;
 * among them the best match, then the nearest expiry (of what is over or inactive: the last).
 */
export function pickContract(
  contracts: readonly Contract[],
  instrument: string,
  now: number,
): Contract | undefined {
  const found = contracts.filter((contract) => match(contract, instrument) > 0);
  const active = found.filter(({ activeContract }) => activeContract);
  const said = active.filter(({ activeUnsaid }) => activeUnsaid !== true);
  const running = active.filter((contract) => expiryOf(contract) >= monthOf(now));
  const live = said.length > 0 ? said : running;
  const [from, direction] = live.length > 0 ? [live, 1] : [found, -1];
  return from.toSorted(
    (a, b) => match(b, instrument) - match(a, instrument) || direction * (expiryOf(a) - expiryOf(b)),
  )[0];
}

/** @throws OpsError where the gateway could not be asked */
export async function findContract(
  instrument: string,
  ask: Ask,
  notice: Notice,
  now: number,
): Promise<Contract | undefined> {
  const read = (payload: Raw): Contract[] =>
    listOf(payload, 'contracts').flatMap((entry) => toContract(entry, notice) ?? []);
  const root = roots[instrument.toUpperCase()];
  let best: Contract | undefined;
  for (const searchText of root === undefined ? [instrument] : [instrument, root]) {
    best =
      pickContract(read(await ask('Contract/search', { searchText, live: false })), instrument, now) ?? best;
    if (best?.activeContract === true) return best;
  }
  // A search answers at most 20 contracts; the whole list is the last resort.
  return pickContract(await allContracts(ask, notice), instrument, now) ?? best;
}

/** Every contract the gateway knows, in one call. @throws OpsError where the gateway could not be asked */
export async function allContracts(ask: Ask, notice: Notice): Promise<readonly Contract[]> {
  return listOf(await ask('Contract/available', { live: false }), 'contracts').flatMap(
    (entry) => toContract(entry, notice) ?? [],
  );
}

/** What "active" leaves out is nowhere said: a locked account left out could not be told from one that is gone. */
export const everyAccount = { onlyActiveAccounts: false } as const;

/** Every account of the login, also those that are locked, closed or hidden. @throws OpsError */
export async function findAccounts(
  ask: Ask,
  receivedAt: number,
  notice: Notice,
): Promise<readonly Account[]> {
  const payload = await ask('Account/search', everyAccount);
  return listOf(payload, 'accounts').flatMap((entry) => toAccount(entry, receivedAt, notice) ?? []);
}
