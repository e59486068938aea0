// Request windows per user: 50 in 30 s for bars, 200 in 60 s for everything else together.

export interface RateLimits {
  readonly history: { readonly requests: number; readonly windowMs: number };
  readonly other: { readonly requests: number; readonly windowMs: number };
  readonly window: 'sliding' | 'fixed';
  /** Whether a 429 says how long to wait. */
  readonly retryAfter: boolean;
}

/** Source: the vendor's rate limit page (reference section 3); window kind and header are our choice, the vendor does not say. */
export const vendorLimits: RateLimits = {
  history: { requests: 50, windowMs: 30_000 },
  other: { requests: 200, windowMs: 60_000 },
  window: 'sliding',
  retryAfter: true,
};

export interface RateMeter {
  /** Counts one request; a number = refused, try again after so many ms. Refused requests do not count. */
  take(user: string, scope: 'history' | 'other', now: number): number | undefined;
}

export function makeRateMeter(limits: RateLimits): RateMeter {
  const taken = new Map<string, number[]>();
  return {
    take(user, scope, now) {
      const { requests, windowMs } = limits[scope];
      // Login names do not mind case, so the window must not either.
      const key = `${scope}/${user.toLowerCase()}`;
      const floor = limits.window === 'fixed' ? Math.floor(now / windowMs) * windowMs : now - windowMs + 1;
      const inWindow = (taken.get(key) ?? []).filter((at) => at >= floor);
      taken.set(key, inWindow);
      if (inWindow.length >= requests) {
        const first = limits.window === 'fixed' ? floor : (inWindow[0] ?? now);
        return Math.max(1, first + windowMs - now);
      }
      inWindow.push(now);
      return undefined;
    },
  };
}
