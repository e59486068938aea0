// The desk as one person may see it: what they may not reach is left out, and how much that is, is said.
import { mayReach, type AccessPolicy, type Action } from './access.ts';
import type { DeskView } from './desk.ts';

/** The same view where nothing is left out, so that the usual desk costs nothing. */
export function narrowed(
  desk: DeskView,
  roles: readonly string[],
  action: Action,
  policy: Pick<AccessPolicy, 'guildId' | 'roles' | 'only'>,
): DeskView {
  if (policy.only.every(({ kind }) => kind === 'command')) return desk;
  const reaches = (login: string, suites: readonly string[]): boolean =>
    mayReach(roles, action, [{ login, suites }], policy).kind === 'allowed';
  const roster = desk.roster
    .filter(({ login }) => reaches(login, []))
    .map((entry) => ({
      ...entry,
      suites: entry.suites.filter(({ suite }) => reaches(entry.login, [suite])),
    }))
    // A login of which nothing may be seen is none; one that never had a suite stays.
    .filter(({ login, suites }) => suites.length > 0 || suitesOf(desk, login) === 0);
  const kept = roster.reduce((sum, { suites }) => sum + suites.length, 0);
  const hidden = desk.roster.reduce((sum, { suites }) => sum + suites.length, 0) - kept;
  if (hidden === 0 && roster.length === desk.roster.length) return desk;
  const logins = new Set(roster.map(({ login }) => login));
  const pulses = desk.pulses
    .filter(({ login }) => logins.has(login))
    .map((pulse) => ({
      ...pulse,
      suites: pulse.suites.filter(({ suite }) => reaches(pulse.login, [suite])),
    }));
  return { roster, pulses, hidden };
}

function suitesOf(desk: DeskView, login: string): number {
  return desk.roster.find((one) => one.login === login)?.suites.length ?? 0;
}
