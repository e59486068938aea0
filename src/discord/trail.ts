// What people did here, in the words of the audit log; the same denial while somebody types is told once a minute.
import type { Denied } from '../domain/access.ts';
import type { AuditEvent } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { reachOf } from '../domain/grant.ts';
import type { Answer, Task } from '../domain/job.ts';
import type { Caller } from './config.ts';
import { clip, clipWords, plain } from './presenter/text.ts';

const onceMs = 60_000;
const remembered = 500;
const longestWords = 240;

export interface Trail {
  command(caller: Caller, what: string, task: Task | undefined, outcome: string): void;
  /** A press and what came of it. */
  press(caller: Caller, what: string, on: string, answer: Answer): void;
  denial(caller: Caller, what: string, denied: Pick<Denied, 'text'> & { readonly reason: string }): void;
  /** One per person, command and minute: choices are asked for with every letter. */
  denialWhileTyping(caller: Caller, what: string, denied: Denied): void;
}

export function trailOf(record: (event: AuditEvent) => void, clock: Clock): Trail {
  const told = new Map<string, number>();
  const write = (
    kind: AuditEvent['kind'],
    { id, name }: Caller,
    what: string,
    on: string,
    outcome: string,
  ): void => {
    record({
      at: clock.now(),
      kind,
      by: { id, name: clip(plain(name), 60) },
      what: clip(plain(what), longestWords),
      on: clip(plain(on), longestWords),
      outcome: clipWords(plain(outcome), longestWords),
    });
  };
  const denial: Trail['denial'] = (caller, what, { reason, text }) => {
    const where =
      caller.guildId === undefined ? 'a direct message' : `channel ${caller.channels[0] ?? 'unknown'}`;
    write('denial', caller, what, '', `denied (${reason}) in ${where}: ${text}`);
  };
  return {
    denial,
    command: (caller, what, task, outcome) => {
      const on =
        task === undefined
          ? []
          : reachOf(task).flatMap(({ login, suites }) => (suites.length === 0 ? [login] : suites));
      write('command', caller, what, on.join(', '), outcome);
    },
    press: (caller, what, on, answer) => {
      write('press', caller, what, on, outcomeOf(answer));
    },
    denialWhileTyping(caller, what, denied) {
      const key = `${caller.id} ${what} ${denied.reason}`;
      const now = clock.now();
      if (now - (told.get(key) ?? Number.NEGATIVE_INFINITY) < onceMs) return;
      told.delete(key);
      told.set(key, now);
      if (told.size > remembered)
        for (const [oldest] of [...told].slice(0, remembered / 2)) told.delete(oldest);
      denial(caller, what, denied);
    },
  };
}

/** What an answer says came of it. */
export function outcomeOf(answer: Answer): string {
  switch (answer.kind) {
    case 'refusal':
      return `refused: ${answer.text}`;
    case 'failure':
      return `failed: ${answer.text}`;
    case 'outage':
      return `failed: Redis ${answer.outage.kind === 'away' ? 'was unreachable' : 'took no writes'}`;
    case 'done':
      return `done: ${answer.text}`;
    default:
      return 'answered';
  }
}
