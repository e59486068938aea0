// What the bot does itself for somebody, judged once more where it runs: by then the incident, and so the suites at stake, are known.
import {
  may,
  type AccessPolicy,
  type Action,
  type Actor,
  type Denied,
  type Reach,
  type Tier,
} from '../domain/access.ts';
import type { AuditEvent, AuditLog } from '../domain/audit.ts';
import type { Reaches } from '../domain/callees.ts';
import { reachOfIncident } from '../domain/grant.ts';
import type { Incident, IncidentStore, Person } from '../domain/incident.ts';
import type { Answer, AuditTask, DeskTask, IncidentTask } from '../domain/job.ts';
import type { LetterBox } from '../domain/letter.ts';
import type { Playbook } from '../domain/playbook.ts';
import { act, type Rerun } from './act.ts';
import { tendLetters } from './letters.ts';
import { lookUp, type Records } from './records.ts';
import { tendRoster, type RosterDesk } from './roster.ts';
import { tendSilences, type SilenceDesk } from './silencing.ts';

export interface Permit {
  readonly policy: AccessPolicy;
  readonly record: (event: AuditEvent) => void;
  readonly now: () => number;
}

export interface DeskWork extends Permit {
  readonly store: IncidentStore;
  readonly rerun: (caller: Caller) => Rerun;
  readonly playbooks: readonly Playbook[];
  readonly reaches: Reaches;
  readonly audit: Pick<AuditLog, 'show' | 'verify'>;
  readonly roster: RosterDesk;
  readonly silences: SilenceDesk;
  readonly letters: LetterBox;
}

/** `interaction` names the very press or command, so that what follows from it follows once. */
export type Caller = Person & Actor & { readonly interaction?: string };

/** Carries out what the bot does itself, where the caller may. @throws OpsError */
export async function carryOut(task: DeskTask, caller: Caller, given: DeskWork): Promise<Answer> {
  const by = { id: caller.id, name: caller.name };
  switch (task.kind) {
    case 'incident':
      return actIfAllowed(task, caller, { ...given, rerun: given.rerun(caller) });
    case 'audit':
      return auditIfAllowed(task, caller, { ...given, log: given.audit });
    case 'record': {
      const denied = judge(caller, { command: task.action, tier: 'read' }, [], '', given);
      if (denied !== undefined) return refusal(denied);
      const mayRead = (incident: Incident): boolean =>
        may(caller, { command: task.action, tier: 'read' }, reachOfIncident(incident), given.policy).kind ===
        'allowed';
      const { store, now, playbooks } = given;
      const records: Records = { store, now, mayRead, playbooks };
      return lookUp(task, records);
    }
    case 'oncall': {
      const tier: Tier = task.action === 'show' ? 'read' : 'respond';
      const denied = judge(caller, { command: 'oncall', tier }, [], '', given);
      return denied === undefined ? tendRoster(task, by, given.roster, given.now()) : refusal(denied);
    }
    case 'silence': {
      const tier: Tier = task.action === 'list' ? 'read' : 'respond';
      const scope: readonly Reach[] = task.action === 'add' ? given.silences.reach(task.silence.matcher) : [];
      const denied = judge(caller, { command: 'silence', tier }, scope, '', given);
      return denied === undefined ? tendSilences(task, by, given.silences, given.now()) : refusal(denied);
    }
    case 'letters': {
      const denied = judge(caller, { command: 'deadletters', tier: 'respond' }, [], '', given);
      return denied === undefined ? tendLetters(task, given.letters, given.now()) : refusal(denied);
    }
  }
}

export async function actIfAllowed(
  task: IncidentTask,
  caller: Caller,
  given: Permit & {
    readonly store: IncidentStore;
    readonly rerun: Rerun;
    readonly playbooks: readonly Playbook[];
    readonly reaches: Reaches;
  },
): Promise<Answer> {
  const incident = await given.store.get(task.incident);
  const scope = incident === undefined ? [] : reachOfIncident(incident);
  const action = { command: task.action, tier: 'respond' } as const;
  const denied = judge(caller, action, scope, `#${task.incident}`, given);
  const by = { id: caller.id, name: caller.name };
  return denied === undefined ? act(task, by, given) : refusal(denied);
}

export async function auditIfAllowed(
  task: AuditTask,
  caller: Caller,
  given: Permit & { readonly log: Pick<AuditLog, 'show' | 'verify'> },
): Promise<Answer> {
  const denied = judge(caller, { command: 'audit', tier: 'lead' }, [], '', given);
  if (denied !== undefined) return refusal(denied);
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

function refusal({ text, wayOut }: Denied): Answer {
  return { kind: 'refusal', text, wayOut };
}
