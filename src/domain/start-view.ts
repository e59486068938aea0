// How a login came up under its host: when each part of a start was done, kept for asking later, and the same of the newest reconnect.

/** All instants are epoch ms; undefined = not yet, or not wanted. */
export interface HubMarks {
  /** The connection is open: socket up, token taken, handshake answered. */
  readonly openedAt: number | undefined;
  /** Every wanted subscription was acknowledged on it. */
  readonly subscribedAt: number | undefined;
}

export interface SuiteMarks {
  /** Orders and positions were read. */
  readonly readAt: number | undefined;
  /** First event of its contract. */
  readonly firstDataAt: number | undefined;
  /** Every wanted kind of event has come. */
  readonly allDataAt: number | undefined;
}

export interface StartMarks {
  /** When hosting began, or the connection was lost. */
  readonly beganAt: number;
  /** What was lost; undefined = it is the start of the hosting. */
  readonly lost:
    | {
        readonly hub: 'user' | 'market';
        readonly drop: { readonly reason: string; readonly detail: string } | undefined;
      }
    | undefined;
  /** The gateway's first answer to anything. */
  readonly answeredAt: number | undefined;
  readonly tokenAt: number | undefined;
  readonly hubs: Readonly<Record<'user' | 'market', HubMarks>>;
  /** By suite. */
  readonly suites: Readonly<Record<string, SuiteMarks>>;
}

export interface StartView {
  readonly first: StartMarks | undefined;
  /** The newest reconnect since; undefined = none. */
  readonly newest: StartMarks | undefined;
}

export const nothingStarted: StartView = { first: undefined, newest: undefined };
