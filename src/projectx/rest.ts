// The read-only REST client: a closed list of questions, each metered, timed, classified and remembered.
import { setMaxListeners } from 'node:events';
import type { Clock } from '../domain/clock.ts';
import { OpsError, type OpsErrorCode } from '../domain/errors.ts';
import { unmeasuredHost, type HostView } from '../domain/host-view.ts';
import { underAny, unlessStopped } from '../domain/stop-signal.ts';
import type { RestRecord } from '../domain/suite.ts';
import { scrub } from '../log.ts';
import { envelope, exchange, type HttpEnd } from './exchange.ts';
import type { Allowance, Meter, Purpose } from './meter.ts';
import { Ring } from './ring.ts';
import { SpeedBook } from './speed-book.ts';
import type { Tuning } from './tuning.ts';
import type { Raw } from './wire-values.ts';

/** Every path this client can express. None of them changes an account; there is no way to name another. */
const reads = [
  'Account/search',
  'Contract/search',
  'Contract/searchById',
  'Contract/available',
  'History/retrieveBars',
  'Order/search',
  'Order/searchOpen',
  'Order/v2/query',
  'Position/searchOpen',
  'Trade/search',
] as const;
export type ReadPath = (typeof reads)[number];
export type AuthPath = 'Auth/loginKey' | 'Auth/validate';

/** Where the token comes from and what to do when it was not taken. */
export interface Bearer {
  /** End of the present token, epoch ms. */
  readonly expiresAt: number | undefined;
  token(): Promise<string>;
  /** Another token than the one refused. @throws OpsError where none can be had */
  replace(refused: string): Promise<string>;
  /** A call with this token went through. */
  accepted(token: string): void;
  /** This token was refused although it is newer than one that was refused a moment before. */
  refusedAnew(token: string): void;
}

/** An answer with `success:false`, or HTTP 4xx: `errorCode` belongs to the endpoint. */
export class GatewayRefusal extends OpsError {
  readonly errorCode: number;
  /** The gateway's own words, where it gave any. */
  readonly words: string | undefined;
  readonly status: number | undefined;

  constructor(path: string, errorCode: number, status: number | undefined, words: string | undefined) {
    super(
      'gateway-refused',
      `The gateway refused ${path} (code ${errorCode}${words === undefined ? '' : `: ${scrub(words)}`}).`,
      {
        retryable: false,
      },
    );
    this.errorCode = errorCode;
    this.words = words === undefined ? undefined : scrub(words);
    this.status = status;
  }
}

/** Pings of our own: a few at once, and then one as often as this, so that no answer given again is older. */
const pingEveryMs = 15_000;
const pingBurst = 3;
/** A ping listened for this long and not heard says something of the gateway; a shorter one only of our own hurry. */
const silenceMs = 2_000;

function isUnauthorized(error: unknown): boolean {
  return error instanceof OpsError && error.code === 'gateway-unauthorized';
}

/** When a call left, and how long this process had stood still by then. */
interface Sent {
  readonly at: number;
  readonly lateMs: number;
}

function unasked(at: number, detail: string): RestRecord {
  return { path: 'Status/ping', at, tookMs: 0, outcome: 'not-asked', status: undefined, detail };
}

export class GatewayRest {
  readonly #apiUrl: string;
  readonly #clock: Clock;
  readonly #meter: Meter;
  readonly #tuning: Tuning;
  readonly #speed: SpeedBook;
  readonly #host: () => Pick<HostView, 'lateMs'>;
  readonly #records = new Ring<RestRecord>(60);
  readonly #stop = new AbortController();
  #ping: Promise<RestRecord> | undefined;
  #lastPing: RestRecord | undefined;
  /** When the pings sent so far would be paid for at one per `pingEveryMs`. */
  #pingsPaidAt = 0;
  #pingsReused = 0;

  constructor(options: {
    apiUrl: string;
    clock: Clock;
    meter: Meter;
    tuning: Tuning;
    speed?: SpeedBook;
    host?: () => Pick<HostView, 'lateMs'>;
  }) {
    // One listener for each call under way.
    setMaxListeners(0, this.#stop.signal);
    this.#apiUrl = options.apiUrl.replace(/\/+$/, '');
    this.#clock = options.clock;
    this.#meter = options.meter;
    this.#tuning = options.tuning;
    this.#speed = options.speed ?? new SpeedBook(options.clock.now());
    this.#host = options.host ?? (() => unmeasuredHost);
  }

  /** Withdraws every call that is on its way. */
  close(): void {
    this.#stop.abort();
  }

  /** Pings answered by one that was just made or is on its way. */
  get pingsReused(): number {
    return this.#pingsReused;
  }

  /** How much is kept, and how much at most. */
  retained(): readonly (readonly [what: string, entries: number, bound: number])[] {
    return [['answers', ...this.#records.fill]];
  }

  records(): readonly RestRecord[] {
    return this.#records.list();
  }

  /**
   * The payload of a successful answer. A 401 gets a new token and one more try.
   * @throws OpsError with a `gateway-…` code, `allowance-spent` or `cancelled`
   */
  async read(
    path: ReadPath,
    body: Raw,
    { bearer, purpose, signal }: { bearer: Bearer; purpose: Purpose; signal?: AbortSignal },
  ): Promise<Raw> {
    if (!reads.includes(path)) throw new OpsError('bug', 'only reads can be asked', { retryable: false });
    const ask = async (token: string): Promise<Raw> => {
      const payload = await this.#ask(path, body, token, purpose, signal);
      bearer.accepted(token);
      return payload;
    };
    const token = await bearer.token();
    try {
      return await ask(token);
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
    }
    const fresh = await bearer.replace(token);
    try {
      return await ask(fresh);
    } catch (error) {
      if (isUnauthorized(error)) bearer.refusedAnew(fresh);
      throw error;
    }
  }

  /** Login and renewal. @throws OpsError; a stated refusal is a `GatewayRefusal` with the endpoint's code */
  auth(path: AuthPath, body: Raw | undefined, token: string | undefined): Promise<Raw> {
    return this.#ask(path, body, token, 'session', undefined);
  }

  /** `GET Status/ping`. Always resolves; questions at the same moment share one call, which goes on where one of them ends. */
  async ping(signal: AbortSignal): Promise<RestRecord> {
    const last = this.#lastPing;
    const ageMs = this.#clock.now() - (last?.at ?? -Infinity);
    const fresh = last !== undefined && ageMs >= 0 && ageMs < this.#tuning.pingReuseMs;
    if (fresh || this.#ping !== undefined) this.#pingsReused += 1;
    if (fresh) return last;
    this.#ping ??= this.#askPing().finally(() => {
      this.#ping = undefined;
    });
    const askedAt = this.#clock.now();
    return await unlessStopped(signal, this.#ping, () => this.#unheard(askedAt));
  }

  async #askPing(): Promise<RestRecord> {
    // Asked as often as people ask, so it has a small part of its own: neither polling nor a recovery may go without for it.
    const now = this.#clock.now();
    // Bounded from above too: a clock that was set back must not silence the ping.
    const paidAt = Math.min(Math.max(this.#pingsPaidAt, now), now + pingBurst * pingEveryMs);
    this.#pingsPaidAt = paidAt;
    const full = paidAt - now > (pingBurst - 1) * pingEveryMs;
    if (full && this.#lastPing !== undefined) {
      this.#pingsReused += 1;
      return this.#lastPing;
    }
    if (!this.#meter.has('general', 'polling')) {
      // Not asked is not an answer: it is told as such and kept out of the record of what the gateway did.
      const paused = this.#meter.pausedUntil > this.#clock.now();
      const why = paused ? 'the gateway asked us to slow down (429)' : 'our share of the requests is spent';
      return unasked(this.#clock.now(), why);
    }
    this.#meter.take('general', 'polling');
    const sent = this.#sent();
    this.#pingsPaidAt = paidAt + pingEveryMs;
    const end = await exchange(
      {
        url: `${this.#apiUrl}/Status/ping`,
        method: 'GET',
        timeoutMs: this.#tuning.restTimeoutMs,
        signal: this.#stop.signal,
      },
      this.#clock,
      () => this.#mayRepeat('general', 'polling'),
    );
    if (end.outcome === 'rate-limited') this.#meter.tooMany('Status/ping', end.retryAfterMs);
    const odd = end.outcome === 'ok' && !/pong/i.test(end.text);
    this.#lastPing = this.#note('Status/ping', sent, {
      ...end,
      outcome: odd ? 'bad-answer' : end.outcome,
      detail: odd ? `expected "pong", got ${scrub(end.text.slice(0, 80))}` : end.detail,
    });
    return this.#lastPing;
  }

  /** What a question that ended before its ping was answered can say: silence only where it listened long enough. */
  #unheard(askedAt: number): RestRecord {
    const tookMs = this.#clock.now() - askedAt;
    if (tookMs < silenceMs) return unasked(askedAt, 'the time of this question was over');
    const detail = `no answer within ${tookMs / 1000} s`;
    return { path: 'Status/ping', at: askedAt, tookMs, outcome: 'timeout', status: undefined, detail };
  }

  async #ask(
    path: ReadPath | AuthPath,
    body: Raw | undefined,
    token: string | undefined,
    purpose: Purpose,
    asked: AbortSignal | undefined,
  ): Promise<Raw> {
    const stops = asked === undefined ? [this.#stop.signal] : [asked, this.#stop.signal];
    return await underAny(stops, (signal) => this.#send(path, body, token, purpose, signal));
  }

  async #send(
    path: ReadPath | AuthPath,
    body: Raw | undefined,
    token: string | undefined,
    purpose: Purpose,
    signal: AbortSignal,
  ): Promise<Raw> {
    const allowance = path === 'History/retrieveBars' ? 'history' : 'general';
    await this.#meter.turn(allowance, purpose, signal);
    const sent = this.#sent();
    const end = await exchange(
      {
        url: `${this.#apiUrl}/${path}`,
        method: 'POST',
        ...(body === undefined ? {} : { body }),
        ...(token === undefined ? {} : { token }),
        timeoutMs: this.#tuning.restTimeoutMs,
        signal,
      },
      this.#clock,
      () => this.#mayRepeat(allowance, purpose),
    );
    if (end.outcome === 'rate-limited') this.#meter.tooMany(path, end.retryAfterMs);
    if (end.outcome !== 'ok') {
      this.#note(path, sent, end);
      throw this.#failure(path, end);
    }
    const said = envelope(end.text);
    if (said.kind === 'success') {
      this.#note(path, sent, end);
      return said.payload;
    }
    if (said.kind === 'refused') {
      const words = `code ${said.errorCode}${said.errorMessage === undefined ? '' : `: ${said.errorMessage}`}`;
      this.#note(path, sent, { ...end, outcome: 'refused', detail: scrub(words) });
      throw new GatewayRefusal(path, said.errorCode, end.status, said.errorMessage);
    }
    this.#note(path, sent, { ...end, outcome: 'bad-answer', detail: said.detail });
    throw new OpsError('gateway-bad-answer', `The gateway answered ${path} with ${said.detail}.`, {
      retryable: true,
    });
  }

  /** Only an answer leaves a connection behind that can have been closed meanwhile; and what is sent again counts again. */
  #mayRepeat(allowance: Allowance, purpose: Purpose): boolean {
    const last = this.#records.list().at(-1)?.outcome;
    return (
      last !== 'unreachable' && this.#meter.has(allowance, purpose) && this.#meter.take(allowance, purpose)
    );
  }

  #failure(path: string, end: HttpEnd): OpsError {
    if (end.outcome === 'refused') return new GatewayRefusal(path, 0, end.status, end.detail);
    const codes: Readonly<Record<Exclude<HttpEnd['outcome'], 'ok' | 'refused' | 'not-asked'>, OpsErrorCode>> =
      {
        unauthorized: 'gateway-unauthorized',
        'rate-limited': 'gateway-rate-limited',
        'server-error': 'gateway-unreachable',
        timeout: 'gateway-timeout',
        unreachable: 'gateway-unreachable',
        'bad-answer': 'gateway-bad-answer',
        cancelled: 'cancelled',
      };
    const code = end.outcome === 'ok' || end.outcome === 'not-asked' ? 'bug' : codes[end.outcome];
    return new OpsError(code, `${path} failed: ${end.detail}.`, {
      retryable: code !== 'cancelled' && code !== 'bug',
      ...(end.outcome === 'rate-limited'
        ? { retryAfterMs: end.retryAfterMs ?? this.#tuning.retryAfterMs }
        : {}),
    });
  }

  #sent(): Sent {
    return { at: this.#clock.now(), lateMs: this.#host().lateMs };
  }

  #note(path: string, sent: Sent, end: HttpEnd): RestRecord {
    const { outcome, status, detail } = end;
    const ownMs = this.#host().lateMs - sent.lateMs;
    const tookMs = Math.max(0, this.#clock.now() - sent.at);
    const record: RestRecord = {
      path,
      at: sent.at,
      tookMs,
      ...(ownMs > 0 ? { ownMs } : {}),
      outcome: outcome === 'cancelled' ? 'timeout' : outcome,
      status,
      detail,
      serverAt: end.serverAt,
    };
    this.#records.push(record);
    // A call we withdrew ourselves says nothing of the gateway.
    if (outcome !== 'cancelled') this.#speed.rest(record);
    return record;
  }
}
