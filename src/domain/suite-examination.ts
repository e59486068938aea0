// What the commands about one suite share: the option that names it, and the examination of it that answers about a topic.
import type { DeskView } from './desk.ts';
import type { Diagnostic, Topic } from './diagnostic.ts';
import type { Answer, ExamineTask } from './job.ts';
import { findSuite, suiteChoices } from './roster.ts';

export const suiteOption = {
  name: 'suite',
  description: 'Which suite',
  required: true,
  complete: (typed: string, { desk }: { readonly desk: DeskView }) => suiteChoices(desk, typed),
} as const;

type Questions = readonly Pick<Diagnostic, 'name' | 'topics'>[];

/** The names of the diagnostics about a topic. */
export function questionsAbout(topic: Topic, diagnostics: Questions): readonly string[] {
  return diagnostics.filter(({ topics }) => topics?.includes(topic)).map(({ name }) => name);
}

export interface SuiteTopic {
  readonly topic: Topic;
  /** What the report is called: `Position` becomes `Position of mnq`. */
  readonly title: string;
  readonly exhibits: readonly string[];
}

/** The task that asks a suite about a topic; a refusal where no suite is called so. */
export function planTopic(
  { topic, title, exhibits }: SuiteTopic,
  typed: string | undefined,
  { desk, diagnostics }: { readonly desk: DeskView; readonly diagnostics: Questions },
):
  | { readonly kind: 'task'; readonly task: ExamineTask }
  | { readonly kind: 'answer'; readonly answer: Answer } {
  const lookup = findSuite(desk, typed ?? '');
  if (lookup.kind === 'unknown') {
    return { kind: 'answer', answer: { kind: 'refusal', text: lookup.text, wayOut: lookup.wayOut } };
  }
  return {
    kind: 'task',
    task: {
      kind: 'examine',
      title: `${title} of ${lookup.suite.suite}`,
      parts: [lookup.part],
      diagnostics: questionsAbout(topic, diagnostics),
      exhibits,
    },
  };
}
