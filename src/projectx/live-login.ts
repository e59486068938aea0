// One login, live: its session, its pair of hub connections, its share of the requests and its suites, behind one read-only view.
import { setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { MarketPhase } from '../domain/calendar.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { unmeasuredHost, type HostView } from '../domain/host-view.ts';
import type { EndBefore, SocketEnd } from '../domain/stop-record.ts';
import { feedOf } from '../domain/freshness.ts';
import type { HubName, LoginSpec, LoginView, SuiteView } from '../domain/suite.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import { isFailure, isPing } from '../domain/rest-outage.ts';
import { tradingPhase } from '../domain/trading-phase.ts';
import { scrub, type Log } from '../log.ts';
import { AccountRounds } from './account-rounds.ts';
import { takeMarketEvent, takeUserEvent } from './hub-intake.ts';
import { Hub, type HubOptions } from './hub.ts';
import { accountsOnHub, isDirect, type Change, type LoginRoom, type SuiteEntry } from './login-room.ts';
import { viewOf } from './live-view.ts';
import { Meter } from './meter.ts';
import { moneyAgreement } from './money-agreement.ts';
import { Negotiation } from './negotiation.ts';
import { Oddities } from './oddities.ts';
import { pollBars, pollTruth } from './polling.ts';
import { reconciliation } from './reconciliation.ts';
import { Recurring } from './recurring.ts';
import { resolveSuites } from './resolution.ts';
import { GatewayRest } from './rest.ts';
import { Session } from './session.ts';
import { isAnyQuiet, silenceOf, type SilenceWatch } from './silence-watch.ts';
import { SpeedBook } from './speed-book.ts';
import { StartBook } from './start-book.ts';
import { delayAt, startTuning, type Tuning } from './tuning.ts';

export interface LoginOptions {
  readonly spec: LoginSpec;
  readonly apiKey: string;
  /** Name of this worker, for people. */
  readonly worker: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly thresholds: Thresholds;
  /** Where an instrument's market stands; only used to know whether data can be expected as proof. Missing = always open. */
  readonly market?: (instrument: string, at: number) => MarketPhase;
  readonly tuning?: Partial<Tuning>;
  /** What the process knows of itself; missing = it does not measure itself. */
  readonly host?: () => HostView;
  /** How the hosting before this one ended; missing = nobody looked. */
  readonly before?: () => EndBefore;
}

/** How it ended, for the record of letting go. */
export interface LoginEnd {
  readonly sockets: Readonly<Record<HubName, SocketEnd>>;
  /** Loops whose last run had not ended. */
  readonly loopsLeft: number;
}

export interface LiveLogin {
  start(): void;
  /** Everything known at this moment; cheap, no I/O. */
  view(): LoginView;
  /** Told at once on every hub transition and on session and suite changes, never on a mere market event. */
  onChange(listener: (what: Change) => void): () => void;
  /** Ends both connections and every timer. */
  close(): Promise<LoginEnd>;
}

export function openLogin(options: LoginOptions): LiveLogin {
  return new Login(options);
}

/** Losses within this are one storm. */
const stormMs = 60_000;
const holdMs = 2_000;
const alwaysOpen: MarketPhase = { kind: 'open', openedAt: 0, closesAt: Number.POSITIVE_INFINITY };

class Login implements LiveLogin {
  readonly #room: LoginRoom;
  readonly #market: LoginOptions['market'];
  readonly #listeners = new Set<(what: Change) => void>();
  readonly #stop = new AbortController();
  readonly #resolving: Recurring;
  readonly #reconciling: Recurring;
  readonly #bars: Recurring;
  /** Compares closed bars with the gateway's, contract by contract. */
  readonly #truth: Recurring;
  readonly #housekeeping: Recurring;
  readonly #money: Recurring;
  readonly #rounds: AccountRounds;
  readonly #silence: SilenceWatch;
  #resolveTries = 0;
  #barTurn = 0;
  #truthTurn = 0;

  constructor(options: LoginOptions) {
    const { clock } = options;
    // One listener for each question under way.
    setMaxListeners(0, this.#stop.signal);
    this.#market = options.market;
    this.#room = this.#furnish(options);
    const { restOddities } = this.#room;
    this.#rounds = new AccountRounds(
      this.#room,
      reconciliation(() => clock.now(), restOddities.notice),
    );
    this.#silence = silenceOf(this.#room);
    const failed = (error: unknown): void => {
      options.log.error({ error: scrub(messageOf(error)) }, 'a loop of the login failed and goes on');
    };
    this.#resolving = new Recurring(clock, () => this.#resolve(), failed);
    this.#reconciling = new Recurring(clock, () => this.#rounds.step(), failed);
    this.#bars = new Recurring(
      clock,
      async () => {
        await pollBars(this.#room, this.#barTurn);
        this.#barTurn += 1;
        return this.#room.tuning.pollMs;
      },
      failed,
    );
    const agreeMoney = moneyAgreement(this.#room);
    this.#money = new Recurring(
      clock,
      async () => {
        await agreeMoney();
        return 1000;
      },
      failed,
    );
    this.#truth = new Recurring(
      clock,
      async () => {
        if (!(await pollTruth(this.#room, this.#truthTurn))) return Math.min(1000, this.#room.tuning.truthMs);
        this.#truthTurn += 1;
        return this.#room.tuning.truthMs;
      },
      failed,
    );
    this.#housekeeping = new Recurring(
      clock,
      () => {
        this.#keepHouse();
        return Promise.resolve(1000);
      },
      failed,
    );
  }

  start(): void {
    const { session, hubs, suites, tuning } = this.#room;
    if (suites.every(({ spec }) => spec.observe === 'probe')) return;
    session.start();
    if (suites.some(isDirect)) {
      hubs.user.start();
      hubs.market.start();
      this.#truth.later(tuning.truthMs);
    }
    this.#housekeeping.wake();
    this.#resolving.wake();
    this.#money.later(1000);
    if (suites.some((entry) => !isDirect(entry))) this.#bars.later(tuning.pingMs);
  }

  view(): LoginView {
    return viewOf(this.#room);
  }

  onChange(listener: (what: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async close(): Promise<LoginEnd> {
    this.#stop.abort();
    const loops = [
      this.#resolving,
      this.#reconciling,
      this.#bars,
      this.#truth,
      this.#housekeeping,
      this.#money,
    ];
    for (const loop of loops) loop.stop();
    this.#room.session.close();
    this.#room.rest.close();
    const [user, market] = await Promise.all([this.#room.hubs.user.close(), this.#room.hubs.market.close()]);
    this.#listeners.clear();
    // Runs whose calls were just withdrawn end in a moment; those that do not are left behind.
    await setImmediate();
    return { sockets: { user, market }, loopsLeft: loops.filter((loop) => loop.isRunning).length };
  }

  #furnish({
    spec,
    apiKey,
    worker,
    clock,
    log,
    thresholds,
    host = () => unmeasuredHost,
    before,
    tuning: wanted,
  }: LoginOptions): LoginRoom {
    const tuning: Tuning = { ...startTuning, ...wanted };
    const meter = new Meter(clock, tuning);
    const speed = new SpeedBook(clock.now());
    const rest = new GatewayRest({ apiUrl: spec.apiUrl, clock, meter, tuning, speed, host });
    const changed = (what: Change): void => this.#tell(what);
    const session: Session = new Session({
      username: spec.username,
      apiKey,
      rest,
      clock,
      tuning,
      log,
      changed: () => this.#sessionChanged(),
    });
    const shared = { bearer: session, clock, tuning, log, speed, changed: () => changed('hub') };
    const user: HubOptions = {
      ...shared,
      hub: 'user',
      url: spec.userHubUrl,
      event: (target, args, at) => takeUserEvent(this.#room, target, args, at),
      subscribed: () => {
        for (const id of accountsOnHub(this.#room)) {
          const ledger = this.#room.accounts.get(id);
          // Those that were subscribed before go on as they are.
          if (ledger?.isSubscribed === false) ledger.hubSubscribed(clock.now());
        }
        // An account found on a hub that is proven is read as one that is new.
        if (!this.#room.hubs.user.view().proven) this.#owe();
      },
      connectionLost: () => {
        for (const ledger of this.#room.accounts.values()) ledger.hubLost(clock.now());
      },
      dataExpected: () => false,
    };
    const market: HubOptions = {
      ...shared,
      hub: 'market',
      url: spec.marketHubUrl,
      event: (target, args, at) => takeMarketEvent(this.#room, target, args, at),
      subscribed: () => undefined,
      connectionLost: () => {
        for (const ledger of this.#room.markets.values()) ledger.connectionLost();
      },
      dataExpected: () => this.#dataExpected(),
    };
    return {
      spec,
      worker,
      hostedAt: clock.now(),
      clock,
      tuning,
      thresholds,
      log,
      meter,
      rest,
      speed,
      host,
      starts: new StartBook(),
      before: before ?? (() => ({ kind: 'unread', why: 'nobody has looked' })),
      session,
      negotiation: new Negotiation({
        urls: { user: spec.userHubUrl, market: spec.marketHubUrl },
        bearer: session,
        clock,
        timeoutMs: tuning.restTimeoutMs,
      }),
      hubs: { user: new Hub(user), market: new Hub(market) },
      restOddities: new Oddities(() => clock.now()),
      suites: spec.suites.map(
        (suite): SuiteEntry => ({
          spec: suite,
          contract: undefined,
          contractProblem:
            suite.observe === 'probe'
              ? 'Observation by probe is not available yet: set observe to direct or rest.'
              : undefined,
          account: undefined,
          accountProblem:
            suite.observe === 'probe' ? 'Observation by probe is not available yet.' : undefined,
        }),
      ),
      markets: new Map(),
      accounts: new Map(),
      changed,
      asking: (purpose) => (path, body) =>
        rest.read(path, body, { bearer: session, purpose, signal: this.#stop.signal }),
    };
  }

  #tell(what: Change): void {
    this.#room.starts.take(viewOf(this.#room));
    for (const listener of this.#listeners) {
      try {
        listener(what);
      } catch (error) {
        this.#room.log.error({ error: scrub(messageOf(error)) }, 'a listener of the login threw');
      }
    }
  }

  #sessionChanged(): void {
    const { session, hubs } = this.#room;
    if (session.state.kind === 'active') {
      hubs.user.wake();
      hubs.market.wake();
      if (this.#resolveTries > 0) this.#resolving.wake();
    }
    this.#tell('session');
  }

  #dataExpected(): boolean {
    const now = this.#room.clock.now();
    const market = this.#market;
    if (market === undefined) return true;
    return this.#room.suites.some(
      (entry) => isDirect(entry) && market(entry.spec.instrument, now).kind === 'open',
    );
  }

  #keepHouse(): void {
    const { hubs, accounts, suites, starts } = this.#room;
    if (this.#rounds.hasDoubt) this.#reconciling.wake();
    if (!suites.some(isDirect)) return;
    // First data are no change that anybody is told of.
    if (!starts.isComplete) starts.take(viewOf(this.#room));
    this.#lookForGateway();
    hubs.market.reconsider();
    this.#sampleData();
    hubs.user.keepPace();
    hubs.market.keepPace();
    const exposed = suites.some(({ account, contract }) => {
      const ledger = account === undefined ? undefined : accounts.get(account.id);
      return contract === undefined || ledger?.exposure(contract.id).kind !== 'flat';
    });
    // A moment without the hub costs nothing while the market is closed, and little while nothing is at stake.
    if (exposed && this.#dataExpected()) return;
    hubs.user.freshen();
    hubs.market.freshen();
  }

  /** Where calls fail, or none can be made without a session, only a ping tells whether the gateway is there; they have a pace of their own. */
  #lookForGateway(): void {
    const { session, rest } = this.#room;
    const lost = session.state.kind === 'expired' || session.state.kind === 'none';
    const last = rest.records().findLast((record) => !isPing(record));
    if (last === undefined || !isFailure(last) || (!lost && this.#hubsAlive())) return;
    // What it met is in the records; it never rejects.
    void rest.ping(this.#stop.signal);
  }

  #hubsAlive(): boolean {
    const { user, market } = this.#room.hubs;
    return [user, market].some((hub) => hub.view().state.kind === 'connected');
  }

  /** The books as a whole, and contracts that fell silent. */
  #sampleData(): void {
    const { markets, clock, thresholds } = this.#room;
    const now = clock.now();
    for (const ledger of markets.values()) ledger.data.sample(now);
    if (!this.#dataExpected() || !isAnyQuiet(this.#room, now)) return;
    const market = (suite: SuiteView): MarketPhase => this.#phaseOf(suite, now);
    this.#silence.step(feedOf(viewOf(this.#room), { now, thresholds, market }), now);
  }

  #phaseOf(suite: SuiteView, now: number): MarketPhase {
    const phase = this.#market?.(suite.spec.instrument, now) ?? alwaysOpen;
    return tradingPhase(phase, suite, now);
  }

  async #resolve(): Promise<number> {
    const { tuning, suites, meter } = this.#room;
    const missing = suites.some(({ contract, account }) => contract === undefined || account === undefined);
    // Looking again takes two calls and can wait for them.
    if (!missing && meter.left('general', 'polling') < 2) return 1000;
    const found = await resolveSuites(this.#room);
    this.#resolveTries = found ? 0 : this.#resolveTries + 1;
    if (this.#room.accounts.size > 0 && this.#room.suites.some(({ account }) => account !== undefined)) {
      // The user hub asks for it itself as soon as it is subscribed; without one, or where it is late, it is asked for anyway.
      if (!suites.some(isDirect)) this.#reconciling.wake();
      else if (!this.#rounds.isOwed && this.#rounds.isNew) this.#reconciling.later(1500);
    }
    return found ? tuning.resolveMs : delayAt(tuning.resolveRetryMs, this.#resolveTries - 1);
  }

  #owe(): void {
    this.#rounds.owe();
    const { hubs, clock } = this.#room;
    const lost = hubs.user.view().connections.filter(({ closedAt = 0 }) => clock.now() - closedAt < stormMs);
    // In a storm each connection would cost its calls for nothing: it has to hold for a moment first.
    if (lost.length >= 3) this.#reconciling.later(holdMs);
    else this.#reconciling.wake();
  }
}
