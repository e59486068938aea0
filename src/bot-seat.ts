// What the one bot does while it holds the seat: wires Discord to the queues and the pager, and closes whatever of it was opened.
import { deliver } from './bot-deliveries.ts';
import type { Clock } from './domain/clock.ts';
import { closeEach, type Closer } from './domain/closing.ts';
import type { Detector } from './domain/detector.ts';
import type { Diagnostic } from './domain/diagnostic.ts';
import type { DirectLine } from './domain/direct-line.ts';
import { messageOf } from './domain/errors.ts';
import type { AuditLog } from './domain/audit.ts';
import type { Decision } from './domain/decision.ts';
import { reachOfMatcher } from './domain/grant.ts';
import type { IncidentStore, Person } from './domain/incident.ts';
import type { ExamineTask } from './domain/job.ts';
import type { Playbook } from './domain/playbook.ts';
import { stopped } from './domain/stop-signal.ts';
import type { StoreWatch } from './domain/store-watch.ts';
import type { Thresholds } from './domain/thresholds.ts';
import type { Command, KnownFinding, PlanContext } from './discord/command.ts';
import type { DiscordConfig } from './discord/config.ts';
import { formsOf } from './discord/forms.ts';
import { startDiscord, type Discord } from './discord/start.ts';
import { abandoned } from './flows/refused-words.ts';
import { carryOut, type DeskWork } from './flows/permitted.ts';
import { seenLast } from './flows/seen-last.ts';
import { waiting } from './flows/waiting.ts';
import { evidenceTask } from './flows/act.ts';
import { firstSteps } from './flows/first-steps.ts';
import type { LivenessKeeping } from './flows/liveness.ts';
import type { DeskSight } from './flows/desk-sight.ts';
import { followLetters } from './flows/letter-sight.ts';
import { openPager, type Pager, type PagerOptions } from './flows/pager.ts';
import { rerunTicket } from './flows/rerun.ts';
import { watchHosts } from './flows/host-watch.ts';
import type { DeskMeter } from './health/desk-meter.ts';
import type { Log } from './log.ts';
import { keepClaims } from './queue/claims.ts';
import { letterBox } from './queue/dead-letters.ts';
import type { DeskStore } from './queue/desk-store.ts';
import { pagerStore } from './queue/pager-store.ts';
import type { RedisLink } from './queue/redis.ts';
import { refusals } from './queue/refusals.ts';
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

/** In the thread of an incident that was opened a moment ago, they must know it. */
const incidentCommands: readonly string[] = ['incident', 'postmortem'];

export interface SeatOptions extends BotOptions {
  readonly desk: DeskStore;
  readonly sight: DeskSight;
  readonly store: IncidentStore;
  readonly redis: StoreWatch;
  readonly signal: AbortSignal;
  readonly paging: (pager: Pick<Pager, 'trouble'>) => void;
  /** Returns its sign of life, where one is wanted. */
  readonly connected: (discord: Discord) => LivenessKeeping | undefined;
}

type Asker = Person & { readonly roles: readonly string[] };

/** In the order in which they are closed, the newest of each first: what Discord took until it was left is still written down. */
interface Opened {
  readonly deciding: Closer[];
  readonly discord: Closer[];
  readonly queues: Closer[];
}

/** Holds the Discord connection until told to stop; however it ends, nothing of it goes on. @throws OpsError */
export async function holdSeat(options: SeatOptions): Promise<void> {
  const opened: Opened = { deciding: [], discord: [], queues: [] };
  const failed = (error: unknown): void => {
    options.log.error({ event: 'stop-failed', error: messageOf(error) }, 'something did not stop cleanly');
  };
  try {
    await serve(options, opened);
  } finally {
    await closeEach(opened.deciding, failed);
    await closeEach(opened.discord, failed);
    // At the same time: each may take as long as a stop allows.
    await Promise.all(opened.queues.map((queue) => closeEach([queue], failed)));
  }
}

/** @param opened whatever is opened here, for whoever closes it */
async function serve(options: SeatOptions, opened: Opened): Promise<void> {
  const { audit, clock, link, log, meter, redis, sight, signal, store } = options;
  const board = taskBoard(link);
  const policy = options.discord.access;
  const record: AuditLog['record'] = (event) => audit.record(event);
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
        log.error(
          { event: 'evidence-lost', incident: decision.incident.id, error: messageOf(error) },
          'a thread got no steps or evidence',
        );
      });
    },
  });
  opened.deciding.push(() => pager.close());
  options.paging(pager);
  const work: DeskWork = {
    policy,
    record,
    now: () => clock.now(),
    store,
    rerun: (caller) => (task) => rerun(task, caller, caller.interaction ?? String(clock.now())),
    playbooks: options.playbooks,
    reaches: (circle) => pager.callees(circle),
    audit,
    roster: { store: pagers, roster: () => pager.roster(), called: () => pager.callees('primary') },
    silences: { store: pagers, reach: (matcher) => reachOfMatcher(matcher, sight.latest()) },
    letters,
  };

  const claims = keepClaims(link, clock);
  opened.deciding.push(() => claims.close());
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
  opened.discord.push(() => discord.close());
  const liveness = options.connected(discord);
  if (liveness !== undefined) opened.deciding.push(() => liveness.close());
  claims.follow((claim) => discord.messenger.deliverEnd(claim, abandoned));

  const posts = deliver(
    { ...options, discord, policy, people, seen, record, refuse: refusals(link, record, clock) },
    opened,
  );

  options.paging({ trouble: () => pager.trouble() ?? posts.trouble() });
  const waitingLetters = followLetters(letters, clock, log);
  opened.deciding.push(() => waitingLetters.close());
  const watching = watchHosts({
    ...options,
    letters: waitingLetters,
    logins: async () => (await options.desk.view()).roster.map(({ login }) => login),
  });
  opened.deciding.push(() => watching.close());

  await stopped(signal);
}
