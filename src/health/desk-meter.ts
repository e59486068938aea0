// The desk in numbers for Prometheus: what waits, what was delivered and how fast, what the gateway and Discord said, how fresh the data is.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { isLimited, OpsError } from '../domain/errors.ts';
import type { Incident } from '../domain/incident.ts';
import type { QueueNumbers } from '../domain/queue-numbers.ts';
import { severities } from '../domain/severity.ts';
import type { LoginView } from '../domain/suite.ts';

/** What is looked at when somebody asks for the numbers. */
export interface DeskSources {
  readonly now: () => number;
  /** @throws where Redis is away: then only what this process knows by itself is told. */
  readonly queue: () => Promise<QueueNumbers>;
  /** @throws likewise */
  readonly open: () => Promise<readonly Pick<Incident, 'severity' | 'state'>[]>;
  /** Whether it answers, and takes what is written. */
  readonly redisUp: () => Promise<boolean>;
  /** Of a process without a bot: undefined. */
  readonly discordUp: () => Promise<boolean | undefined>;
  readonly views: () => readonly LoginView[];
  readonly canaries: () => readonly {
    readonly what: string;
    readonly seenAt: number | undefined;
    readonly sinceAt: number;
    readonly replaced: number;
  }[];
}

export type Delivered = 'answer' | 'page' | 'card' | 'steps' | 'evidence' | 'note' | 'announcement';
/** `unavailable` is tried again; `refused` was refused for good. */
/** `limited`: Discord asked to wait, which is no failure. */
type Outcome = 'accepted' | 'limited' | 'unavailable' | 'refused';

export interface DeskMeter {
  /** Counts a try by what becomes of it; its own error goes on. */
  deliver<T>(what: Delivered, work: () => Promise<T>): Promise<T>;
  /** From the moment the cause was seen until Discord accepted its page. */
  paged(tookMs: number): void;
  /** From the command until its answer was accepted. */
  answered(tookMs: number): void;
  /** An answer of Discord's REST. */
  discordSaid(status: number): void;
  /** The text for one scrape. Never throws for what is merely away. */
  text(): Promise<string>;
}

const spans = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300, 900];

export function meterDesk(registry: Registry, sources: DeskSources): DeskMeter {
  const registers = [registry];
  const gauge = <Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ) => new Gauge<Label>({ name: `pitwatch_${name}`, help, labelNames: [...labelNames], registers });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter<Label>({ name: `pitwatch_${name}`, help, labelNames: [...labelNames], registers });
  const histogram = (name: string, help: string) =>
    new Histogram({ name: `pitwatch_${name}`, help, buckets: spans, registers });

  const deliveries = counter(
    'deliveries_total',
    'Tries to bring something to Discord, by what became of them',
    ['what', 'outcome'],
  );
  const responses = counter('discord_responses_total', 'Answers of Discord’s REST by status', ['status']);
  const toPage = histogram('time_to_page_seconds', 'From the cause being seen to Discord accepting its page');
  const toAnswer = histogram('time_to_answer_seconds', 'From a command to its answer accepted by Discord');

  const redisUp = gauge('redis_up', '1 while Redis answers this process and takes its writes');
  const discordUp = gauge('discord_connected', '1 while the bot here is connected to Discord, or in reserve');
  const depth = gauge('queue_depth', 'What waits in a lane', ['lane', 'login']);
  const oldest = gauge('queue_oldest_seconds', 'Age of the oldest that waits in a lane', ['lane', 'login']);
  const letters = gauge('dead_letters', 'Dead letters nobody has dealt with');
  const incidents = gauge('incidents_open', 'Open incidents', ['severity', 'state']);
  const canary = gauge('canary_age_seconds', 'Since a canary last came through this queue', ['queue']);
  const replaced = gauge('consumers_replaced', 'How often a consumer that stood still was replaced', [
    'queue',
  ]);
  const hub = gauge('hub_connected', '1 while the hub is connected', ['login', 'hub']);
  const session = gauge('session_active', '1 while the login has a session', ['login']);
  const tokenLeft = gauge('session_expires_seconds', 'Until the session’s token expires', ['login']);
  const used = gauge('gateway_requests_used', 'Requests of ours in the gateway’s window', ['login']);
  const usedRatio = gauge(
    'gateway_allowance_used_ratio',
    'Our requests as part of the gateway’s whole allowance',
    ['login'],
  );
  const withheld = gauge(
    'gateway_requests_withheld',
    'Calls of ours put off because our share was spent, in the window',
    ['login'],
  );
  const tooMany = gauge('gateway_rate_limited', 'Remembered 429 answers of the gateway in the last hour', [
    'login',
  ]);
  const kept = gauge('ledger_entries', 'What is kept of the login’s market, orders and money', ['login']);
  const mostKept = gauge('ledger_entries_bound', 'As much of it as is ever kept', ['login']);
  const feed = gauge('feed_age_seconds', 'Since the newest market event of a kind was received', [
    'login',
    'suite',
    'kind',
  ]);
  const exposed = gauge(
    'position_unprotected',
    '1 while a position has no covering stop, or that cannot be known',
    ['login', 'suite'],
  );

  /** What is gone (a login that was handed over) must not be told for ever. */
  const perLogin = [
    hub,
    session,
    tokenLeft,
    used,
    usedRatio,
    withheld,
    tooMany,
    kept,
    mostKept,
    feed,
    exposed,
    canary,
    replaced,
  ];

  function tellLogins(now: number): void {
    for (const one of perLogin) one.reset();
    for (const view of sources.views()) {
      const { login, meter } = view;
      for (const [name, { state }] of Object.entries(view.hubs))
        hub.set({ login, hub: name }, state.kind === 'connected' ? 1 : 0);
      session.set({ login }, view.session.kind === 'active' ? 1 : 0);
      const expiresAt = view.session.kind === 'active' ? view.session.expiresAt : undefined;
      if (expiresAt !== undefined) tokenLeft.set({ login }, (expiresAt - now) / 1_000);
      used.set({ login }, meter.used);
      usedRatio.set({ login }, meter.used / meter.allowance);
      withheld.set({ login }, meter.withheld);
      tooMany.set({ login }, meter.tooMany.filter(({ at }) => now - at < 3_600_000).length);
      const { retained } = view.speed();
      kept.set(
        { login },
        retained.reduce((sum, { entries }) => sum + entries, 0),
      );
      mostKept.set(
        { login },
        retained.reduce((sum, { bound }) => sum + bound, 0),
      );
      for (const { spec, streams, exposure } of view.suites) {
        const suite = spec.name;
        for (const { kind, wanted, lastReceivedAt } of streams)
          if (wanted && lastReceivedAt !== undefined)
            feed.set({ login, suite, kind }, Math.max(0, now - lastReceivedAt) / 1_000);
        exposed.set({ login, suite }, exposure.kind === 'unprotected' || exposure.kind === 'unknown' ? 1 : 0);
      }
    }
    for (const { what, seenAt, sinceAt, replaced: times } of sources.canaries()) {
      canary.set({ queue: what }, (now - (seenAt ?? sinceAt)) / 1_000);
      replaced.set({ queue: what }, times);
    }
  }

  function tellQueue({ lanes, deadLetters }: QueueNumbers, now: number): void {
    depth.reset();
    oldest.reset();
    for (const { lane, login = '', depth: waiting, oldestAt } of lanes) {
      depth.set({ lane, login }, waiting);
      oldest.set({ lane, login }, oldestAt === undefined ? 0 : Math.max(0, now - oldestAt) / 1_000);
    }
    letters.set(deadLetters);
  }

  function tellIncidents(open: readonly Pick<Incident, 'severity' | 'state'>[]): void {
    incidents.reset();
    for (const severity of severities)
      for (const state of ['triggered', 'acknowledged'] as const) incidents.set({ severity, state }, 0);
    for (const { severity, state } of open) incidents.inc({ severity, state: state.kind });
  }

  return {
    async deliver(what, work) {
      let outcome: Outcome = 'accepted';
      try {
        return await work();
      } catch (error) {
        outcome = outcomeOf(error);
        throw error;
      } finally {
        deliveries.inc({ what, outcome });
      }
    },
    paged: (tookMs) => {
      toPage.observe(Math.max(0, tookMs) / 1_000);
    },
    answered: (tookMs) => {
      toAnswer.observe(Math.max(0, tookMs) / 1_000);
    },
    discordSaid: (status) => {
      responses.inc({ status: statusWord(status) });
    },
    async text() {
      const now = sources.now();
      tellLogins(now);
      const [queue, open, connected, answering] = await Promise.allSettled([
        sources.queue(),
        sources.open(),
        sources.discordUp(),
        sources.redisUp(),
      ]);
      const up = answering.status === 'fulfilled' && answering.value && queue.status === 'fulfilled';
      redisUp.set(up ? 1 : 0);
      // What cannot be read is not told at all: an old number would look like a good one.
      if (queue.status === 'fulfilled') tellQueue(queue.value, now);
      else {
        for (const one of [depth, oldest]) one.reset();
        letters.set(Number.NaN);
      }
      if (open.status === 'fulfilled') tellIncidents(open.value);
      else incidents.reset();
      if (connected.status === 'fulfilled' && connected.value !== undefined)
        discordUp.set(connected.value ? 1 : 0);
      return registry.metrics();
    },
  };
}

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof OpsError)) return 'unavailable';
  if (isLimited(error)) return 'limited';
  return error.retryable ? 'unavailable' : 'refused';
}

/** Those that mean something of their own, the rest by class. */
function statusWord(status: number): string {
  return [401, 403, 404, 429].includes(status) ? String(status) : `${Math.floor(status / 100)}xx`;
}
