// Every latency of one login, kept since it is hosted: REST by path, hub invocations, WebSocket pings.
import { gatewayMs } from '../domain/rest-outage.ts';
import type { SpeedView } from '../domain/speed-view.ts';
import type { HubName, RestRecord } from '../domain/suite.ts';
import { Pace, recentMs } from './pace.ts';

/** Outcomes of a call that was answered by the gateway in earnest, whatever it said. */
const answered: ReadonlySet<RestRecord['outcome']> = new Set([
  'ok',
  'refused',
  'unauthorized',
  'rate-limited',
]);

export class SpeedBook {
  readonly #sinceAt: number;
  readonly #rest = new Map<string, Pace>();
  readonly #invokes: Readonly<Record<HubName, Pace>> = {
    user: new Pace('invoke'),
    market: new Pace('invoke'),
  };
  readonly #pings: Readonly<Record<HubName, Pace>> = { user: new Pace('ping'), market: new Pace('ping') };

  constructor(sinceAt: number) {
    this.#sinceAt = sinceAt;
  }

  rest(record: RestRecord): void {
    const { path, outcome, at } = record;
    // The paths are a closed list, so there are never more of these than of those.
    const pace = this.#rest.get(path) ?? new Pace(path);
    this.#rest.set(path, pace);
    pace.note(answered.has(outcome) ? gatewayMs(record) : undefined, at);
  }

  /** @param tookMs undefined = refused, or not answered in time */
  invoke(hub: HubName, tookMs: number | undefined, at: number): void {
    this.#invokes[hub].note(tookMs, at);
  }

  ping(hub: HubName, tookMs: number, at: number): void {
    this.#pings[hub].note(tookMs, at);
  }

  view(now: number): Pick<SpeedView, 'measuredSinceAt' | 'recentMs' | 'rest' | 'invokes' | 'pings'> {
    const both = (paces: Readonly<Record<HubName, Pace>>): SpeedView['pings'] => ({
      user: paces.user.view(now),
      market: paces.market.view(now),
    });
    return {
      measuredSinceAt: this.#sinceAt,
      recentMs,
      rest: [...this.#rest.values()].map((pace) => pace.view(now)),
      invokes: both(this.#invokes),
      pings: both(this.#pings),
    };
  }
}
