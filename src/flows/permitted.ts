// What the bot does itself for somebody, judged once more where it runs: by then the incident, and so the suites at stake, are known.
import {
  may,
  type AccessPolicy,
  type Action,
  type Actor,
  type Denied,
  type Reach,
} from '../domain/access.ts';
import type { AuditEvent, AuditLog } from '../domain/audit.ts';
import { reachOfIncident } from '../domain/grant.ts';
import type { IncidentStore, Person } from '../domain/incident.ts';
import type { Answer, AuditTask, IncidentTask } from '../domain/job.ts';
import { act, type Rerun } from './act.ts';

export interface Permit {
  readonly policy: AccessPolicy;
  readonly record: (event: AuditEvent) => void;
  readonly now: () => number;
}

type Caller = Person & Actor;

export async function actIfAllowed(
  task: IncidentTask,
  caller: Caller,
  given: Permit & { readonly store: IncidentStore; readonly rerun: Rerun },
): Promise<Answer> {
  const incident = await given.store.get(task.incident);
  const scope = incident === undefined ? [] : reachOfIncident(incident);
  const action = { command: task.action, tier: 'respond' } as const;
  const denied = judge(caller, action, scope, `#${task.incident}`, given);
  const by = { id: caller.id, name: caller.name };
  return denied === undefined ? act(task, by, given) : { kind: 'refusal', ...wordsOf(denied) };
}

export async function auditIfAllowed(
  task: AuditTask,
  caller: Caller,
  given: Permit & { readonly log: Pick<AuditLog, 'show' | 'verify'> },
): Promise<Answer> {
  const denied = judge(caller, { command: 'audit', tier: 'lead' }, [], '', given);
  if (denied !== undefined) return { kind: 'refusal', ...wordsOf(denied) };
  if (task.action === 'show') return { kind: 'audit', at: given.now(), ...(await given.log.show(task.most)) };
  const verdict = await given.log.verify();
  switch (verdict.kind) {
    case 'empty':
      return { kind: 'done', text: 'The audit log is empty: there is nothing that could have been changed.' };
    case 'whole': {
      const older = verdict.truncated
        ? ' Older ones were let go of, and the log continues from where they ended.'
        : '';
      return {
        kind: 'done',
        text: `The audit log is whole: entries #${verdict.first} to #${verdict.last}, none changed, added or removed.${older} Mark of the last one: ${verdict.mark}.`,
      };
    }
    case 'broken':
      return {
        kind: 'failure',
        text: `The audit log breaks at entry #${verdict.seq}: ${verdict.why}. The ${verdict.sound} before it are sound.`,
        next: 'Somebody with access to Redis changed it, or a signing key is missing here: find out who can write there before you trust what came after.',
      };
  }
}

function judge(
  caller: Caller,
  action: Action,
  scope: readonly Reach[],
  on: string,
  { policy, record, now }: Permit,
): Denied | undefined {
  const verdict = may(caller, action, scope, policy);
  if (verdict.kind === 'allowed') return undefined;
  record({
    at: now(),
    kind: 'denial',
    by: { id: caller.id, name: caller.name },
    what: action.command,
    on,
    outcome: `denied (${verdict.reason}) where it runs: ${verdict.text}`,
  });
  return verdict;
}

function wordsOf({ text, wayOut }: Denied): { readonly text: string; readonly wayOut: string } {
  return { text, wayOut };
}
