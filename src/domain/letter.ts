// Dead letters: what could not be delivered, or was refused, and waits for a person to look at it.

/** `answer` and `post` could not be delivered; the rest came out of the queue and was refused. */
export type LetterKind = 'answer' | 'post' | 'ticket' | 'ask' | 'result';

export interface DeadLetter {
  /** Its number, never given twice. */
  readonly no: number;
  readonly at: number;
  readonly what: LetterKind;
  /** Ticket or post id. */
  readonly id: string;
  /** `note of incident 12`, `Health asked by ann`. */
  readonly about: string;
  readonly why: string;
  /** What it was to bring is kept, so it can be sent again. */
  readonly again: boolean;
}

/** `gone`: handled by somebody else, or older than what is kept. `nothing-to-send`: it was refused, not undelivered. */
export type Redriven =
  | 'sent'
  | 'gone'
  | 'nothing-to-send'
  | { readonly kind: 'refused'; readonly why: string };

export interface LetterBox {
  /** Newest first; `unreadable` counts those that this desk did not write. @throws OpsError `redis-unavailable` */
  list(): Promise<{ readonly letters: readonly DeadLetter[]; readonly unreadable: number }>;
  /** Puts it back on its way, once however often it is asked. @throws OpsError `redis-unavailable` */
  redrive(no: number): Promise<Redriven>;
  /** False where it is gone already. @throws OpsError `redis-unavailable` */
  dismiss(no: number): Promise<boolean>;
  /** Takes away what nobody can read; returns how many. @throws OpsError `redis-unavailable` */
  clear(): Promise<number>;
}

/** What the watch needs to know of them. */
export interface LettersWaiting {
  readonly count: number;
  readonly oldestAt: number;
  /** A few of them, oldest first. */
  readonly oldest: readonly DeadLetter[];
}

export const kindWords: Readonly<Record<LetterKind, string>> = {
  answer: 'an answer that could not be delivered',
  post: 'a message that could not be delivered',
  ticket: 'a command in the queue that was refused',
  ask: 'a question in the queue that was refused',
  result: 'a result in the queue that was refused',
};

const queued: Readonly<Record<string, string>> = {
  ticket: 'a command',
  ask: 'a question',
  result: 'a result',
  post: 'a message',
};

/** What people call what passes through the queue; an ask is a price to them. */
export function queuedWords(what: string): string {
  return queued[what] ?? 'something';
}

/** Longer than this unhandled, and somebody is called. */
export const lettersOverdueMs = 5 * 60_000;
/** They belong to no login; their incident bears this in its place, which no login can be called. */
export const lettersLogin = 'the desk';
