// What a host publishes of itself: the short, secret-free state that everybody else sees of a login and its suites.
import type { MarketPhase } from '../domain/calendar.ts';
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
      };
    }),
  };
}
