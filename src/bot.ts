// The Discord side: commands in, answers and pages out, and a watch over the hosts themselves; it never sees a suite.
import type { Clock } from './domain/clock.ts';
import type { Detector } from './domain/detector.ts';
import type { Diagnostic } from './domain/diagnostic.ts';
import type { DirectLine } from './domain/direct-line.ts';
import { messageOf, OpsError } from './domain/errors.ts';
import type { AuditLog } from './domain/audit.ts';
import type { Decision } from './domain/decision.ts';
import { reachOf, reachOfMatcher, stillMay } from './domain/grant.ts';
import type { IncidentStore, Person } from './domain/incident.ts';
import type { Answer, AskResult, ExaminePart, ExamineTask, TaskTicket } from './domain/job.ts';
import { livenessOf } from './domain/liveness.ts';
import type { Playbook } from './domain/playbook.ts';
import { pause, stopped } from './domain/stop-signal.ts';
import type { StoreWatch } from './domain/store-watch.ts';
import type { Thresholds } from './domain/thresholds.ts';
import type { Command, KnownFinding, PlanContext } from './discord/command.ts';
import type { DiscordConfig } from './discord/config.ts';
import { formsOf } from './discord/forms.ts';
import { startDiscord, type Discord } from './discord/start.ts';
import { abandoned, refusedNotice, tampered } from './flows/refused-words.ts';
import { assemble } from './flows/assemble.ts';
import { carryOut, type DeskWork } from './flows/permitted.ts';
import { seenLast } from './flows/seen-last.ts';
import { inOutage, tellOff } from './flows/telling-off.ts';
import { waiting } from './flows/waiting.ts';
import { evidenceTask } from './flows/act.ts';
import { recordAnew } from './flows/anew.ts';
import { announcing } from './flows/announcing.ts';
import { firstSteps } from './flows/first-steps.ts';
import { keepLiveness, type LivenessKeeping, type LivenessView } from './flows/liveness.ts';
import { followDesk, type DeskSight } from './flows/desk-sight.ts';
import { followLetters } from './flows/letter-sight.ts';
import { openPager, type PagerOptions } from './flows/pager.ts';
import { rerunTicket } from './flows/rerun.ts';
import { watchHosts } from './flows/host-watch.ts';
import type { DeskMeter } from './health/desk-meter.ts';
import type { Log } from './log.ts';
import { serveAnswers } from './queue/answers.ts';
import { keepBotCanary } from './queue/bot-canary.ts';
import type { CanaryView } from './queue/canary.ts';
import { keepClaims } from './queue/claims.ts';
import { letterBox } from './queue/dead-letters.ts';
import { deskStore, type DeskStore } from './queue/desk-store.ts';
import { electBot } from './queue/election.ts';
import { incidentStore } from './queue/incident-store.ts';
import { pagerStore } from './queue/pager-store.ts';
import { livenessStore } from './queue/liveness-store.ts';
import { servePosts } from './queue/outbox.ts';
import type { RedisLink } from './queue/redis.ts';
import { onRefusal, refusals } from './queue/refusals.ts';
import { watchStore } from './queue/store-watch.ts';
import { taskBoard } from './queue/task-board.ts';

export interface BotOptions {
  /** This process' name, shown where it holds the seat. */
  readonly name: string;
  readonly link: RedisLink;
  readonly discord: DiscordConfig;
  /** Who is called, as configured. */
  readonly plan: PagerOptions['plan'];
  readonly audit: AuditLog;
  readonly commands: readonly Command[];
  readonly diagnostics: readonly Diagnostic[];
  readonly playbooks: readonly Playbook[];
  readonly detectors: readonly Detector[];
  readonly findings: readonly KnownFinding[];
  readonly thresholds: Thresholds;
  readonly clock: Clock;
  readonly log: Log;
  readonly registerFor: 'guild' | 'global';
  /** How often the bot says in its channel that it lives; undefined = not at all. */
  readonly livenessEveryMs: number | undefined;
  readonly meter: DeskMeter;
  /** What the worker of this process says past Redis. */
  readonly line: Pick<DirectLine, 'listen' | 'shown'>;
}

/** `reserve`: another bot holds the Discord connection and this one waits to take over. */
export type BotStatus =
  | { readonly kind: 'reserve' }
  | { readonly kind: 'starting'; readonly why: string }
  /** It was never connected, and trying again cannot help: a wrong token, an intent that is not granted. */
  | { readonly kind: 'refused'; readonly error: OpsError }
  | {
      readonly kind: 'connected';
      /** When the last heartbeat was sent that Discord answered; undefined before the first. */
      readonly beatAt: number | undefined;
      /** What the bot lacks in its server, or has too much, a sentence each. */
      readonly remarks: readonly string[];
    }
  | { readonly kind: 'disconnected'; readonly why: string };

export interface RunningBot {
  canaries(): readonly CanaryView[];
  /** Of its sign of life in Discord; undefined while it holds no connection, or none is wanted. */
  liveness(): LivenessView | undefined;
  /** Where the clock of this machine is wrong by Discord's, in words. */
  clockApart(): string | undefined;
  /** `reserve` only where another bot is known to hold the connection. Never rejects. */
  status(): Promise<BotStatus>;
  close(): Promise<void>;
}

/** In the thread of an incident that was opened a moment ago, they must know it. */
const incidentCommands: readonly string[] = ['incident', 'postmortem'];
const againMs = 5_000;
/** Discord counts refused logins, and bans who makes too many. */
const refusedAgainMs = 30_000;
/** Longer than this Redis does not answer, and who holds the connection is not known. */
const seatAnswerMs = 1_000;

export function startBot(options: BotOptions): RunningBot {
  const desk = deskStore(options.link);
  const store = incidentStore(options.link);
  const canary = keepBotCanary(options.link, options.clock);
  const redis = watchStore(options.link, options.clock);
  const sight = followDesk(desk, options.clock, () => redis.outage() !== undefined);
  let discord: Discord | undefined;
  let liveness: LivenessKeeping | undefined;
  let seated = false;
  let trouble = 'connecting to Discord';
  let refused: OpsError | undefined;
  const connected = (running: Discord): LivenessKeeping | undefined => {
    discord = running;
    refused = undefined;
    const { clock, log, livenessEveryMs: everyMs } = options;
    if (everyMs === undefined) return undefined;
    liveness = keepLiveness({
      everyMs,
      look: () => livenessOf(sight.latest(), clock.now(), everyMs),
      say: (alive, known) => running.sayAlive(alive, known),
      store: livenessStore(options.link, options.discord.channelId),
      clock,
      log,
    });
    return liveness;
  };
  const seat = electBot({
    link: options.link,
    name: options.name,
    clock: options.clock,
    run: async (signal) => {
      seated = true;
      try {
        await serve({ ...options, desk, sight, store, redis, signal, connected });
      } catch (error) {
        trouble = error instanceof Error ? error.message : String(error);
        options.log.error({ event: 'bot-failed', error: trouble }, 'the bot could not work; trying again');
        const final = error instanceof OpsError && !error.retryable && !signal.aborted;
        refused = final ? error : undefined;
        await pause(options.clock, final ? refusedAgainMs : againMs, signal);
      } finally {
        seated = false;
        discord = undefined;
        liveness = undefined;
      }
    },
  });
  return {
    async status() {
      if (!seated) {
        const silence = pause(options.clock, seatAnswerMs, new AbortController().signal);
        const taken = await Promise.race([seat.elsewhere().catch(() => false), silence]);
        if (taken === true) return { kind: 'reserve' };
        return { kind: 'starting', why: 'no bot is known to hold the connection' };
      }
      if (refused !== undefined) return { kind: 'refused', error: refused };
      if (discord === undefined) return { kind: 'starting', why: trouble };
      const { connected, why, beatAt } = discord.status();
      if (!connected) return { kind: 'disconnected', why: why ?? 'reconnecting' };
      return { kind: 'connected', beatAt, remarks: discord.remarks() ?? [] };
    },
    canaries: () => [canary.view()],
    liveness: () => liveness?.view(),
    clockApart: () => discord?.clockApart(options.thresholds.clockWarnMs),
    async close() {
      canary.close();
      await seat.close();
      sight.close();
      redis.close();
      await desk.close();
    },
  };
}

interface ServeOptions extends BotOptions {
  readonly desk: DeskStore;
  readonly sight: DeskSight;
  readonly store: IncidentStore;
  readonly redis: StoreWatch;
  readonly signal: AbortSignal;
  /** Returns its sign of life, where one is wanted. */
  readonly connected: (discord: Discord) => LivenessKeeping | undefined;
}

type Asker = Person & { readonly roles: readonly string[] };

/** Holds the Discord connection until told to stop. */
async function serve(options: ServeOptions): Promise<void> {
  const { audit, clock, link, log, meter, redis, sight, signal, store } = options;
  const board = taskBoard(link);
  const policy = options.discord.access;
  const record: AuditLog['record'] = (event) => audit.record(event);
  const refuse = refusals(link, record, clock);
  const people = waiting();
  const context = async (command: string): Promise<PlanContext> => ({
    now: clock.now(),
    desk: sight.latest(),
    diagnostics: options.diagnostics,
    findings: options.findings,
    incidents:
      incidentCommands.includes(command) && redis.outage() === undefined
        ? await redis.whileUp(pager.newest()).catch(() => pager.incidents())
        : pager.incidents(),
    commands: options.commands.flatMap(formsOf),
  });

  const rerun = async (task: ExamineTask, by: Asker, why: string): Promise<void> => {
    const { guildId } = policy;
    const { channelId } = options.discord;
    await board.submit(rerunTicket({ task, by, why, now: clock.now(), guildId, channelId }));
  };

  /** What a silence held back until now has no steps and no evidence yet; the desk itself asks for them. */
  const equip = async ({ incident, posts }: Decision): Promise<void> => {
    if (!posts.some(({ kind }) => kind === 'page')) return;
    const steps = firstSteps(incident, options.playbooks, clock.now());
    if (steps !== undefined) await store.post([steps]);
    const desk = { id: '0', name: 'pitwatch', roles: policy.roles.respond };
    const evidence = evidenceTask(incident);
    if (evidence.diagnostics.length > 0) await rerun(evidence, desk, `v${incident.version}`);
  };

  const letters = letterBox(link, clock);
  const pagers = pagerStore(link, clock);
  const pager = openPager({
    store,
    pagers,
    plan: options.plan,
    playbooks: options.playbooks,
    clock,
    log,
    onDecision: (decision) => {
      equip(decision).catch((error: unknown) => {
        const lost = { event: 'evidence-lost', incident: decision.incident.id, error: messageOf(error) };
        log.error(lost, 'a thread got no steps or evidence');
      });
    },
  });
  const work: DeskWork = {
    policy,
    record,
    now: () => clock.now(),
    store,
    rerun: (caller) => (task) => rerun(task, caller, caller.interaction ?? String(clock.now())),
    playbooks: options.playbooks,
    reaches: (circle) => pager.callees(circle).length > 0,
    audit,
    roster: { store: pagers, roster: () => pager.roster(), called: () => pager.callees('primary') },
    silences: { store: pagers, reach: (matcher) => reachOfMatcher(matcher, sight.latest()) },
    letters,
  };

  const claims = keepClaims(link, clock);
  const seen = seenLast({ desk: sight, pager, shown: () => options.line.shown(), clock });
  const discord = await startDiscord({
    config: options.discord,
    commands: options.commands,
    context,
    callees: (circle) => pager.callees(circle),
    submit: async (ticket) => {
      people.add(ticket);
      try {
        await redis.whileUp(board.submit(ticket));
      } catch (error) {
        // They are told at once; where it was written all the same, its answer would be a second one.
        people.tellOff(ticket.id);
        throw error;
      }
    },
    outages: { store: redis, seen: (task) => seen.about(task) },
    act: (task, by) => carryOut(task, by, work),
    claims,
    record,
    onResponse: (status) => meter.discordSaid(status),
    clock,
    log,
    registerFor: options.registerFor,
    signal,
  });
  const liveness = options.connected(discord);
  claims.follow((claim) => discord.messenger.deliverAnswer(claim, abandoned));

  const answers = serveAnswers(
    link,
    async (ticket, results, missing) => {
      if (people.toldOff(ticket.id)) return;
      const answer = answerOf(ticket, results, missing);
      if (answer.kind === 'report' && ticket.task.kind === 'examine') seen.keep(ticket.task, answer);
      if (ticket.task.kind === 'examine' && ticket.task.incident !== undefined && answer.kind === 'report') {
        const { incident } = ticket.task;
        const post = {
          id: ticket.id,
          incident,
          queuedAt: clock.now(),
          kind: 'evidence',
          report: answer,
        } as const;
        await store.post([post]);
        return;
      }
      await meter.deliver('answer', () => discord.messenger.deliverAnswer(ticket, answer));
      meter.answered(clock.now() - ticket.askedAt);
      people.take(ticket.id);
    },
    clock,
    { refuse, onDropped: (ticket) => void tellTampered(ticket) },
  );
  const { messenger } = discord;
  const stopTellingOff = tellOff({
    people,
    store: redis,
    tell: (to, answer) => messenger.deliverAnswer(to, answer),
    answer: (task, outage) => inOutage(task, outage, seen.about(task), clock.now()),
    clock,
    log,
  });
  const announce = announcing({ say: (told, post) => messenger.deliverNotice(told, post), clock, log });
  const posts = servePosts(
    link,
    async (post, refs) => {
      const returned = await meter.deliver(post.kind, () =>
        post.kind === 'announcement' ? announce(post) : messenger.deliverPost(post, refs),
      );
      await recordAnew(store, post.incident, refs, returned);
      if (post.kind === 'page')
        meter.paged(clock.now() - (post.card.alerts[0]?.alert.observedAt ?? post.queuedAt));
      return returned;
    },
    clock,
    refuse,
  );
  const hangUp = options.line.listen((page) => {
    seen.hear(page);
    return messenger.deliverDirect(page);
  });
  const unlisten = onRefusal(link, (what) => void tellRefused(what), clock);

  /** The rules may have changed since it was asked, by a restart in between. */
  function answerOf(
    ticket: TaskTicket,
    results: readonly AskResult[],
    missing: readonly ExaminePart[],
  ): Answer {
    const verdict = stillMay(ticket.grant, reachOf(ticket.task), policy);
    if (verdict.kind === 'allowed') {
      const report = assemble(ticket, results, missing, sight.latest(), clock.now());
      const apart = discord.clockApart(options.thresholds.clockWarnMs);
      return apart === undefined ? report : { ...report, notes: [apart] };
    }
    const outcome = `denied (${verdict.reason}) where it runs: ${verdict.text}`;
    const what = `/${ticket.grant.command}`;
    record({ at: clock.now(), kind: 'denial', by: ticket.askedBy, what, on: '', outcome });
    return { kind: 'refusal', text: verdict.text, wayOut: verdict.wayOut };
  }

  async function tellTampered(id: string): Promise<void> {
    const asked = people.take(id);
    if (asked === undefined) return;
    await discord.messenger.deliverAnswer(asked, tampered).catch((error: unknown) => {
      log.error({ event: 'refusal-untold', error: messageOf(error) }, 'who waited for it could not be told');
    });
  }

  async function tellRefused(what: string): Promise<void> {
    await discord.messenger.deliverNotice(refusedNotice(what)).catch((error: unknown) => {
      log.error({ event: 'refusal-untold', error: messageOf(error) }, 'the channel could not be told');
    });
  }

  const waitingLetters = followLetters(letters, clock, log);
  const watching = watchHosts({
    ...options,
    letters: waitingLetters,
    logins: async () => (await options.desk.view()).roster.map(({ login }) => login),
  });

  await stopped(signal);
  unlisten();
  stopTellingOff();
  claims.close();
  waitingLetters.close();
  hangUp();
  await liveness?.close();
  await pager.close();
  await watching.close();
  await discord.close();
  await Promise.all([answers.close(), posts.close()]);
}
