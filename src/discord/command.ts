// The contract of a slash command: what was typed becomes a task, an answer at once, or a refusal; pure, no I/O.
import type { Tier } from '../domain/access.ts';
import type { DeskView } from '../domain/desk.ts';
import type { Diagnostic, Explanation, Severity } from '../domain/diagnostic.ts';
import type { Answer, Task } from '../domain/job.ts';

/** Names of suites, findings and orders are far shorter. */
export const usualMaxLength = 100;

export interface CommandOption {
  /** Discord's rule: 1-32 lower-case characters. */
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  /** Longest value, at most 6000; 100 where it is missing. */
  readonly maxLength?: number;
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
  /** Every command, for `/help`. */
  readonly commands: readonly Pick<Command, 'name' | 'description' | 'options'>[];
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
  /** Seen only by who typed it. */
  readonly ephemeral?: boolean;
  plan(typed: Typed, context: PlanContext): Plan;
}
