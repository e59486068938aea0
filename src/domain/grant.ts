// On what grounds a task on its way may go on: judged anew where it runs, by the rules that hold there now.
import { mayReach, type AccessPolicy, type Reach, type Verdict } from './access.ts';
import type { Incident } from './incident.ts';
import type { Grant, Task } from './job.ts';

/** What of the desk a task touches; an incident's is known only where the incident is read. */
export function reachOf(task: Task): readonly Reach[] {
  return task.kind === 'examine' ? task.parts : [];
}

/** What an incident touches: its login, and every suite of its alerts. */
export function reachOfIncident(incident: Incident): readonly Reach[] {
  const suites = incident.alerts.flatMap(({ alert }) => alert.suites.map(({ suite }) => suite));
  return [{ login: incident.login, suites: [...new Set(suites)] }];
}

/** Its place was judged when it was asked; roles and restrictions are judged again. */
export function stillMay(
  grant: Grant,
  scope: readonly Reach[],
  policy: Pick<AccessPolicy, 'guildId' | 'roles' | 'only'>,
): Verdict {
  return mayReach(grant.roles, grant, scope, policy);
}
