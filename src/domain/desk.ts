// The desk as everybody can see it through Redis: which logins and suites exist, who hosts them, how they are.
import type { LettersWaiting } from './letter.ts';
import type { Exposure } from './order.ts';
import type { HubName, ObserveMode } from './suite.ts';

/** What a host publishes of itself about once a second (and at once on a change). Plain JSON, no secrets. */
export interface LoginPulse {
  readonly login: string;
  readonly worker: string;
  readonly hostedAt: number;
  /** Worker's clock when published. */
  readonly at: number;
  /** When it was last heard to change, by the clock of whoever follows the desk; never published. */
  readonly heardAt?: number;
  /** `active until …`, `refused: …` – one word of the session's state kind. */
  readonly session: string;
  readonly sessionExpiresAt: number | undefined;
  readonly hubs: Readonly<Record<HubName, { readonly state: string; readonly sinceAt: number | undefined }>>;
  readonly suites: readonly SuitePulse[];
}

/** When a sign of its host came last, by the reader's clock where that is known: two machines' clocks are not compared. */
export function heardAt({ heardAt, at }: LoginPulse): number {
  return heardAt ?? at;
}

export interface SuitePulse {
  readonly suite: string;
  readonly instrument: string;
  readonly contract: string | undefined;
  readonly account: string | undefined;
  readonly observe: ObserveMode;
  readonly exposure: Exposure;
  /** Newest exchange time over its streams. */
  readonly lastExchangeAt: number | undefined;
  readonly market: string;
  /** A few of the newest, working ones first, to be picked from while typing; missing = an older worker. */
  readonly orders?: readonly { readonly id: string; readonly words: string }[];
}

/** A login that should be hosted (from the roster every process with a config writes). */
export interface RosterLogin {
  readonly login: string;
  readonly suites: readonly {
    readonly suite: string;
    readonly instrument: string;
    readonly observe: ObserveMode;
  }[];
  /** When this login was first entered in the roster. */
  readonly since: number;
}

export interface DeskView {
  readonly roster: readonly RosterLogin[];
  /** Last pulse of each login, also when it is old; missing = never hosted. */
  readonly pulses: readonly LoginPulse[];
  /** Suites left out because who asks may not see them; missing = none. */
  readonly hidden?: number;
  /** Known to the watch over the desk alone. */
  readonly letters?: LettersWaiting;
}
