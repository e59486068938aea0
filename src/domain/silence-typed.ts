// What was typed to silence something, as a silence to be made, or why it cannot be.
import type { DeskView } from './desk.ts';
import type { Answer, SilenceTask } from './job.ts';
import { nearest } from './nearest.ts';
import { findSuite } from './roster.ts';
import type { Silence } from './silence.ts';
import { typedSpanMs } from './span-typed.ts';

export interface TypedSilence {
  readonly suite: string | undefined;
  readonly finding: string | undefined;
  readonly span: string | undefined;
  readonly reason: string | undefined;
  readonly untilWell: boolean;
}

/** The shape of a command's plan. */
export type SilencePlan =
  | { readonly kind: 'task'; readonly task: SilenceTask }
  | { readonly kind: 'answer'; readonly answer: Extract<Answer, { kind: 'refusal' }> };

function refused(text: string, wayOut: string): SilencePlan {
  return { kind: 'answer', answer: { kind: 'refusal', text, wayOut } };
}

/** `S3`, however it was typed: `s3` and `3` too. */
export function planSilenceEnd(typed: string | undefined): SilencePlan {
  const id = (typed ?? '')
    .trim()
    .toUpperCase()
    .replace(/^(?=\d+$)/, 'S');
  return { kind: 'task', task: { kind: 'silence', action: 'end', id } };
}

export function planSilence(
  kind: Silence['kind'],
  typed: TypedSilence,
  desk: DeskView,
  findings: readonly string[],
  now: number,
): SilencePlan {
  const span = typedSpanMs(typed.span ?? '1h');
  if (span === undefined) {
    return refused(`"${typed.span ?? ''}" is not a time span.`, 'Give it as 30m or 2h, at most 24h.');
  }
  const finding = typed.finding?.trim();
  if (finding !== undefined && finding !== '' && !findings.includes(finding)) {
    const near = nearest(finding, findings);
    return refused(
      `There is no finding called "${finding.slice(0, 60)}".`,
      near.length === 0 ? 'Pick one from the list while you type.' : `Did you mean ${near.join(' or ')}?`,
    );
  }
  const suite = typed.suite?.trim();
  const lookup = suite === undefined || suite === '' ? undefined : findSuite(desk, suite);
  if (lookup?.kind === 'unknown') return refused(lookup.text, lookup.wayOut);
  return {
    kind: 'task',
    task: {
      kind: 'silence',
      action: 'add',
      silence: {
        kind,
        matcher: {
          ...(lookup === undefined ? {} : { login: lookup.part.login, suite: lookup.suite.suite }),
          ...(finding === undefined || finding === '' ? {} : { finding }),
        },
        reason: (typed.reason ?? '').trim(),
        fromAt: now,
        toAt: now + span,
        untilWell: typed.untilWell,
      },
    },
  };
}
