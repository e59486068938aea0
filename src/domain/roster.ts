// Finding suites of the desk by what somebody typed, and the parts of an examination they make up.
import type { DeskView } from './desk.ts';
import type { ExaminePart } from './job.ts';
import { matching, nearest } from './nearest.ts';

export interface RosterSuite {
  readonly suite: string;
  readonly login: string;
  readonly instrument: string;
}

/** Every suite of the roster, sorted by login, then as configured. */
export function rosterSuites(desk: DeskView): readonly RosterSuite[] {
  return desk.roster.flatMap((login) =>
    login.suites.map(({ suite, instrument }) => ({ suite, login: login.login, instrument })),
  );
}

/** The whole desk as parts of one examination; logins without suites are asked too. */
export function everyPart(desk: DeskView): readonly ExaminePart[] {
  return desk.roster.map((login) => ({ login: login.login, suites: login.suites.map(({ suite }) => suite) }));
}

export type SuiteLookup =
  | { readonly kind: 'found'; readonly suite: RosterSuite; readonly part: ExaminePart }
  /** `text` says what is wrong, `wayOut` what to type instead. */
  | { readonly kind: 'unknown'; readonly text: string; readonly wayOut: string };

/** The suite somebody means; case does not matter. */
export function findSuite(desk: DeskView, typed: string): SuiteLookup {
  const suites = rosterSuites(desk);
  const wanted = typed.trim();
  const sameCase = suites.find(({ suite }) => suite === wanted);
  const found = sameCase ?? suites.find(({ suite }) => suite.toLowerCase() === wanted.toLowerCase());
  if (found !== undefined) {
    return { kind: 'found', suite: found, part: { login: found.login, suites: [found.suite] } };
  }
  if (suites.length === 0) return { kind: 'unknown', ...emptyDesk };
  const names = suites.map(({ suite }) => suite);
  const near = nearest(wanted, names);
  return {
    kind: 'unknown',
    text: `There is no suite called "${wanted.slice(0, 60)}" on this desk.`,
    wayOut:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}? /suites lists all of them.`
        : `This desk has ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' and more' : ''}; /suites lists all of them.`,
  };
}

/** What a refusal says where nothing is configured at all. */
export const emptyDesk = {
  text: 'No suites are configured on this desk, so there is nothing to examine.',
  wayOut: 'Add one under `suites:` in pitwatch.yaml and start a worker.',
} as const;

/** Suites to offer while somebody types. */
export function suiteChoices(
  desk: DeskView,
  typed: string,
): readonly { readonly name: string; readonly value: string }[] {
  return matching(typed, rosterSuites(desk), ({ suite, instrument, login }) => [
    suite,
    instrument,
    login,
  ]).map(({ suite, instrument, login }) => ({ name: `${suite} · ${instrument} · ${login}`, value: suite }));
}
