// Evidence asked for again as a question of its own: its answer goes into the incident's thread, so nobody waits for a reply.
import type { Person } from '../domain/incident.ts';
import type { ExamineTask, TaskTicket } from '../domain/job.ts';

export interface RerunOptions {
  readonly task: ExamineTask;
  readonly by: Person & { readonly roles: readonly string[] };
  /** The press or the incident's version that asks: the same twice is one question. */
  readonly why: string;
  readonly now: number;
  readonly guildId: string;
  readonly channelId: string;
}

/** Nobody waits in seconds for what goes into a thread. */
const deadlineMs = 30_000;

export function rerunTicket({ task, by, why, now, guildId, channelId }: RerunOptions): TaskTicket {
  return {
    id: `rerun-${task.incident ?? ''}-${why}`,
    task,
    askedBy: { id: by.id, name: by.name },
    grant: { command: 'rerun', tier: 'respond', guildId, roles: by.roles },
    askedAt: now,
    deadlineAt: now + deadlineMs,
    reply: { applicationId: '', token: '', tokenExpiresAt: 0, channelId, userId: by.id, ephemeral: true },
  };
}
