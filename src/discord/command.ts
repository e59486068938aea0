// The contract of a slash command: what was typed becomes a task, an answer at once, or a refusal; pure, no I/O.
import type { Tier } from '../domain/access.ts';
import type { DeskView } from '../domain/desk.ts';
import type { Diagnostic, Explanation, Severity } from '../domain/diagnostic.ts';
import type { Person } from '../domain/incident.ts';
import type { Answer, KnownIncident, Task } from '../domain/job.ts';
import type { Picked } from '../domain/picked.ts';

/** Names of suites, findings and orders are far shorter. */
export const usualMaxLength = 100;

export interface CommandOption {
  /** Discord's rule: 1-32 lower-case characters. */
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Longest value, at most 6000; 100 where it is missing. */
  readonly maxLength?: number;
  /** Somebody of the server: the value is the id, who that is comes in `asked.people`. */
  readonly person?: boolean;
  /** The only values there are, at most 25. */
  readonly choices?: readonly Choice[];
  /** Offers choices while typing, at most 25, from live state. */
  readonly complete?: (typed: string, context: PlanContext, others: Typed) => readonly Choice[];
}

export interface Choice {
  /** What the person reads, at most 100 characters. */
  readonly name: string;
  readonly value: string;
}

/** Option values as typed, by name. */
export type Typed = Readonly<Record<string, string | undefined>>;

/** One row of what `/explain` knows. */
export interface KnownFinding {
  readonly finding: string;
  readonly severity: Severity;
  readonly explanation: Explanation;
  /** `diagnostic hub-connection`, `detector feed-mute`. */
  readonly source: string;
}

export interface PlanContext {
  readonly now: number;
  readonly desk: DeskView;
  readonly diagnostics: readonly Pick<
    Diagnostic,
    'name' | 'question' | 'severity' | 'scope' | 'dependsOn' | 'topics'
  >[];
  readonly findings: readonly KnownFinding[];
  /** Open incidents first, then the newest that ended: for choices, and for what is meant in a thread. */
  readonly incidents?: readonly KnownIncident[];
  /** By whom and where it was typed. */
  readonly asked?: Asked;
  /** Every command, for `/help`. */
  readonly commands: readonly Pick<Command, 'name' | 'description' | 'options'>[];
}

export interface Asked {
  readonly by: Person;
  /** The channel or thread. */
  readonly channelId: string;
  /** Whoever was picked in options, by id. */
  readonly people: Readonly<Record<string, Picked>>;
}

export type Plan =
  | { readonly kind: 'task'; readonly task: Task }
  /** Known without asking anybody; refusals are answers too. */
  | { readonly kind: 'answer'; readonly answer: Answer };

/** `/audit show`: typed behind the command's name. */
export interface Subcommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CommandOption[];
}

export interface Command {
  /** Equal to the file's name. */
  readonly name: string;
  readonly description: string;
  readonly tier: Tier;
  readonly options: readonly CommandOption[];
  /** One of these is then always typed; its name comes as `typed.subcommand`, and `options` is empty. */
  readonly subcommands?: readonly Subcommand[];
  /** Offered in the menu of every message too: what it then stands for is typed for the person, and only they see the answer. */
  readonly messageMenu?: {
    /** As Discord shows it, at most 32 characters. */
    readonly name: string;
    typed(author: string, text: string): Typed;
  };
  /** Seen only by who typed it. */
  readonly ephemeral?: boolean;
  plan(typed: Typed, context: PlanContext): Plan;
}
