// Everything one login holds together: the parts its loops feed and its view reads. No behaviour of its own.
import type { Clock } from '../domain/clock.ts';
import type { HostView } from '../domain/host-view.ts';
import type { Contract, MarketEventKind } from '../domain/market.ts';
import type { Account } from '../domain/order.ts';
import type { EndBefore } from '../domain/stop-record.ts';
import type { HubName, LoginSpec, SuiteSpec, SuiteView } from '../domain/suite.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import type { Log } from '../log.ts';
import type { AccountLedger } from './account-ledger.ts';
import type { Ask } from './directory.ts';
import type { Hub } from './hub.ts';
import type { MarketLedger } from './market-ledger.ts';
import type { Meter, Purpose } from './meter.ts';
import type { Negotiation } from './negotiation.ts';
import type { Oddities } from './oddities.ts';
import type { GatewayRest } from './rest.ts';
import type { Session } from './session.ts';
import type { SpeedBook } from './speed-book.ts';
import type { StartBook } from './start-book.ts';
import type { Tuning } from './tuning.ts';

export type Change = 'session' | 'hub' | 'suite';

/** One suite and what was found for it. */
export interface SuiteEntry {
  readonly spec: SuiteSpec;
  contract: Contract | undefined;
  contractProblem: string | undefined;
  /** The newest change of the active contract seen by us. */
  rolled?: SuiteView['rolled'];
  account: Account | undefined;
  accountProblem: string | undefined;
}

export interface LoginRoom {
  readonly spec: LoginSpec;
  readonly worker: string;
  readonly hostedAt: number;
  readonly clock: Clock;
  readonly tuning: Tuning;
  readonly thresholds: Thresholds;
  readonly log: Log;
  readonly meter: Meter;
  readonly rest: GatewayRest;
  readonly session: Session;
  /** Missing = it is never asked. */
  readonly negotiation?: Negotiation;
  readonly hubs: Readonly<Record<HubName, Hub>>;
  readonly restOddities: Oddities;
  readonly speed: SpeedBook;
  /** Of the process we live in. */
  readonly host: () => HostView;
  readonly starts: StartBook;
  readonly before: () => EndBefore;
  readonly suites: readonly SuiteEntry[];
  /** By contract id. */
  readonly markets: Map<string, MarketLedger>;
  /** By account id. */
  readonly accounts: Map<number, AccountLedger>;
  readonly changed: (what: Change) => void;
  /** Reads for a purpose, withdrawn when the login closes. */
  readonly asking: (purpose: Purpose) => Ask;
}

export const eventKinds: Readonly<Record<string, MarketEventKind>> = {
  GatewayQuote: 'quote',
  GatewayTrade: 'trade',
  GatewayDepth: 'depth',
};

/** True where the suite's events come over the hubs. */
export function isDirect({ spec }: SuiteEntry): boolean {
  return spec.observe === 'direct';
}

/** The accounts whose events come over the user hub; of the others it never tells anything. */
export function accountsOnHub({ suites }: LoginRoom): ReadonlySet<number> {
  return new Set(suites.filter(isDirect).flatMap(({ account }) => account?.id ?? []));
}
