// The line from a host to whoever can reach people while nothing can be written down: what goes over it, and who listens in this process.
import type { LoginPulse } from './desk.ts';
import { OpsError } from './errors.ts';
import type { IncidentAlert } from './incident.ts';

/** What people are told without a record of it, because the store takes nothing. */
export interface DirectPage {
  /** The same id is the same message: said again it is changed, never posted anew. */
  readonly id: string;
  readonly login: string;
  /** One, or many where they came in a storm. */
  readonly alerts: readonly IncidentAlert[];
  /** `one`: they will be one incident; `many`: they are told together because they came at once. */
  readonly about: 'one' | 'many';
  /** When the first of them was decided. */
  readonly decidedAt: number;
  readonly trouble: StoreTrouble;
}

/** Since when nothing can be written, and why. */
export interface StoreTrouble {
  readonly sinceAt: number;
  readonly why: string;
}

export interface DirectLine {
  /** Resolves once people have it. @throws OpsError where nobody listens, or Discord did not take it. */
  say(page: DirectPage): Promise<void>;
  /** The one that listens now; the newest counts. */
  listen(hear: (page: DirectPage) => Promise<void>): () => void;
  /** How a login is, for whoever asks in this process; undefined = its host lets go of it. */
  show(login: string, pulse: LoginPulse | undefined): void;
  /** The last sight of each login that is hosted in this process. */
  shown(): readonly LoginPulse[];
}

/** Within one process: its worker never sees Discord, its bot never a suite. */
export function directLine(): DirectLine {
  let listening: ((page: DirectPage) => Promise<void>) | undefined;
  const pulses = new Map<string, LoginPulse>();
  return {
    say: (page) =>
      listening?.(page) ??
      Promise.reject(
        new OpsError('discord-unavailable', 'No bot of this process holds the Discord connection.', {
          retryable: true,
        }),
      ),
    listen(hear) {
      listening = hear;
      return () => {
        if (listening === hear) listening = undefined;
      };
    },
    show(login, pulse) {
      if (pulse === undefined) pulses.delete(login);
      else pulses.set(login, pulse);
    },
    shown: () => [...pulses.values()],
  };
}
