// Rate limits as Discord has them: a bucket per route and channel or token, 50 a second for the whole bot.
import type { Clock } from '../../domain/clock.ts';

/** `generous` never stands in the way but sends true headers; `discord` counts as Discord does today; `off` sends none. */
export type RateLimitMode = 'generous' | 'discord' | 'off';

interface Window {
  startedAt: number;
  used: number;
}

interface Rule {
  readonly limit: number;
  readonly perMs: number;
}

const generous: Rule = { limit: 10_000, perMs: 1_000 };
/** Observed values, changed by Discord without notice: clients must read them from the headers. */
const observed: readonly [RegExp, Rule][] = [
  [/^POST \/channels\/\{channel_id\}\/messages$/, { limit: 5, perMs: 5_000 }],
  [/^PATCH \/channels\/\{channel_id\}\/messages/, { limit: 5, perMs: 5_000 }],
  [/^DELETE \/channels\/\{channel_id\}\/messages/, { limit: 5, perMs: 1_000 }],
  [/\/threads$/, { limit: 10, perMs: 60_000 }],
  [/reactions/, { limit: 1, perMs: 250 }],
  [/^(POST|PATCH|GET|DELETE) \/webhooks/, { limit: 5, perMs: 2_000 }],
  [/^PUT \/applications/, { limit: 2, perMs: 60_000 }],
];
const ordinary: Rule = { limit: 10, perMs: 10_000 };
const global: Rule = { limit: 50, perMs: 1_000 };
const keptWindows = 10_000;

export interface Limited {
  readonly headers: Record<string, string>;
  /** Present where the request is refused. */
  readonly refused?: { readonly retryAfterMs: number; readonly global: boolean };
}

export class RateLimits {
  private readonly clock: Clock;
  readonly mode: RateLimitMode;
  private readonly windows = new Map<string, Window>();

  constructor(clock: Clock, mode: RateLimitMode) {
    this.clock = clock;
    this.mode = mode;
  }

  /** Counts one request of `METHOD route` with its major parameter (channel, guild, webhook token). */
  count(line: string, major: string, interaction: boolean): Limited {
    if (this.mode === 'off') return { headers: {} };
    const now = this.clock.now();
    const callback = line.startsWith('POST /interactions');
    if (this.mode === 'discord' && !interaction) {
      const whole = this.window('global', global, now);
      if (whole.used > global.limit)
        return {
          headers: { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' },
          refused: { retryAfterMs: global.perMs - (now - whole.startedAt), global: true },
        };
    }
    if (callback) return { headers: {} };
    const rule = this.ruleOf(line);
    const window = this.window(`${line}|${major}`, rule, now);
    const leftMs = Math.max(1, rule.perMs - (now - window.startedAt));
    const headers: Record<string, string> = {
      'x-ratelimit-limit': String(rule.limit),
      'x-ratelimit-remaining': String(Math.max(0, rule.limit - window.used)),
      'x-ratelimit-reset': ((now + leftMs) / 1000).toFixed(3),
      'x-ratelimit-reset-after': (leftMs / 1000).toFixed(3),
      'x-ratelimit-bucket': bucketName(line),
    };
    if (window.used <= rule.limit) return { headers };
    return {
      headers: { ...headers, 'x-ratelimit-scope': 'user' },
      refused: { retryAfterMs: leftMs, global: false },
    };
  }

  private ruleOf(line: string): Rule {
    if (this.mode === 'generous') return generous;
    return observed.find(([pattern]) => pattern.test(line))?.[1] ?? ordinary;
  }

  private window(key: string, rule: Rule, now: number): Window {
    let window = this.windows.get(key);
    if (window === undefined || now - window.startedAt >= rule.perMs) {
      window = { startedAt: now, used: 0 };
      this.windows.delete(key);
      this.windows.set(key, window);
      if (this.windows.size > keptWindows) {
        const oldest = this.windows.keys().next();
        if (oldest.done !== true) this.windows.delete(oldest.value);
      }
    }
    window.used += 1;
    return window;
  }
}

const names = new Map<string, string>();

function bucketName(line: string): string {
  let name = names.get(line);
  if (name === undefined) {
    let hash = 0n;
    for (const char of line) hash = (hash * 1_099_511_628_211n + BigInt(char.charCodeAt(0))) % 2n ** 128n;
    name = hash.toString(16).padStart(32, '0');
    names.set(line, name);
  }
  return name;
}
