// The read-only view of a login and its suites, made from the live parts without any I/O.
import { noData } from '../domain/data-view.ts';
import { noMoney } from '../domain/money-view.ts';
import type { Exposure } from '../domain/order.ts';
import type { SpeedView } from '../domain/speed-view.ts';
import type { LoginView, StreamView, SuiteView } from '../domain/suite.ts';
import { nothingTraded } from '../domain/trading-view.ts';
import { scrub } from '../log.ts';
import { speedOf } from './live-speed.ts';
import { triedSession } from './token-trial.ts';
import { isDirect, type LoginRoom, type SuiteEntry } from './login-room.ts';

export function viewOf(room: LoginRoom): LoginView {
  const suites: SuiteView[] = [];
  let speed: SpeedView | undefined;
  const view: LoginView = {
    login: room.spec.name,
    username: room.spec.username,
    hostedAt: room.hostedAt,
    worker: room.worker,
    session: room.session.state,
    meter: room.meter.view(),
    rest: room.rest.records(),
    restOddities: room.restOddities.list(),
    hubs: { user: room.hubs.user.view(), market: room.hubs.market.view() },
    suites,
    host: room.host(),
    starts: room.starts.view(),
    before: room.before(),
    // Once for a view, which is of one instant: several diagnostics ask.
    speed: () => (speed ??= speedOf(room)),
    reads: {
      ping: (signal) => room.rest.ping(signal),
      session: (signal) => triedSession(room, signal),
      ...(room.negotiation === undefined ? {} : { negotiate: room.negotiation.ask.bind(room.negotiation) }),
    },
  };
  for (const entry of room.suites) suites.push(suiteOf(room, entry, view));
  return view;
}

function suiteOf(room: LoginRoom, entry: SuiteEntry, login: LoginView): SuiteView {
  const { spec, contract } = entry;
  const market = contract === undefined ? undefined : room.markets.get(contract.id);
  const account = entry.account === undefined ? undefined : room.accounts.get(entry.account.id);
  const id = contract?.id ?? '';
  return {
    spec,
    login,
    contract,
    contractProblem: told(entry.contractProblem),
    rolled: entry.rolled,
    account: account?.account ?? entry.account,
    accountProblem: told(entry.accountProblem),
    streams: streamsOf(room, entry),
    lastQuote: market?.lastQuote,
    prints: () => market?.prints() ?? [],
    bars: (timeframe) => market?.bars(timeframe) ?? [],
    orders: () => account?.orders(id) ?? [],
    fills: () => account?.fills(id) ?? [],
    position: account?.position(id),
    exposure: exposureIn(room, entry),
    reconciledAt: account?.reconciledAt,
    trading: account?.trading(id) ?? nothingTraded,
    data: market?.data.view() ?? noData,
    money: account?.money.view() ?? noMoney,
  };
}

/** The names in it are the gateway's, and may be anything. */
function told(problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : scrub(problem);
}

function streamsOf(room: LoginRoom, entry: SuiteEntry): readonly StreamView[] {
  const market = entry.contract === undefined ? undefined : room.markets.get(entry.contract.id);
  return market?.streams((kind) => isDirect(entry) && (kind !== 'depth' || entry.spec.depth)) ?? [];
}

/** Where no hub of ours tells, each account is read again within less than this, however little room our share of the requests has. */
const readWithinMs = 90_000;

function exposureIn(room: LoginRoom, { contract, account, spec }: SuiteEntry): Exposure {
  if (spec.observe === 'probe') return { kind: 'unknown', why: 'observation by probe is not available yet' };
  if (contract === undefined) return { kind: 'unknown', why: 'the contract has not been found' };
  const ledger = account === undefined ? undefined : room.accounts.get(account.id);
  if (ledger === undefined) return { kind: 'unknown', why: 'the account has not been found' };
  const exposure = ledger.exposure(contract.id);
  const readAt = ledger.isSubscribed ? undefined : ledger.reconciledAt;
  const isOld = readAt !== undefined && room.clock.now() - readAt > readWithinMs * room.accounts.size;
  return isOld && exposure.kind !== 'unknown' ? { ...exposure, readAt } : exposure;
}
