// One hub of a login: connects and reconnects for ever, subscribes anew each time, and calls it well only when data proves it.
import type { Cancel, Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type {
  HubConnectionRecord,
  HubDrop,
  HubDropReason,
  HubGap,
  HubName,
  HubState,
  HubView,
} from '../domain/suite.ts';
import type { SocketEnd } from '../domain/stop-record.ts';
import { scrub, type Log } from '../log.ts';
import { HubInvokes } from './hub-invokes.ts';
import { HubLine } from './hub-line.ts';
import { HubSubscriptions, type Wish } from './hub-subscriptions.ts';
import { Oddities } from './oddities.ts';
import type { Bearer } from './rest.ts';
import { ReconnectPace } from './reconnect-pace.ts';
import { Ring } from './ring.ts';
import type { SpeedBook } from './speed-book.ts';
import { tokenLife } from './token.ts';
import type { Tuning } from './tuning.ts';

/** Reference 6.4: a close this soon after a logout notice belongs to it. */
const kickedWithinMs = 30_000;

export interface HubOptions {
  readonly hub: HubName;
  readonly url: string;
  readonly bearer: Bearer;
  readonly clock: Clock;
  readonly tuning: Tuning;
  readonly log: Log;
  readonly speed: SpeedBook;
  /** Called for every event of ours but `GatewayLogout`; the hot path. */
  readonly event: (target: string, args: readonly unknown[], receivedAt: number) => void;
  /** State, acknowledgements, proof or a notice changed; called at once. */
  readonly changed: () => void;
  /** Every wanted subscription is acknowledged on this connection; told again and again, as more may be wanted meanwhile. */
  readonly subscribed: () => void;
  /** The open connection ended. */
  readonly connectionLost: () => void;
  /** True while data may be expected as proof (the market is open). */
  readonly dataExpected: () => boolean;
}

export class Hub {
  readonly oddities: Oddities;
  readonly #options: HubOptions;
  readonly #subscriptions: HubSubscriptions;
  readonly #invokes: HubInvokes;
  readonly #connections = new Ring<HubConnectionRecord>(100);
  readonly #gaps = new Ring<HubGap>(100);
  readonly #pace: ReconnectPace;
  readonly #logouts = new Ring<number>(50);
  #state: HubState = { kind: 'off' };
  #line: HubLine | undefined;
  #token: { readonly text: string; readonly expiresAt: number | undefined } | undefined;
  #timer: Cancel | undefined;
  #attempt = 0;
  #authFailures = 0;
  #replacedAt = 0;
  #waitsForSession = false;
  #drop: HubDrop | undefined;
  #downSinceAt = 0;
  #proven = false;
  #events = 0;
  #lastEventAt: number | undefined;
  #lastFrameAt: number | undefined;
  #ordinal = 0;
  /** This server answered a WebSocket ping of ours on some connection. */
  #answersPings = false;
  #closed = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.oddities = new Oddities(() => options.clock.now());
    const { hub, clock, tuning, speed } = options;
    this.#pace = new ReconnectPace(tuning);
    this.#invokes = new HubInvokes({ clock, tuning, took: (tookMs, at) => speed.invoke(hub, tookMs, at) });
    this.#subscriptions = new HubSubscriptions({ hub, clock, tuning, changed: () => this.#answered() });
  }

  get state(): HubState {
    return this.#state;
  }

  start(): void {
    this.#downSinceAt = this.#now();
    this.#gaps.push({ startedAt: this.#downSinceAt, endedAt: undefined });
    this.#connect();
  }

  want(wishes: readonly Wish[]): void {
    this.#subscriptions.want(wishes);
    this.#answered();
  }

  /** The session changed: an attempt that waits for a token need not wait longer. */
  wake(): void {
    if (!this.#waitsForSession || this.#closed) return;
    this.#waitsForSession = false;
    this.#timer?.();
    this.#connect();
  }

  /** Reconnects with the session's newer token where this connection's own is near its end; the server may cut it then. */
  freshen(): void {
    const ends = this.#token?.expiresAt;
    if (this.#state.kind !== 'connected' || ends === undefined) return;
    const { tuning, bearer, log, hub } = this.#options;
    const newer = bearer.expiresAt ?? 0;
    if (ends - this.#now() > tuning.hubRenewalMs || newer - ends < tuning.hubRenewalMs) return;
    log.info({ hub }, 'hub reconnects for a fresh token');
    const line = this.#line;
    line?.stop('planned, to take a fresh token').catch((error: unknown) => {
      log.debug({ error: scrub(messageOf(error)) }, 'the old connection did not end politely');
    });
  }

  get invokeWaitingSinceAt(): number | undefined {
    return this.#invokes.waitingSinceAt;
  }

  /** Called every second or so. Only the quiet user hub is invoked again: on the market hub that might send a whole book anew. */
  keepPace(): void {
    const live = this.#state.kind === 'connected' && this.#subscriptions.complete;
    this.#invokes.tick(live && this.#options.hub === 'user' ? 'SubscribeAccounts' : undefined);
  }

  /** How much is kept, and how much at most. */
  retained(): readonly (readonly [what: string, entries: number, bound: number])[] {
    return [
      ['connections', ...this.#connections.fill],
      ['gaps', ...this.#gaps.fill],
      ['logout notices', ...this.#logouts.fill],
      ['oddities', ...this.oddities.fill],
    ];
  }

  /** What was missed while this hub was away has been asked over REST; the quiet user hub is proven by that. */
  reconciled(): void {
    if (this.#state.kind !== 'connected' || !this.#subscriptions.complete || this.#proven) return;
    this.#prove();
  }

  /** The market closed or opened: without data to expect, acknowledgements end a gap. */
  reconsider(): void {
    if (this.#options.hub === 'market' && this.#subscriptions.complete && !this.#options.dataExpected()) {
      this.#endGap();
    }
  }

  async close(): Promise<SocketEnd> {
    this.#closed = true;
    this.#timer?.();
    const line = this.#line;
    if (this.#state.kind !== 'off' && line === undefined) {
      this.#became({
        kind: 'closed',
        sinceAt: this.#now(),
        drop: { reason: 'stopped', detail: 'stopped by us', at: this.#now() },
      });
    }
    return (await line?.stop()) ?? 'none';
  }

  view(): HubView {
    const pulse = this.#line?.pulse;
    return {
      hub: this.#options.hub,
      state: this.#state,
      subscriptions: this.#subscriptions.views(),
      connections: this.#lives(),
      gaps: this.#gaps.list(),
      lastFrameAt: pulse?.lastFrameAt ?? this.#lastFrameAt,
      lastEventAt: this.#lastEventAt,
      eventsOnConnection: this.#state.kind === 'connected' ? this.#events : 0,
      proven: this.#proven,
      lastPongAt: pulse?.lastPongAt,
      pongRttMs: pulse?.pongRttMs,
      pingUnansweredSinceAt: pulse?.unansweredSinceAt,
      tokenExpiresAt: this.#token?.expiresAt,
      logoutNotices: this.#logouts.list(),
      oddities: this.oddities.list(),
    };
  }

  #lives(): HubConnectionRecord[] {
    const lives = this.#connections.list();
    const open = lives.at(-1);
    if (open !== undefined && open.closedAt === undefined)
      lives[lives.length - 1] = { ...open, events: this.#events };
    return lives;
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #became(state: HubState): void {
    this.#state = state;
    this.#options.changed();
  }

  #connect(): void {
    if (this.#closed) return;
    this.#timer = undefined;
    this.#attempt += 1;
    if (this.#state.kind !== 'auth-failed') this.#became(this.#trying(undefined, undefined));
    this.#open().catch((error: unknown) => {
      // No token to be had: the session tells its own reason and wakes us when there is one.
      this.#waitsForSession = true;
      this.#again(this.#pace.failed(), `no session: ${scrub(messageOf(error))}`);
    });
  }

  async #open(): Promise<void> {
    const { hub, url, bearer, clock, tuning } = this.#options;
    const text = await bearer.token();
    if (this.#closed) return;
    const token = { text, expiresAt: tokenLife(text).expiresAt };
    this.#token = token;
    const line: HubLine = new HubLine({
      hub,
      url,
      token: text,
      tokenExpiresAt: token.expiresAt,
      answersPings: this.#answersPings,
      clock,
      tuning,
      odd: this.oddities.notice,
      rtt: (ms) => this.#options.speed.ping(hub, ms, this.#now()),
      opened: () => this.#opened(line),
      event: (target, args) => this.#event(target, args),
      ended: (drop, lastAliveAt) => this.#ended(drop, lastAliveAt),
    });
    this.#line = line;
    line.start();
  }

  #opened(line: HubLine): void {
    const { hub, log } = this.#options;
    const now = this.#now();
    this.#ordinal += 1;
    this.#attempt = 0;
    this.#authFailures = 0;
    this.#events = 0;
    this.#proven = false;
    this.#connections.push({ openedAt: now, closedAt: undefined, drop: undefined, events: 0 });
    log.info({ hub, connection: this.#ordinal }, 'hub connected');
    this.#subscriptions.connected(this.#invokes.connected((method, args) => line.invoke(method, args)));
    // Without negotiation the server's id is never told; ours counts the connections of this hub.
    this.#became({ kind: 'connected', sinceAt: now, connectionId: `${hub}#${this.#ordinal}` });
  }

  #ended(drop: HubDrop, lastAliveAt: number | undefined): void {
    const { hub, log } = this.#options;
    const wasOpen = this.#state.kind === 'connected' ? this.#state : undefined;
    this.#lastFrameAt = this.#line?.pulse.lastFrameAt ?? this.#lastFrameAt;
    this.#answersPings ||= this.#line?.pulse.lastPongAt !== undefined;
    this.#line = undefined;
    this.#subscriptions.disconnected();
    this.#invokes.disconnected();
    if (wasOpen !== undefined) {
      this.#connections.replaceLast({
        openedAt: wasOpen.sinceAt,
        closedAt: drop.at,
        drop,
        events: this.#events,
      });
      // A silent link went away when it was last heard, not when that was noticed.
      const silent = drop.reason === 'half-open' || drop.reason === 'protocol-silence';
      this.#downSinceAt = silent ? (lastAliveAt ?? drop.at) : drop.at;
      this.#drop = drop;
      if (this.#gaps.last()?.endedAt !== undefined) {
        this.#gaps.push({ startedAt: this.#downSinceAt, endedAt: undefined });
      }
      this.#proven = false;
      this.#options.connectionLost();
    }
    log.info(
      { hub, reason: drop.reason, detail: drop.detail, opened: wasOpen !== undefined },
      'hub connection ended',
    );
    if (this.#closed) {
      this.#became({ kind: 'closed', sinceAt: drop.at, drop });
      return;
    }
    const afterMs =
      wasOpen === undefined
        ? undefined
        : this.#pace.lost(drop.at - wasOpen.sinceAt, drop.reason, this.#wasNoticed(drop));
    if (drop.reason === 'unauthorized') this.#unauthorized(drop, afterMs ?? 0);
    else if (afterMs === undefined) this.#again(this.#pace.failed(), drop.detail, drop.reason);
    else this.#again(afterMs);
  }

  /** Tries again after so long: never gives up. `lastError` is what the last attempt met. */
  #again(afterMs: number, lastError?: string, lastReason?: HubDropReason): void {
    if (this.#closed) return;
    const { tuning, clock } = this.#options;
    const delayMs = afterMs * (0.8 + 0.4 * tuning.random());
    this.#timer?.();
    this.#timer = clock.after(delayMs, () => this.#connect());
    this.#became(this.#trying(lastError, this.#now() + delayMs, lastReason));
  }

  /** A logout notice announced the loss; an end that we made ourselves was no loss. */
  #wasNoticed({ at, reason }: HubDrop): boolean {
    const recent = this.#logouts.list().some((noticeAt) => noticeAt <= at && at - noticeAt <= kickedWithinMs);
    return recent && reason !== 'stopped';
  }

  /** The token was not taken: a fresh one, at once the first time, and with it another attempt after so long. */
  #unauthorized(drop: HubDrop, afterMs: number): void {
    const { tuning } = this.#options;
    this.#authFailures += 1;
    if (this.#state.kind !== 'connected') {
      const { detail } = drop;
      this.#became({ kind: 'auth-failed', sinceAt: this.#downSinceAt, detail, attempt: this.#attempt });
    } else this.#became(this.#trying(undefined, undefined));
    const now = this.#now();
    if (this.#authFailures > 1 && now - this.#replacedAt < tuning.replaceEveryMs) {
      // A fresh token was refused too, so it is not the token: each further login would only cost the shared allowance.
      this.#againUnauthorized();
      return;
    }
    this.#replacedAt = now;
    const refused = this.#token?.text ?? '';
    this.#options.bearer.replace(refused).then(
      () => {
        if (this.#closed) return;
        // Who is thrown out may be told of a session that has expired: then at once would throw out the other.
        if (this.#authFailures > 1) this.#againUnauthorized();
        else if (afterMs > 0) this.#again(afterMs);
        else this.#connect();
      },
      () => {
        this.#waitsForSession = true;
        this.#againUnauthorized();
      },
    );
  }

  #againUnauthorized(): void {
    if (this.#closed) return;
    this.#timer?.();
    this.#timer = this.#options.clock.after(this.#pace.refused(), () => this.#connect());
  }

  #trying(
    lastError: string | undefined,
    nextAttemptAt: number | undefined,
    reason?: HubDropReason,
  ): HubState {
    const before = this.#state;
    const known = before.kind === 'connecting' || before.kind === 'reconnecting' ? before : undefined;
    const last = { lastError: lastError ?? known?.lastError, lastReason: reason ?? known?.lastReason };
    const base = { sinceAt: this.#downSinceAt, attempt: this.#attempt, ...last };
    if (this.#drop === undefined) return { kind: 'connecting', ...base };
    return { kind: 'reconnecting', ...base, nextAttemptAt, drop: this.#drop };
  }

  #event(target: string, args: readonly unknown[]): void {
    const now = this.#now();
    if (target === 'GatewayLogout') {
      // Some clients end on it, one says that it comes often while data flows (reference 6.4): noted, nothing more.
      this.#logouts.push(now);
      this.#options.changed();
      return;
    }
    this.#events += 1;
    this.#lastEventAt = now;
    this.#options.event(target, args, now);
    if (!this.#proven && this.#options.hub === 'market') this.#prove();
  }

  #answered(): void {
    this.reconsider();
    this.#options.changed();
    if (this.#subscriptions.complete && this.#state.kind === 'connected') this.#options.subscribed();
  }

  #prove(): void {
    this.#proven = true;
    this.#endGap();
    this.#options.changed();
  }

  #endGap(): void {
    const gap = this.#gaps.last();
    if (gap !== undefined && gap.endedAt === undefined)
      this.#gaps.replaceLast({ ...gap, endedAt: this.#now() });
  }
}
