// What a host publishes of itself: the short, secret-free state that everybody else sees of a login and its suites.
import type { MarketPhase } from '../domain/calendar.ts';
import { isWorking } from '../domain/exposure.ts';
import { orderWords } from '../domain/order-words.ts';
import type { LoginPulse } from '../domain/desk.ts';
import type { HubState, LoginView, SuiteView } from '../domain/suite.ts';

function hubPulse(state: HubState): LoginPulse['hubs']['user'] {
  return { state: state.kind, sinceAt: state.kind === 'off' ? undefined : state.sinceAt };
}

function newest(suite: SuiteView): number | undefined {
  const times = suite.streams.flatMap((stream) =>
    stream.lastExchangeAt === undefined ? [] : [stream.lastExchangeAt],
  );
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Discord offers at most 25 choices; the pulse stays small with fewer. */
const mostOrders = 12;

function pickable(suite: SuiteView): NonNullable<LoginPulse['suites'][number]['orders']> {
  return [...suite.orders()]
    .sort((a, b) => Number(isWorking(b)) - Number(isWorking(a)) || b.receivedAt - a.receivedAt)
    .slice(0, mostOrders)
    .map((order) => ({ id: order.id, words: `${orderWords(order)} · ${order.status}` }));
}

export function pulseOf(view: LoginView, market: (suite: SuiteView) => MarketPhase, now: number): LoginPulse {
  return {
    login: view.login,
    worker: view.worker,
    hostedAt: view.hostedAt,
    at: now,
    session: view.session.kind,
    sessionExpiresAt: view.session.kind === 'active' ? view.session.expiresAt : undefined,
    hubs: { user: hubPulse(view.hubs.user.state), market: hubPulse(view.hubs.market.state) },
    suites: view.suites.map((suite) => {
      const phase = market(suite);
      return {
        suite: suite.spec.name,
        instrument: suite.spec.instrument,
        contract: suite.contract?.name,
        account: suite.account?.name,
        observe: suite.spec.observe,
        exposure: suite.exposure,
        lastExchangeAt: newest(suite),
        market: phase.kind === 'open' ? 'open' : phase.why,
        orders: pickable(suite),
      };
    }),
  };
}
