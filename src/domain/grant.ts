// On what grounds a task on its way may go on: judged anew where it runs, by the rules that hold there now.
import { mayReach, type AccessPolicy, type Reach, type Verdict } from './access.ts';
import type { DeskView } from './desk.ts';
import type { Incident } from './incident.ts';
import type { Grant, Task } from './job.ts';
import type { Matcher } from './silence.ts';

/** What of the desk a task touches; an incident's is known only where the incident is read. */
export function reachOf(task: Task): readonly Reach[] {
  return task.kind === 'examine' ? task.parts : [];
}

/** What an incident touches: its login, and every suite of its alerts. */
export function reachOfIncident(incident: Incident): readonly Reach[] {
  const suites = incident.alerts.flatMap(({ alert }) => alert.suites.map(({ suite }) => suite));
  return [{ login: incident.login, suites: [...new Set(suites)] }];
}

/** What a silence touches: its suite, else every suite of its login, else the whole desk. */
export function reachOfMatcher({ login, suite }: Matcher, { roster }: DeskView): readonly Reach[] {
  return roster
    .filter((entry) => login === undefined || entry.login === login)
    .map((entry) => ({
      login: entry.login,
      suites: entry.suites.map((one) => one.suite).filter((name) => suite === undefined || name === suite),
    }))
    .filter(({ suites }) => suites.length > 0);
}

/** Its place was judged when it was asked; roles and restrictions are judged again. */
export function stillMay(
  grant: Grant,
  scope: readonly Reach[],
  policy: Pick<AccessPolicy, 'guildId' | 'roles' | 'only'>,
): Verdict {
  return mayReach(grant.roles, grant, scope, policy);
}
