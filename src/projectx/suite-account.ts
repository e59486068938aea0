// Which account a suite is on: picked once, then kept for as long as the login is hosted, whatever becomes of it.
import type { Account } from '../domain/order.ts';
import type { SuiteEntry } from './login-room.ts';

/**
 * The account of that name; without a name the first visible one that may trade, else the first.
 * Old and closed accounts are listed too, so among several of one name the one in use goes first.
 */
export function pickAccount(accounts: readonly Account[], name: string | undefined): Account | undefined {
  if (name === undefined) return bestOf(accounts);
  const folded = name.toLowerCase();
  return (
    bestOf(accounts.filter((one) => one.name === name)) ??
    bestOf(accounts.filter((one) => one.name.toLowerCase() === folded))
  );
}

function bestOf(accounts: readonly Account[]): Account | undefined {
  const visible = accounts.filter(({ isVisible }) => isVisible !== false);
  return visible.find(({ canTrade }) => canTrade === true) ?? visible[0] ?? accounts[0];
}

/**
 * The suite's account as it is listed now. A suite never moves to another one: what it holds is in the old, and an account that
 * was locked or closed with a position is what its trader has to hear of.
 */
export function settleAccount(entry: SuiteEntry, listed: readonly Account[]): Account | undefined {
  const { account: kept, spec } = entry;
  const found =
    kept === undefined ? pickAccount(listed, spec.account) : listed.find(({ id }) => id === kept.id);
  if (found !== undefined) {
    entry.account = found;
    entry.accountProblem = undefined;
  } else if (kept !== undefined) {
    entry.accountProblem = `${kept.name} is no longer among the ${listed.length} account(s) of this login.`;
  } else {
    const name = spec.account === undefined ? '' : ` named ${spec.account}`;
    entry.accountProblem = `This login sees ${listed.length} account(s), none${name}: check the name, or whether the account was closed.`;
  }
  return found;
}
