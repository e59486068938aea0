// Who waits for what, remembered beside the queue: a ticket that was tampered with cannot say whom to tell, so this does.
import type { TaskTicket } from '../domain/job.ts';

const most = 2_000;

export interface Waiting {
  add(ticket: TaskTicket): void;
  /** Forgets it; undefined where this process never had it. */
  take(id: string): Pick<TaskTicket, 'id' | 'reply'> | undefined;
}

export function waiting(): Waiting {
  const tickets = new Map<string, Pick<TaskTicket, 'id' | 'reply'>>();
  return {
    add({ id, reply }) {
      tickets.set(id, { id, reply });
      for (const [oldest] of tickets) {
        if (tickets.size <= most) break;
        tickets.delete(oldest);
      }
    },
    take(id) {
      const found = tickets.get(id);
      tickets.delete(id);
      return found;
    },
  };
}
