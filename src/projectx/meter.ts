// The guest's share of the gateway's request allowance: who may call now, who waits, who is withheld and counted.
import type { Cancel, Clock } from '../domain/clock.ts';
import { OpsError } from '../domain/errors.ts';
import type { MeterView } from '../domain/suite.ts';
import { Ring } from './ring.ts';
import type { Tuning } from './tuning.ts';

/** What a call is for; earlier ones go first, and only part of the share is open to the later ones. */
export type Purpose = 'session' | 'diagnosis' | 'recovery' | 'polling';
const order: readonly Purpose[] = ['session', 'diagnosis', 'recovery', 'polling'];

/** Which of the gateway's two allowances a call draws on (reference 3). */
export type Allowance = 'general' | 'history';

/** A tenth of 200 / 60 s and of 50 / 30 s. */
const allowances = {
  general: { windowMs: 60_000, allowance: 200, share: 20 },
  history: { windowMs: 30_000, allowance: 50, share: 5 },
} as const;

/** A request that was slow on its way is counted later than it left: so much longer each is counted here. */
const onItsWayMs = 1_000;

/** The part of the share each purpose may fill, so that a diagnosis finds room beside the polling. */
const part: Readonly<Record<Purpose, number>> = { session: 1, diagnosis: 1, recovery: 0.95, polling: 0.85 };

interface Waiter {
  readonly allowance: Allowance;
  readonly purpose: Purpose;
  readonly go: () => void;
}

export class Meter {
  readonly #clock: Clock;
  readonly #tuning: Tuning;
  readonly #used: Record<Allowance, number[]> = { general: [], history: [] };
  readonly #withheld: number[] = [];
  readonly #tooMany = new Ring<{ at: number; path: string; retryAfterMs: number | undefined }>(20);
  #waiters: Waiter[] = [];
  #pausedUntil = 0;
  #wake: Cancel | undefined;

  constructor(clock: Clock, tuning: Tuning) {
    this.#clock = clock;
    this.#tuning = tuning;
  }

  /**
   * Resolves when the call may be made (and counts it). Polling never waits: it is withheld.
   * @throws OpsError `allowance-spent`, `gateway-rate-limited` (a 429's pause outlasts the wait), `cancelled`.
   */
  async turn(allowance: Allowance, purpose: Purpose, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) throw cancelled();
    if (this.#waiters.length === 0 && this.#free(allowance, purpose)) {
      this.#used[allowance].push(this.#clock.now());
      return;
    }
    if (purpose === 'polling' || this.#pausedUntil - this.#clock.now() > this.#tuning.turnMs) {
      throw this.#withhold();
    }
    await this.#wait(allowance, purpose, signal);
  }

  /** True where such a call would not have to wait now. */
  has(allowance: Allowance, purpose: Purpose): boolean {
    return this.#waiters.length === 0 && this.#free(allowance, purpose);
  }

  /** How many such calls could be made now, one after the other. */
  left(allowance: Allowance, purpose: Purpose): number {
    const now = this.#clock.now();
    if (this.#waiters.length > 0 || now < this.#pausedUntil) return 0;
    return Math.max(0, room(allowance, purpose) - this.#inWindow(allowance, now));
  }

  /** Takes a turn only where one is free now; true = it may be made. */
  take(allowance: Allowance, purpose: Purpose): boolean {
    if (!this.has(allowance, purpose)) {
      this.#withhold();
      return false;
    }
    this.#used[allowance].push(this.#clock.now());
    return true;
  }

  /** A 429 came: every call of ours pauses for what it asked, or for the usual pause where it asked nothing. */
  tooMany(path: string, retryAfterMs: number | undefined): void {
    const at = this.#clock.now();
    this.#tooMany.push({ at, path, retryAfterMs });
    this.#pausedUntil = Math.max(this.#pausedUntil, at + (retryAfterMs ?? this.#tuning.retryAfterMs));
  }

  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  view(): MeterView {
    const now = this.#clock.now();
    while (this.#withheld[0] !== undefined && this.#withheld[0] <= now - allowances.general.windowMs) {
      this.#withheld.shift();
    }
    return {
      windowMs: allowances.general.windowMs,
      allowance: allowances.general.allowance,
      share: allowances.general.share,
      used: this.#inWindow('general', now),
      historyUsed: this.#inWindow('history', now),
      historyShare: allowances.history.share,
      withheld: this.#withheld.length,
      tooMany: this.#tooMany.list(),
    };
  }

  #wait(allowance: Allowance, purpose: Purpose, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        stopWaiting();
        signal?.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        leave();
        reject(cancelled());
      };
      const stopWaiting = this.#clock.after(this.#tuning.turnMs, () => {
        leave();
        reject(this.#withhold());
      });
      const waiter: Waiter = {
        allowance,
        purpose,
        go: () => {
          leave();
          resolve();
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiters.push(waiter);
      this.#waiters.sort((a, b) => order.indexOf(a.purpose) - order.indexOf(b.purpose));
      this.#serve();
    });
  }

  #serve(): void {
    this.#wake?.();
    this.#wake = undefined;
    for (const waiter of [...this.#waiters]) {
      if (!this.#free(waiter.allowance, waiter.purpose)) continue;
      this.#used[waiter.allowance].push(this.#clock.now());
      waiter.go();
    }
    if (this.#waiters.length > 0) this.#wake = this.#clock.after(this.#nextChangeMs(), () => this.#serve());
  }

  #nextChangeMs(): number {
    const now = this.#clock.now();
    if (this.#pausedUntil > now) return this.#pausedUntil - now;
    const ends = this.#waiters.map(({ allowance }) => {
      const oldest = this.#used[allowance][0];
      return oldest === undefined ? 0 : oldest + allowances[allowance].windowMs + onItsWayMs - now;
    });
    return Math.max(Math.min(...ends), 10);
  }

  #free(allowance: Allowance, purpose: Purpose): boolean {
    const now = this.#clock.now();
    return now >= this.#pausedUntil && this.#inWindow(allowance, now) < room(allowance, purpose);
  }

  #inWindow(allowance: Allowance, now: number): number {
    const used = this.#used[allowance];
    const fromAt = now - allowances[allowance].windowMs - onItsWayMs;
    while (used[0] !== undefined && used[0] <= fromAt) used.shift();
    return used.length;
  }

  #withhold(): OpsError {
    const now = this.#clock.now();
    this.#withheld.push(now);
    if (this.#withheld.length > 1000) this.#withheld.shift();
    if (this.#pausedUntil > now) {
      return new OpsError(
        'gateway-rate-limited',
        'The gateway answered 429 (too many requests), so Pitwatch’s calls pause.',
        {
          retryable: true,
          retryAfterMs: this.#pausedUntil - now,
        },
      );
    }
    return new OpsError(
      'allowance-spent',
      'Pitwatch’s share of the request allowance is used up for the moment.',
      {
        retryable: true,
        hint: 'Ask again in a minute; the share protects the trading bot that uses the same login.',
      },
    );
  }
}

function room(allowance: Allowance, purpose: Purpose): number {
  return Math.max(1, Math.floor(allowances[allowance].share * part[purpose]));
}

function cancelled(): OpsError {
  return new OpsError('cancelled', 'The question was withdrawn before its turn came.', { retryable: false });
}
