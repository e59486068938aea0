// Who waits for what, remembered beside the queue: what was tampered with, or lies in a Redis that is away, cannot say whom to tell.
import type { TaskTicket } from '../domain/job.ts';

const most = 2_000;

export type Awaited = Pick<TaskTicket, 'id' | 'reply' | 'task' | 'askedAt'>;

export interface Waiting {
  add(ticket: TaskTicket): void;
  /** Forgets it; undefined where this process never had it. */
  take(id: string): Awaited | undefined;
  /** Oldest first; without those who were told that they wait in vain. */
  all(): readonly Awaited[];
  /** They have their one answer: that it cannot be given now. */
  tellOff(id: string): void;
  /** True where what comes now would be a second answer. */
  toldOff(id: string): boolean;
}

export function waiting(): Waiting {
  const tickets = new Map<string, Awaited>();
  const told = new Set<string>();
  const bound = (kept: { readonly size: number; keys(): Iterable<string>; delete(id: string): boolean }) => {
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break;
      kept.delete(oldest);
    }
  };
  return {
    add({ id, reply, task, askedAt }) {
      tickets.set(id, { id, reply, task, askedAt });
      bound(tickets);
    },
    take(id) {
      const found = tickets.get(id);
      tickets.delete(id);
      return found;
    },
    all: () => [...tickets.values()],
    tellOff(id) {
      tickets.delete(id);
      told.add(id);
      bound(told);
    },
    toldOff: (id) => told.has(id),
  };
}
