// Suites that share what a finding is about: two strategies on one position, several suites of one account, copies of a trade on one contract.
import type { Place } from './detector.ts';
import type { Explanation } from './diagnostic.ts';
import type { HubName, SuiteView } from './suite.ts';

/** What a finding is a fact of; missing in a finding = of the position, which is the contract's on the account. */
export type FactOf = NonNullable<Explanation['of']> | 'position';

/** Named one by one. */
const mostNamed = 3;

/** One name for all of them, which a sentence takes for one: `trend`, `trend + scalp`, `a + b + c + 2 more`. */
export function namesAsOne(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return [...names.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])].join(' + ');
}

function namesOf(suites: readonly SuiteView[]): readonly string[] {
  return suites.map(({ spec }) => spec.name);
}

/** What names the thing; undefined = it is not known yet, so the suite shares it with none. */
export function thingOf({ contract, account }: SuiteView, of: FactOf): string | undefined {
  const [on, what] = [account?.id, contract?.id];
  if (of === 'contract') return what;
  if (on === undefined || of === 'account') return on?.toString();
  return what === undefined ? undefined : `${on} ${what}`;
}

/** In the order of the suites; each is in one group, alone where it shares nothing. */
export function sharing(suites: readonly SuiteView[], of: FactOf): readonly (readonly SuiteView[])[] {
  const groups = new Map<string | SuiteView, SuiteView[]>();
  for (const suite of suites) {
    const thing = thingOf(suite, of) ?? suite;
    const before = groups.get(thing);
    if (before === undefined) groups.set(thing, [suite]);
    else before.push(suite);
  }
  return [...groups.values()];
}

/** Those that are told apart by nothing but their name: whatever is asked, the answer is one and the same. */
export function alike(suites: readonly SuiteView[]): readonly (readonly SuiteView[])[] {
  const kindOf = ({ spec }: SuiteView): string =>
    [spec.observe, spec.instrument, spec.account, String(spec.depth), ...spec.timeframes].join(' ');
  return sharing(suites, 'position').flatMap((group) => {
    const kinds = new Map<string, SuiteView[]>();
    for (const suite of group) kinds.set(kindOf(suite), [...(kinds.get(kindOf(suite)) ?? []), suite]);
    return [...kinds.values()];
  });
}

/** The other suites of the login whose position and orders are the same. */
export function sharers(suite: SuiteView): readonly SuiteView[] {
  const thing = thingOf(suite, 'position');
  return suite.login.suites.filter(
    (other) =>
      other.spec.name !== suite.spec.name && thing !== undefined && thingOf(other, 'position') === thing,
  );
}

/** What stands beside a position or orders that are not the suite's alone; empty where they are. */
export function sharedNote(suite: SuiteView): string {
  const others = sharers(suite);
  return others.length === 0
    ? ''
    : ` Shared with ${namesAsOne(namesOf(others))}: the account holds one position in the contract, and an order closes it whoever placed it.`;
}

/** The first of them, named after all: what is said of it is said of all. */
export function asOne(first: SuiteView, all: readonly SuiteView[]): SuiteView {
  return all.length < 2 ? first : { ...first, spec: { ...first.spec, name: namesAsOne(namesOf(all)) } };
}

/**
 * Where a fact of these suites is: at the suite where it has one, else at what they share, whichever of them sees it just now.
 * @param all every suite that shares it
 */
export function placeOf(
  { spec, contract, account }: SuiteView,
  all: readonly SuiteView[],
  of: FactOf,
  hubs: readonly HubName[] = [],
): Place {
  const [hub] = hubs;
  const alone = all.length < 2;
  return {
    login: spec.login,
    // Named by what it hangs on, so that a cause there takes it in.
    ...(hub === undefined || hubs.length > 1 ? {} : { hub }),
    ...(contract === undefined || (!alone && of === 'account') ? {} : { contract: contract.id }),
    ...(account === undefined || (!alone && of === 'contract') ? {} : { account: account.id }),
    ...(alone ? { suite: spec.name } : {}),
  };
}
