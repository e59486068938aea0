// What a checklist comes to as a whole: the step it fails or waits at, or how many are done; only for reports that ask nothing else.
import type { Step } from '../../domain/exhibit.ts';
import type { FindingStatus, Report } from '../../domain/report.ts';
import { findingsOf } from '../../domain/score.ts';
import { clipWords, count, escape } from './text.ts';

export interface StepsVerdict {
  readonly status: Extract<FindingStatus, 'fail' | 'warn' | 'skip' | 'pass'>;
  /** A few words for the title. */
  readonly words: string;
  /** One sentence below it. */
  readonly line: string;
}

/** Undefined where something was examined, somebody did not answer, or no steps are shown. */
export function stepsVerdict(report: Report): StepsVerdict | undefined {
  if (findingsOf(report).length > 0 || report.missing.length > 0) return undefined;
  const steps = report.logins.flatMap(({ exhibits = [] }) =>
    exhibits.flatMap(({ exhibit }) => (exhibit.kind === 'steps' ? exhibit.steps : [])),
  );
  if (steps.length === 0) return undefined;
  const failed = steps.filter(({ status }) => status === 'fail');
  const [worst] = failed;
  if (worst !== undefined) {
    const words = `${failed.length} of ${count(steps.length, 'step')} ${failed.length === 1 ? 'fails' : 'fail'}`;
    return { status: 'fail', words, line: lineOf(worst) };
  }
  const waiting = steps.find(({ status }) => status === 'waiting' || status === 'open');
  const done = steps.filter(({ status }) => status === 'pass').length;
  if (waiting !== undefined)
    return {
      status: 'warn',
      words: `${done} of ${count(steps.length, 'step')} done, waiting`,
      line: lineOf(waiting),
    };
  const untold = steps.length - done;
  if (untold === 0)
    return { status: 'pass', words: `All ${steps.length} steps done`, line: 'Every step is done.' };
  const first = steps.find(({ status }) => status === 'skip');
  return {
    status: 'skip',
    words: `${done} of ${count(steps.length, 'step')} done, ${untold} not known`,
    line: first === undefined ? 'Not every step is known.' : lineOf(first),
  };
}

function lineOf({ name, said }: Step): string {
  return `**${escape(name)}** – ${clipWords(escape(said), 200)}`;
}
