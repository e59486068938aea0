// A login's token life: logged in once for everybody, renewed well before its end, logged in anew when it is not taken.
import type { Cancel, Clock } from '../domain/clock.ts';
import { messageOf, OpsError } from '../domain/errors.ts';
import type { SessionState } from '../domain/suite.ts';
import { keepSecret, scrub, type Log } from '../log.ts';
import { GatewayRefusal, type Bearer, type GatewayRest } from './rest.ts';
import { tokenLife } from './token.ts';
import { delayAt, type Tuning } from './tuning.ts';
import { asText } from './wire-values.ts';

/** Reference 2, in plain words. */
const loginRefusals: Readonly<Record<number, string>> = {
  1: 'the gateway does not know this user name (UserNotFound); it wants the platform user name, not the e-mail',
  2: 'the password was not accepted (PasswordVerificationFailed)',
  3: 'user name or API key are wrong (InvalidCredentials)',
  4: 'the gateway does not know the app (AppNotFound)',
  5: 'the app was not accepted (AppVerificationFailed)',
  6: 'the device was not accepted (InvalidDevice)',
  7: 'agreements wait to be signed on the platform (AgreementsNotSigned)',
  8: 'the gateway failed without a reason (UnknownError)',
  9: 'this user has no API subscription (ApiSubscriptionNotFound)',
  10: 'API keys are switched off for this user (ApiKeyAuthenticationDisabled)',
};

/** Refusals that name what a person has to settle. */
const telling: readonly number[] = [7, 9, 10];

/** So many calls in a row, none accepted between them, whose fresh tokens were refused: it is no single call that is refused. */
const refusalsOfAll = 2;

export interface SessionOptions {
  readonly username: string;
  readonly apiKey: string;
  readonly rest: GatewayRest;
  readonly clock: Clock;
  readonly tuning: Tuning;
  readonly log: Log;
  readonly changed: () => void;
}

export class Session implements Bearer {
  readonly #options: SessionOptions;
  #state: SessionState;
  #token: string | undefined;
  #read: { readonly token: string; readonly expiresAt: number | undefined } | undefined;
  #login: Promise<string> | undefined;
  #failures = 0;
  /** The session that ended and was not replaced yet. */
  #lost: { readonly expiresAt: number | undefined; readonly why: string } | undefined;
  /** Since when the gateway has refused tokens as soon as it issued them: another login alone proves nothing then. */
  #distrustedAt: number | undefined;
  #issuedAt = 0;
  /** Fresh tokens refused in a row: of one call alone it may be that call which is not allowed. */
  #refusals = 0;
  #timer: Cancel | undefined;
  #closed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#state = { kind: 'none', sinceAt: options.clock.now() };
    keepSecret(options.apiKey);
  }

  get state(): SessionState {
    return this.#state;
  }

  get expiresAt(): number | undefined {
    if (this.#token === undefined) return undefined;
    // Asked at every round: what is read of a token does not change.
    if (this.#read?.token !== this.#token)
      this.#read = { token: this.#token, expiresAt: tokenLife(this.#token).expiresAt };
    return this.#read.expiresAt;
  }

  start(): void {
    this.#attempt();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.();
    this.#timer = undefined;
  }

  /** A token that is not expired; callers at the same time share one login. @throws OpsError */
  async token(): Promise<string> {
    if (this.#token !== undefined && !this.#isOver()) return this.#token;
    if (this.#login === undefined && this.#timer !== undefined && this.#failures > 0) throw this.#waiting();
    return this.#logIn();
  }

  /** The token was refused (401): another one, by login where ours is still the same. @throws OpsError */
  async replace(refused: string): Promise<string> {
    if (this.#token !== undefined && this.#token !== refused) return this.token();
    if (this.#distrustedAt !== undefined) {
      // Each login costs the allowance that the trading bot shares.
      if (this.#now() - this.#issuedAt < this.#options.tuning.replaceEveryMs) throw this.#waiting();
    } else if (this.#token === refused) {
      this.#token = undefined;
      this.#lost = {
        expiresAt: tokenLife(refused).expiresAt,
        why: 'the gateway no longer takes the token (401)',
      };
      this.#set({ kind: 'logging-in', sinceAt: this.#now() });
    }
    if (this.#failures > 0 && this.#login === undefined) throw this.#waiting();
    return this.#logIn();
  }

  accepted(token: string): void {
    if (token !== this.#token) return;
    this.#refusals = 0;
    if (this.#distrustedAt === undefined) return;
    this.#distrustedAt = undefined;
    const { expiresAt } = this;
    this.#set({
      kind: 'active',
      sinceAt: this.#now(),
      expiresAt,
      renewedAt: undefined,
      renewalError: undefined,
    });
  }

  refusedAnew(token: string): void {
    if (token !== this.#token || this.#distrustedAt !== undefined) return;
    this.#refusals += 1;
    if (this.#refusals < refusalsOfAll) return;
    this.#distrustedAt = this.#now();
    const why = 'the gateway takes no token (401), not even one it has just issued';
    this.#set({ kind: 'expired', sinceAt: this.#distrustedAt, expiresAt: this.expiresAt, why });
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #isOver(): boolean {
    const { expiresAt } = this;
    return expiresAt !== undefined && expiresAt <= this.#now();
  }

  #waiting(): OpsError {
    const state = this.#state;
    const why =
      state.kind === 'refused'
        ? state.reason
        : state.kind === 'expired'
          ? state.why
          : 'the last login failed';
    return new OpsError('gateway-unauthorized', `There is no session: ${why}.`, {
      retryable: true,
      hint: 'The login is tried again by itself; check user name and API key if it stays refused.',
    });
  }

  #attempt(): void {
    this.#logIn().catch((error: unknown) => {
      this.#options.log.debug({ error: scrub(messageOf(error)) }, 'login did not come through');
    });
  }

  #logIn(): Promise<string> {
    this.#login ??= this.#askLogin().finally(() => {
      this.#login = undefined;
    });
    return this.#login;
  }

  async #askLogin(): Promise<string> {
    const { rest, username, apiKey } = this.#options;
    if (this.#closed) throw new OpsError('cancelled', 'The login was given up.', { retryable: false });
    this.#timer?.();
    this.#timer = undefined;
    if (this.#state.kind === 'none') this.#set({ ...this.#state, kind: 'logging-in' });
    try {
      const answer = await rest.auth('Auth/loginKey', { userName: username, apiKey }, undefined);
      const token = asText(answer['token']);
      if (token === undefined) {
        throw new OpsError('gateway-bad-answer', 'The login answered without a token', { retryable: true });
      }
      this.#failures = 0;
      this.#take(token, undefined);
      return token;
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  #failed(error: unknown): void {
    const { tuning, log } = this.#options;
    const refusal = error instanceof GatewayRefusal ? error : undefined;
    // Also HTTP 401 or 403 is a refusal of the gateway; 429, an error of its own or no answer is none.
    const stated =
      refusal !== undefined || (error instanceof OpsError && error.code === 'gateway-unauthorized');
    const code = refusal?.errorCode ?? 0;
    const known = stated ? loginRefusals[code] : undefined;
    const words = refusal?.words === undefined ? '' : `: ${refusal.words}`;
    const reason = known === undefined ? scrub(messageOf(error)).replace(/\.$/, '') : `${known}${words}`;
    const delays = stated ? tuning.refusedLoginDelaysMs : tuning.loginDelaysMs;
    const asked = error instanceof OpsError ? (error.retryAfterMs ?? 0) : 0;
    const delayMs = Math.max(delayAt(delays, this.#failures), asked);
    this.#failures += 1;
    log.warn({ reason, code, retryInMs: delayMs }, 'login failed');
    if (this.#token !== undefined && this.#isOver()) {
      this.#lost = { expiresAt: this.expiresAt, why: 'the token is past its end' };
      this.#token = undefined;
    }
    if (this.#token === undefined) this.#set(this.#down(stated, code, reason));
    if (this.#closed) return;
    this.#timer = this.#options.clock.after(delayMs, () => {
      // A timer that has run must not look like one that waits: with it nobody would log in any more.
      this.#timer = undefined;
      this.#attempt();
    });
  }

  /** Without a token: refused where the gateway said so, expired where there was a session, else still none. */
  #down(stated: boolean, code: number, reason: string): SessionState {
    const before = this.#state;
    // A key that worked until now and is refused without more words is the end of the session, not a wrong key.
    const told = stated && (this.#lost === undefined || telling.includes(code));
    if (!told && this.#lost === undefined) {
      // What the gateway refused before is not taken back by not answering now.
      return before.kind === 'refused' ? before : { kind: 'none', sinceAt: before.sinceAt, why: reason };
    }
    if (told || this.#lost === undefined) {
      const same = before.kind === 'refused' && before.code === code;
      return { kind: 'refused', sinceAt: same ? before.sinceAt : this.#now(), code, reason };
    }
    const { expiresAt, why } = this.#lost;
    const sinceAt = before.kind === 'expired' ? before.sinceAt : this.#now();
    return { kind: 'expired', sinceAt, expiresAt, why: `${why}, and a new login failed: ${reason}` };
  }

  #take(token: string, renewedAt: number | undefined): void {
    keepSecret(token, 'passing');
    this.#token = token;
    this.#issuedAt = this.#now();
    this.#lost = undefined;
    if (this.#closed) return;
    const { expiresAt } = tokenLife(token);
    const sinceAt = this.#state.kind === 'active' ? this.#state.sinceAt : this.#now();
    this.#planRenewal(token);
    if (this.#distrustedAt !== undefined) return;
    this.#set({ kind: 'active', sinceAt, expiresAt, renewedAt, renewalError: undefined });
  }

  #planRenewal(token: string): void {
    const { clock, tuning } = this.#options;
    const { issuedAt, expiresAt } = tokenLife(token);
    if (expiresAt === undefined) return;
    const lifeMs = expiresAt - Math.min(issuedAt ?? this.#now(), this.#now());
    const leadMs = Math.min(tuning.renewalLeadMs, lifeMs / 3);
    this.#timer?.();
    this.#timer = clock.after(Math.max(expiresAt - leadMs - this.#now(), 1000), () => {
      this.#timer = undefined;
      this.#renew(token).catch((error: unknown) => this.#renewalFailed(token, error));
    });
  }

  async #renew(token: string): Promise<void> {
    let fresh: string | undefined;
    try {
      fresh = asText((await this.#options.rest.auth('Auth/validate', undefined, token))['newToken']);
    } catch (error) {
      this.#options.log.info({ reason: scrub(messageOf(error)) }, 'validate did not renew the token');
    }
    if (this.#closed || this.#token !== token) return;
    // `newToken` may equal the old one (reference 2): then only a new login lengthens the life.
    const ends = fresh === undefined ? undefined : tokenLife(fresh).expiresAt;
    if (fresh !== undefined && ends !== undefined && ends > (tokenLife(token).expiresAt ?? 0)) {
      this.#take(fresh, this.#now());
      return;
    }
    const answer = await this.#options.rest.auth(
      'Auth/loginKey',
      { userName: this.#options.username, apiKey: this.#options.apiKey },
      undefined,
    );
    const next = asText(answer['token']);
    if (next === undefined)
      throw new OpsError('gateway-bad-answer', 'The login answered without a token', { retryable: true });
    if (this.#token === token) this.#take(next, this.#now());
  }

  #renewalFailed(token: string, error: unknown): void {
    if (this.#closed || this.#token !== token) return;
    const reason = scrub(messageOf(error));
    this.#options.log.warn({ reason }, 'token not renewed');
    const { expiresAt } = tokenLife(token);
    if (this.#isOver()) {
      this.#token = undefined;
      this.#lost = { expiresAt, why: `it could not be renewed: ${reason}` };
      this.#set({ kind: 'expired', sinceAt: this.#now(), ...this.#lost });
      this.#attempt();
      return;
    }
    if (this.#state.kind === 'active') this.#set({ ...this.#state, renewalError: reason });
    const leftMs = (expiresAt ?? this.#now()) - this.#now();
    this.#timer = this.#options.clock.after(Math.min(Math.max(leftMs / 5, 1000), 60_000, leftMs), () => {
      this.#timer = undefined;
      this.#renew(token).catch((again: unknown) => this.#renewalFailed(token, again));
    });
  }

  #set(state: SessionState): void {
    this.#state = state;
    this.#options.changed();
  }
}
