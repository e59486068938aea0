// The name of a question to a login: equal for questions that mean the same, so that they can be joined and answers can be held to it.
import { createHash } from 'node:crypto';
import type { ExaminePart, ExamineTask } from '../domain/job.ts';
import { escaped, queueNames } from './keys.ts';

/** What somebody waits for, and what only goes into a thread, never wait for each other. */
export type Lane = 'interactive' | 'background';

export function laneOf({ incident }: Pick<ExamineTask, 'incident'>): Lane {
  return incident === undefined ? 'interactive' : 'background';
}

export function queueOf(lane: Lane, login: string): string {
  return lane === 'interactive' ? queueNames.ask(login) : queueNames.evidence(login);
}

export function questionOf(part: ExaminePart, task: ExamineTask): string {
  const wanted = task.diagnostics === 'all' ? 'all' : [...task.diagnostics].sort();
  // Whoever waits must not be joined to what does not hurry.
  const lane = laneOf(task) === 'background' ? ['background'] : [];
  const asked = [[...part.suites].sort(), wanted, task.exhibits ?? [], task.subject ?? null, ...lane];
  const hash = createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 12);
  return `${escaped(part.login)}-${hash}`;
}
