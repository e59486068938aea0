// The JSON that passes between bot and workers: tasks planned from commands, answers that come back, and where they go.
import type { Action } from './access.ts';
import type { AuditPage } from './audit.ts';
import type { Callee } from './callees.ts';
import type { Explanation, Severity } from './diagnostic.ts';
import type { Incident, IncidentRefs, Person, StepMark } from './incident.ts';
import type { DeskView } from './desk.ts';
import type { DirectPage } from './direct-line.ts';
import type { DeadLetter } from './letter.ts';
import type { Roster } from './oncall.ts';
import type { Playbook } from './playbook.ts';
import type { Report, LoginReport } from './report.ts';
import type { Silence } from './silence.ts';
import type { StoreOutage } from './store-watch.ts';
import type { TimelineEntry } from './timeline.ts';

/** A question to one or more logins' hosts. */
export interface ExamineTask {
  readonly kind: 'examine';
  /** Title of the report: `Health`, `Connection of mnq`. */
  readonly title: string;
  readonly parts: readonly ExaminePart[];
  /** Names of diagnostics, or all. Dependencies are run too, to find causes. */
  readonly diagnostics: readonly string[] | 'all';
  /** Names of exhibits to show beside the verdicts. */
  readonly exhibits?: readonly string[];
  /** What exactly was asked for, for the exhibits: an order id. */
  readonly subject?: string;
  /** Set on a re-run: the results go into this incident's thread as well. */
  readonly incident?: string;
}

export interface ExaminePart {
  readonly login: string;
  readonly suites: readonly string[];
}

/** Something a person does to an incident, by button or command; `incident` is its id. */
export type IncidentTask = { readonly kind: 'incident'; readonly incident: string } & IncidentAct;

export type IncidentAct =
  | { readonly action: 'acknowledge' | 'resolve' | 'rerun' | 'escalate' }
  | { readonly action: 'assign'; readonly to: Person }
  | { readonly action: 'note'; readonly text: string }
  | { readonly action: 'severity'; readonly severity: Severity }
  | {
      readonly action: 'step';
      readonly playbook: string;
      readonly step: string;
      readonly how: StepMark['how'];
    };

export type IncidentAction = IncidentAct['action'];

/** A look at what is remembered of incidents. */
export type RecordTask =
  | { readonly kind: 'record'; readonly action: 'list' }
  | {
      readonly kind: 'record';
      readonly action: 'show' | 'timeline' | 'postmortem';
      readonly incident: string;
    }
  | { readonly kind: 'record'; readonly action: 'slo'; readonly days: number };

/** A look at the duty roster, or a change of it. */
export type OncallTask =
  | { readonly kind: 'oncall'; readonly action: 'show' }
  /** Whatever people took or swapped ends now. */
  | { readonly kind: 'oncall'; readonly action: 'clear' }
  | {
      readonly kind: 'oncall';
      readonly action: 'take';
      /** Undefined = who typed it. */
      readonly person: Person | undefined;
      readonly fromAt: number;
      readonly toAt: number;
    };

export type SilenceTask =
  | { readonly kind: 'silence'; readonly action: 'list' }
  | { readonly kind: 'silence'; readonly action: 'end'; readonly id: string }
  | {
      readonly kind: 'silence';
      readonly action: 'add';
      readonly silence: Pick<Silence, 'kind' | 'matcher' | 'reason' | 'fromAt' | 'toAt' | 'untilWell'>;
    };

/** A look at the audit log. */
export interface AuditTask {
  readonly kind: 'audit';
  readonly action: 'show' | 'verify';
  /** Entries to show. */
  readonly most: number;
}

/** A look at the dead letters, or an end for them. */
export type LettersTask =
  | { readonly kind: 'letters'; readonly action: 'list' }
  | { readonly kind: 'letters'; readonly action: 'show'; readonly no: number }
  | { readonly kind: 'letters'; readonly action: 'redrive' | 'dismiss'; readonly no: number | 'all' };

/** What the bot does itself, without asking a worker. */
export type DeskTask = IncidentTask | AuditTask | RecordTask | OncallTask | SilenceTask | LettersTask;

export type Task = ExamineTask | DeskTask;

/** Whether it changes nothing: asked again, it does no harm. */
export function readsOnly(task: Task): boolean {
  switch (task.kind) {
    case 'examine':
    case 'record':
    case 'audit':
      return true;
    case 'oncall':
      return task.action === 'show';
    case 'silence':
      return task.action === 'list';
    case 'letters':
      return task.action === 'list' || task.action === 'show';
    case 'incident':
      return false;
  }
}

/** On what grounds something is asked: judged when it was asked, and judged again where it runs. */
export interface Grant extends Action {
  readonly guildId: string;
  /** Discord role ids of who asked, at that moment. */
  readonly roles: readonly string[];
}

/** Where an answer goes. `token` is the interaction's own, good for 15 minutes. */
export interface ReplyAddress {
  readonly applicationId: string;
  readonly token: string;
  readonly tokenExpiresAt: number;
  readonly channelId: string;
  readonly userId: string;
  readonly ephemeral: boolean;
}

/** A task on its way. `id` = the interaction's id: the same command twice is the same task. */
export interface TaskTicket {
  readonly id: string;
  readonly task: Task;
  readonly askedBy: Person;
  readonly grant: Grant;
  readonly askedAt: number;
  /** When the wait ends with what there is, epoch ms. */
  readonly deadlineAt: number;
  readonly reply: ReplyAddress;
}

/** What a login's host is asked. */
export interface AskJob {
  readonly kind: 'ask';
  /** Identical questions in flight share one id (joined): `<login>-<hash of what is asked>-<n>`. */
  readonly askId: string;
  readonly login: string;
  readonly suites: readonly string[];
  readonly diagnostics: readonly string[] | 'all';
  readonly exhibits?: readonly string[];
  readonly subject?: string;
  /** Of the first who asked; those who joined were judged by the bot. */
  readonly grant: Grant;
  readonly askedAt: number;
  readonly deadlineAt: number;
}

export type AskResult =
  | { readonly kind: 'report'; readonly report: LoginReport }
  | { readonly kind: 'failed'; readonly login: string; readonly why: string };

/** The one terminal message of a command. */
export type Answer =
  | Report
  | { readonly kind: 'refusal'; readonly text: string; readonly wayOut: string }
  | { readonly kind: 'failure'; readonly text: string; readonly next: string }
  | OutageAnswer
  /** `warns`: it is done, and not all is well. */
  | { readonly kind: 'done'; readonly text: string; readonly warns?: true }
  | ({ readonly kind: 'audit'; readonly at: number } & AuditPage)
  | {
      readonly kind: 'letters';
      readonly at: number;
      /** Newest first. */
      readonly letters: readonly DeadLetter[];
      /** Entries that this desk did not write. */
      readonly unreadable: number;
    }
  | { readonly kind: 'letter'; readonly at: number; readonly letter: DeadLetter }
  | { readonly kind: 'suites'; readonly at: number; readonly desk: DeskView }
  | { readonly kind: 'incidents'; readonly at: number; readonly incidents: readonly KnownIncident[] }
  | {
      readonly kind: 'incident';
      readonly at: number;
      readonly known: KnownIncident;
      readonly timeline: readonly TimelineEntry[];
      /** Earlier ones of the same cause, newest first, with how they ended. */
      readonly similar: readonly KnownIncident[];
      /** The steps for what was found; undefined = there are none for it. */
      readonly playbook: Playbook | undefined;
      /** `show` = the summary; `timeline` = every entry; `postmortem` = the whole story as files. */
      readonly as: 'show' | 'timeline' | 'postmortem';
    }
  | {
      readonly kind: 'slo';
      readonly at: number;
      readonly days: number;
      readonly incidents: readonly KnownIncident[];
      /** Set where older ones of these days are not kept any more: the oldest that is. */
      readonly keptSince?: number;
    }
  | {
      readonly kind: 'oncall';
      readonly at: number;
      readonly roster: Roster;
      /** Whom a page calls now; empty = nobody. */
      readonly called: readonly Callee[];
    }
  | { readonly kind: 'silences'; readonly at: number; readonly silences: readonly Silence[] }
  | {
      readonly kind: 'explanation';
      readonly finding: string;
      readonly severity: Severity;
      readonly explanation: Explanation;
      readonly source: string;
    }
  | {
      readonly kind: 'help';
      readonly commands: readonly { readonly usage: string; readonly description: string }[];
    };

/** Redis cannot be used, so this is what the bot itself knows: what it saw last, which is never how things are. */
export interface OutageAnswer {
  readonly kind: 'outage';
  readonly at: number;
  readonly outage: StoreOutage;
  /** `/health suite:mnq`, `acknowledge of #12`. */
  readonly asked: string;
  /** `nothing`: it never left the bot. `unknown`: it was under way when Redis went. `read`: it would have changed nothing. */
  readonly done: 'nothing' | 'unknown' | 'read';
  /** Missing = this is about something that was to be done, not about how things are. */
  readonly seen?: LastSeen;
  /** What somebody wrote, given back so that it is not lost. */
  readonly written?: string;
}

/** Instants say when it was read; undefined = never by this bot. */
export interface LastSeen {
  readonly desk: DeskView;
  readonly deskAt: number | undefined;
  /** Open ones. */
  readonly incidents: readonly KnownIncident[];
  readonly incidentsAt: number | undefined;
  /** What was said directly since, and is not recorded yet. */
  readonly direct: readonly DirectPage[];
  /** Whom a page would call, by the roster as read last. */
  readonly called: readonly Callee[];
  /** The last answer to the very same question. */
  readonly report?: Report;
  /** A host runs in the bot's own process: what becomes critical meanwhile is said in the channel all the same. */
  readonly hostHere: boolean;
}

/** An incident with what Discord knows of it. */
export interface KnownIncident {
  readonly incident: Incident;
  readonly refs: IncidentRefs;
}
