// The name of a question to a login: equal for questions that mean the same, so that they can be joined and answers can be held to it.
import { createHash } from 'node:crypto';
import type { ExaminePart, ExamineTask } from '../domain/job.ts';
import { escaped } from './keys.ts';

export function questionOf(part: ExaminePart, task: ExamineTask): string {
  const wanted = task.diagnostics === 'all' ? 'all' : [...task.diagnostics].sort();
  const hash = createHash('sha256')
    .update(JSON.stringify([[...part.suites].sort(), wanted, task.exhibits ?? [], task.subject ?? null]))
    .digest('hex')
    .slice(0, 12);
  return `${escaped(part.login)}-${hash}`;
}
