// An incident as it is kept: its alerts, its state, its instants and what Discord knows of it; plain JSON.
import type { Alert, LastSight, Recovery } from './alert.ts';
import { beginCare, type Care, type Circle } from './care.ts';
import type { Severity } from './diagnostic.ts';
import type { Flapping, Turn } from './flapping.ts';
import type { Person } from './person.ts';
import type { ListedStep } from './playbook.ts';
import type { Report } from './report.ts';
import type { Silence } from './silence.ts';
import type { TimelineEntry } from './timeline.ts';

export type { Person } from './person.ts';

export interface IncidentAlert {
  readonly alert: Alert;
  /** Undefined = still firing. */
  readonly recovery: Recovery | undefined;
  /** How it stood when something else was at stake than when it was told, or last before it was over. */
  readonly last?: LastSight;
}

/** How and when people were told of something before it was written down. */
export interface ToldAhead {
  readonly how: DirectWay;
  readonly at: number;
}

/** `direct`: in the ops channel, without a record. */
export type DirectWay = 'direct' | 'second-channel';

interface IncidentBase {
  /** Short and speakable: `12`. */
  readonly id: string;
  readonly version: number;
  readonly login: string;
  /** The alert that opened it, or the cause found since. First = root. */
  readonly alerts: readonly IncidentAlert[];
  readonly severity: Severity;
  readonly openedAt: number;
  /** Observed and decided; queued, sent and accepted are kept with the posts. */
  readonly observedAt: number;
  readonly decidedAt: number;
  /** Whom it called and when, and when somebody last moved. */
  readonly care: Care;
  /** False = nobody was told of it yet, because a silence held it back; whatever is told first is then its page. */
  readonly paged: boolean;
  /** When its page was queued; later than `openedAt` where a silence held it back first. */
  readonly pagedAt?: number;
  /** Its people were told before it could be written down, while Redis was away. */
  readonly toldAhead?: ToldAhead;
  /** When it failed and recovered as a whole, oldest first; those of the last minutes. */
  readonly turns: readonly Turn[];
  readonly flapping: Flapping;
  /** The first acknowledgement, kept through everything that follows. */
  readonly acknowledgedAt?: number;
  /** Keys of alerts that joined in a storm, or under a silence after its page; they are told together a little later, or once the silence is over. */
  readonly untold: readonly string[];
  /** When alerts that joined were last told one by one, newest last. */
  readonly toldAt: readonly number[];
  /** Steps of its playbooks that somebody took, by `playbook.step`. */
  readonly steps: Readonly<Record<string, StepMark>>;
}

export interface StepMark {
  readonly how: 'taken' | 'done' | 'passed';
  readonly by: Person;
  readonly at: number;
}

export type IncidentState =
  | { readonly kind: 'triggered' }
  | { readonly kind: 'acknowledged'; readonly by: Person; readonly at: number }
  /** A silence holds it back: nobody is called, and where it is not `paged` nobody was. When the silence ends and it still fires, it is triggered. */
  | {
      readonly kind: 'suppressed';
      readonly at: number;
      readonly silence: Pick<Silence, 'id' | 'kind' | 'reason' | 'by' | 'toAt'>;
    }
  | {
      readonly kind: 'resolved';
      readonly at: number;
      readonly by: Person | 'recovery';
      readonly acknowledgedBy: Person | undefined;
      /** The silence that held it back to its end. */
      readonly silence?: string;
    };

export interface Incident extends IncidentBase {
  readonly state: IncidentState;
}

type Untouched = Pick<Incident, 'care' | 'paged' | 'turns' | 'flapping' | 'untold' | 'toldAt' | 'steps'>;

/** What an incident has beside its facts as long as it was told once, and nobody and nothing has moved since. */
export function untouched(openedAt: number): Untouched {
  return {
    care: beginCare(openedAt),
    paged: true,
    turns: [],
    flapping: { kind: 'steady' },
    untold: [],
    toldAt: [],
    steps: {},
  };
}

/** One message to Discord about an incident, in order. `id` is deterministic and serves as nonce. */
export type Post = {
  readonly id: string;
  readonly incident: string;
  readonly queuedAt: number;
} & (
  | {
      /** NEW message in the ops channel, with the on-call mention; then a thread on it. */ readonly kind: 'page';
      readonly card: Incident;
    }
  | { /** Edit of the page; never pings. */ readonly kind: 'card'; readonly card: Incident }
  | {
      /** Thread: the steps to take with what became of each; written once, then edited in place. */
      readonly kind: 'steps';
      readonly playbook: string;
      readonly title: string;
      readonly steps: readonly ListedStep[];
      readonly marks: Incident['steps'];
      /** The incident is over: they can be read, and not ticked any more. */
      readonly over?: true;
    }
  | { /** Thread: the evidence asked for by itself. */ readonly kind: 'evidence'; readonly report: Report }
  | {
      /** Thread: further alert joined, recovery, who acknowledged … */ readonly kind: 'note';
      readonly note: IncidentNote;
    }
);

/** What Discord knows of an incident, kept beside it and given to every delivery. Instants are epoch ms. */
export interface IncidentRefs {
  readonly channelId?: string;
  /** The page; the thread started on it has the same id. */
  readonly messageId?: string;
  /** Said to be undefined: the one that was known is none any more; so with its name and its steps. */
  readonly threadId?: string | undefined;
  /** When the page was first handed to Discord, and when Discord accepted it. */
  readonly sentAt?: number;
  readonly acceptedAt?: number;
  /** The message with the steps. */
  readonly stepsId?: string | undefined;
  /** The channel in which that stands, where there was no thread for it. */
  readonly stepsIn?: string | undefined;
  /** `version` of the incident as its card shows it. */
  readonly cardVersion?: number;
  /** The newest message that was said in the thread. */
  readonly saidId?: string;
  /** The thread's name as it was last set. */
  readonly threadName?: string | undefined;
  /** When the message that stands now was posted in the place of one that somebody deleted. */
  readonly anewAt?: number;
  /** When a thread was opened in the place of one that somebody deleted; that is done once. */
  readonly threadAnewAt?: number;
}

export type IncidentNote =
  | { readonly kind: 'joined'; readonly alert: Alert; readonly mention: boolean }
  | { readonly kind: 'part-recovered'; readonly alert: Alert; readonly recovery: Recovery }
  | {
      readonly kind: 'recovered';
      readonly card: Incident;
      readonly downtimeMs: number;
      readonly recovery: Recovery;
    }
  | { readonly kind: 'acknowledged'; readonly by: Person; readonly at: number }
  | {
      readonly kind: 'resolved-by-hand';
      readonly by: Person;
      readonly at: number;
      readonly stillFiring: readonly string[];
    }
  | { readonly kind: 'evidence-failed'; readonly why: string }
  /** People are called (again): nobody moved, an acknowledgement ran out, or somebody asked for it. */
  | {
      readonly kind: 'called';
      readonly circle: Circle;
      readonly why: 'nobody-moved' | 'ran-out' | 'by-hand' | 'stays-down';
      /** Who had it (ran-out) or who asked (by-hand). */
      readonly by?: Person;
      readonly at: number;
    }
  | {
      readonly kind: 'reminded';
      readonly about: 'no-update' | 'healthy-but-open';
      readonly who?: Person;
      readonly at: number;
    }
  | { readonly kind: 'assigned'; readonly by: Person; readonly to: Person; readonly at: number }
  | { readonly kind: 'noted'; readonly by: Person; readonly text: string; readonly at: number }
  | {
      readonly kind: 'severity';
      readonly by: Person;
      readonly from: Severity;
      readonly to: Severity;
      readonly at: number;
    }
  /** It fails and recovers again and again: told once, then only its end. */
  | { readonly kind: 'flapping'; readonly turns: number; readonly at: number }
  /** Many alerts that joined within seconds, worst first. */
  | {
      readonly kind: 'digest';
      readonly alerts: readonly Alert[];
      readonly mention: boolean;
      readonly at: number;
    };

/** Incidents in Redis. `commit` is all or nothing, and refuses a version that is no longer current. */
export interface IncidentStore {
  /** Open incidents of a login, oldest first, with the login's version for `commit`. */
  open(login: string): Promise<{
    readonly version: number;
    readonly incidents: readonly Incident[];
    /** Resolved within the last minutes, newest first: the same thing again reopens one of these instead of paging anew. */
    readonly recent?: readonly Incident[];
    /** Silences that may hold something back, of every login. */
    readonly silences?: readonly Silence[];
  }>;
  /** Every open incident. */
  allOpen(): Promise<readonly Incident[]>;
  get(id: string): Promise<Incident | undefined>;
  nextId(): Promise<string>;
  /**
   * Saves the incident and its posts in one step and wakes the outbox.
   * @throws OpsError `stale-version` (retryable) where somebody else wrote the login's incidents since `expectedVersion`.
   */
  commit(change: {
    readonly login: string;
    readonly expectedVersion: number;
    readonly incident: Incident;
    readonly posts: readonly Post[];
    /** Appended to the incident's timeline in the same step. */
    readonly entries?: readonly TimelineEntry[];
    /** What Discord knows of it already; kept unless it knows more by now. */
    readonly refs?: IncidentRefs;
  }): Promise<void>;
  /** This number is taken, though nothing may be kept of it: later ones are higher. */
  spare(id: string): Promise<void>;
  /** Adds to its story what changes nothing else of it. */
  append(id: string, entries: readonly TimelineEntry[]): Promise<void>;
  /** Its story, oldest first. */
  timeline(id: string): Promise<readonly TimelineEntry[]>;
  /** What Discord knows of it. */
  refs(id: string): Promise<IncidentRefs>;
  /** Open ones first, then the newest that ended, with what Discord knows of each. */
  latest(most: number): Promise<readonly { readonly incident: Incident; readonly refs: IncidentRefs }[]>;
  /** Adds posts without a change of the incident (evidence); idempotent by post id. */
  post(posts: readonly Post[]): Promise<void>;
}
