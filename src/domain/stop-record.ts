// How a host let a login go, written by itself as it did so, and what can be known of the host before this one.

export type SocketEnd =
  /** Never opened, or not open at that moment. */
  | 'none'
  /** Closed with the closing handshake of both sides. */
  | 'closed'
  /** The other side did not answer in time; cut. */
  | 'cut';

/** All instants are epoch ms, by the host's own clock. */
export interface StopRecord {
  readonly worker: string;
  /** When that worker had taken the login. */
  readonly hostedAt: number;
  readonly why: string;
  readonly beganAt: number;
  /** Watch, pulse and listeners were off. */
  readonly handlersOffAt: number;
  readonly sockets: Readonly<Record<'user' | 'market', SocketEnd>>;
  readonly socketsAt: number;
  /** The queue of questions was closed and the session dropped. */
  readonly releasedAt: number;
  /** What failed on the way, scrubbed. */
  readonly failures: readonly string[];
  /** Loops of the login whose last run had not ended. */
  readonly loopsLeft: number;
}

/** The end of the hosting before the present one. */
export type EndBefore =
  | { readonly kind: 'unread'; readonly why: string }
  /** As far as is kept nobody has held this login before. */
  | { readonly kind: 'none' }
  | { readonly kind: 'let-go'; readonly record: StopRecord }
  /** It took the login and never wrote that it let it go: killed, or cut off from Redis. */
  | { readonly kind: 'vanished'; readonly worker: string; readonly hostedAt: number };
