// Whether the hubs still negotiate: asked sparingly, because our own connections skip that step and clients in other languages do not.
import type { Clock } from '../domain/clock.ts';
import type { HubName, RestRecord } from '../domain/suite.ts';
import { scrub } from '../log.ts';
import { exchange } from './exchange.ts';
import type { Bearer } from './rest.ts';
import { asRaw, parseJson, type Raw } from './wire-values.ts';

export interface NegotiationOptions {
  readonly urls: Readonly<Record<HubName, string>>;
  readonly bearer: Bearer;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/**
 * A sound answer is given again for so long, a bad one until it may have mended. The hubs are not the REST API, whose allowance (reference 3)
 * this does not draw on: what keeps it a guest's share is this bound alone, and it must not take the place of a hub's recovery.
 */
const soundForMs = 5 * 60_000;
const badForMs = 30_000;
/** A question has 5 s in all; the answer is a few hundred bytes that a living hub has ready. */
const patienceMs = 3_000;

export class Negotiation {
  readonly #options: NegotiationOptions;
  readonly #known = new Map<HubName, RestRecord>();
  /** Hubs that have offered a connection before. */
  readonly #offered = new Set<HubName>();
  readonly #asking = new Map<HubName, Promise<RestRecord>>();

  constructor(options: NegotiationOptions) {
    this.#options = options;
  }

  /** The newest answer while it counts, or a new one. Never rejects; `not-asked` where it cannot be asked now. */
  async ask(hub: HubName, signal: AbortSignal): Promise<RestRecord> {
    const known = this.#known.get(hub);
    const ageMs = this.#options.clock.now() - (known?.at ?? 0);
    const settled = known?.outcome === 'ok' || known?.outcome === 'not-asked';
    if (known !== undefined && ageMs >= 0 && ageMs < (settled ? soundForMs : badForMs)) return known;
    const asking =
      this.#asking.get(hub) ??
      this.#ask(hub, signal).finally(() => {
        this.#asking.delete(hub);
      });
    this.#asking.set(hub, asking);
    return await asking;
  }

  async #ask(hub: HubName, signal: AbortSignal): Promise<RestRecord> {
    const { urls, bearer, clock, timeoutMs } = this.#options;
    const path = `hubs/${hub}/negotiate`;
    const at = clock.now();
    const unasked = (detail: string): RestRecord => ({
      path,
      at,
      tookMs: 0,
      outcome: 'not-asked',
      status: undefined,
      detail,
    });
    // Why there is none is in the session's own state, and told there.
    const token = await bearer.token().catch(() => undefined);
    if (token === undefined) return unasked('there is no session');
    const url = `${urls[hub].replace(/\/+$/, '')}/negotiate?negotiateVersion=1`;
    const patience = Math.min(timeoutMs, patienceMs);
    const end = await exchange(
      { url, method: 'POST', token, timeoutMs: patience, signal },
      clock,
      () => false,
    );
    if (end.outcome === 'cancelled') return unasked('the time of this question was over');
    const odd = end.outcome === 'ok' && !isOffer(end.text);
    if (end.outcome === 'ok' && !odd) this.#offered.add(hub);
    // A hub that takes sockets alone answers like this from the first day, and nobody misses anything.
    if (mayNotOffer(end.outcome) && !this.#offered.has(hub)) {
      const never = unasked(`the ${hub} hub has not offered it so far (${end.detail})`);
      this.#known.set(hub, never);
      return never;
    }
    const record: RestRecord = {
      path,
      at,
      tookMs: Math.max(0, clock.now() - at),
      outcome: odd ? 'bad-answer' : end.outcome,
      status: end.status,
      detail: odd ? `no connection is offered in "${scrub(end.text.slice(0, 80))}"` : end.detail,
    };
    this.#known.set(hub, record);
    return record;
  }
}

function mayNotOffer(outcome: RestRecord['outcome'] | 'cancelled'): boolean {
  return outcome === 'refused' || outcome === 'timeout' || outcome === 'unreachable';
}

/** A connection id and at least one transport (reference 6.2). */
function isOffer(text: string): boolean {
  let answer: Raw | undefined;
  try {
    answer = asRaw(parseJson(text));
  } catch {
    // No JSON at all is no offer either.
    return false;
  }
  const transports = answer?.['availableTransports'];
  return typeof answer?.['connectionId'] === 'string' && Array.isArray(transports) && transports.length > 0;
}
