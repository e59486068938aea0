// The desk that a fuzzed Redis meets: a true host and the true way of answers and posts to Discord's door, where every message is held against Discord's rules.
import { DiscordAPIError } from 'discord.js';
import { systemClock } from '../../src/clock.ts';
import { loadDiagnostics, loadExhibits } from '../../src/catalogue.ts';
import { neverCloses } from '../../src/desk.ts';
import { Acknowledgements } from '../../src/discord/acknowledgement.ts';
import { Answers } from '../../src/discord/answers.ts';
import { DirectPages } from '../../src/discord/direct-pages.ts';
import { notice } from '../../src/discord/notices.ts';
import { Posts } from '../../src/discord/posts.ts';
import type { MessagePayload } from '../../src/discord/presenter/message.ts';
import type { DiscordRest } from '../../src/discord/rest.ts';
import { timeDifference } from '../../src/discord/time-difference.ts';
import type { AccessPolicy } from '../../src/domain/access.ts';
import { messageOf } from '../../src/domain/errors.ts';
import { reachOf, stillMay } from '../../src/domain/grant.ts';
import type { AskJob, AskResult, TaskTicket } from '../../src/domain/job.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { announcing } from '../../src/flows/announcing.ts';
import { assemble } from '../../src/flows/assemble.ts';
import { examine } from '../../src/flows/examine.ts';
import { makeLog, scrub } from '../../src/log.ts';
import { startLocalRedis } from '../../src/local/redis/chain.ts';
import { serveAnswers } from '../../src/queue/answers.ts';
import { serveAsks } from '../../src/queue/asks.ts';
import { letterBox } from '../../src/queue/dead-letters.ts';
import { hostLogins } from '../../src/queue/host.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { servePosts } from '../../src/queue/outbox.ts';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import { refusals, type RefusedJob } from '../../src/queue/refusals.ts';
import { makeSeal } from '../../src/queue/seal.ts';
import { taskBoard } from '../../src/queue/task-board.ts';
import { fakeLogin } from '../../test/fakes/view.ts';
import { brokenRules } from '../../test/discord/presenter/discord-rules.ts';
import { hasServer, startRealRedis } from '../../test/fixtures/real-redis.ts';
import { clear, silent } from './ground.ts';

const policy: AccessPolicy = {
  guildId: '4',
  channels: ['3'],
  only: [],
  roles: { read: ['7'], respond: [], lead: [] },
};

/** What was seen of the cases since it was last asked; each under its own id. */
export interface Seen {
  readonly refused: Map<string, string>;
  readonly examined: Set<string>;
  readonly answered: Set<string>;
  readonly posted: Set<string>;
  readonly givenUp: Set<string>;
}

export interface JobStage {
  readonly link: RedisLink;
  readonly seen: Seen;
  readonly board: ReturnType<typeof taskBoard>;
  readonly store: ReturnType<typeof incidentStore>;
  readonly letters: ReturnType<typeof letterBox>;
  /** How often a login is held at this moment. */
  held(): number;
  /** @throws whatever was found on the way: words that are none, a message Discord would refuse, a secret */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export async function openJobStage(): Promise<JobStage> {
  const seal = makeSeal({ current: 'the key of the fuzzing, which no forger of it has' });
  const lines: string[] = [];
  const faults: string[] = [];
  const seen: Seen = {
    refused: new Map<string, string>(),
    examined: new Set<string>(),
    answered: new Set<string>(),
    posted: new Set<string>(),
    givenUp: new Set<string>(),
  };
  const log = makeLog('info', (line) => {
    lines.push(line);
    const { event, ticket, post } = JSON.parse(line) as Readonly<Record<string, string | undefined>>;
    if (event === 'answer-given-up') seen.givenUp.add(ticket ?? '');
    if (event === 'post-given-up') seen.givenUp.add(post ?? '');
  });
  const redis = hasServer
    ? await startRealRedis()
    : await startLocalRedis({ dir: '', log, prefer: 'embedded' });
  const [bot, worker, reserve] = [1, 2, 3].map(() => openRedis(redis.url, log, seal)) as [
    RedisLink,
    RedisLink,
    RedisLink,
  ];
  await Promise.all([bot, worker, reserve].map((link) => link.ready()));
  const check = (found: () => void): void => {
    try {
      found();
    } catch (error) {
      faults.push(String(error));
    }
  };
  const refuseOn = (link: RedisLink) => {
    const refuse = refusals(link, undefined, systemClock);
    return (job: RefusedJob): void => {
      seen.refused.set(job.id.replace('of incident ', ''), job.why);
      check(() => clear(`refused because ${job.why}`, 'a refusal'));
      refuse(job);
    };
  };
  const rest = atTheDoor();
  const callees = () => [{ kind: 'role' as const, id: '7' }];
  const given = { rest, clock: systemClock, log };
  const acknowledgements = new Acknowledgements(rest.callback, systemClock, log);
  const answers = new Answers({ ...given, acknowledgements });
  const direct = new DirectPages({ ...given, channelId: '3', callees });
  const posts = new Posts({ ...given, config: { channelId: '3' }, callees, direct });
  const announce = announcing({
    say: (said, queued) => notice(rest, '3', said, systemClock.now(), queued),
    clock: systemClock,
    log,
  });

  const answer = (
    ticket: TaskTicket,
    results: readonly AskResult[],
    missing: Parameters<typeof assemble>[2],
  ) => {
    const verdict = stillMay(ticket.grant, reachOf(ticket.task), policy);
    return verdict.kind === 'allowed'
      ? assemble(ticket, results, missing, { roster: [], pulses: [] }, systemClock.now())
      : ({ kind: 'refusal', text: verdict.text, wayOut: verdict.wayOut } as const);
  };
  const serving = serveAnswers(
    bot,
    async (ticket, results, missing) => {
      await answers.deliver(ticket, answer(ticket, results, missing));
      seen.answered.add(ticket.id);
    },
    systemClock,
    { refuse: refuseOn(bot), random: () => 0 },
  );
  const posting = servePosts(
    bot,
    async (post, refs) => {
      const after = post.kind === 'announcement' ? await announce(post) : await posts.deliver(post, refs);
      seen.posted.add(post.id);
      return after;
    },
    systemClock,
    refuseOn(bot),
    { random: () => 0 },
  );
  const [diagnostics, exhibitors] = await Promise.all([loadDiagnostics(), loadExhibits()]);
  const handle = async (job: AskJob, signal: AbortSignal): Promise<AskResult> => {
    seen.examined.add(job.askId);
    const verdict = stillMay(job.grant, [{ login: job.login, suites: job.suites }], policy);
    if (verdict.kind === 'denied') return { kind: 'failed', login: 'desk', why: verdict.text };
    const now = systemClock.now();
    const view = fakeLogin(now, { name: 'desk', suites: [{ name: 'mnq' }] });
    const exhibits = job.exhibits === undefined ? {} : { exhibits: job.exhibits };
    const asked = {
      login: view,
      suites: job.suites,
      wanted: job.diagnostics,
      subject: job.subject,
      ...exhibits,
    };
    const deadlineMs = Math.max(1, job.deadlineAt - now);
    const circumstances = { clock: systemClock, market: () => neverCloses(now), thresholds: startThresholds };
    try {
      return {
        kind: 'report',
        report: await examine({ ...asked, ...circumstances, diagnostics, exhibitors, signal, deadlineMs }),
      };
    } catch (error) {
      // What is told of it is told to a person.
      check(() => clear(scrub(messageOf(error)), 'a failed examination'));
      throw error;
    }
  };
  const asks = serveAsks(worker, 'desk', handle, systemClock, refuseOn(worker));
  let held = 0;
  const hostings = [worker, reserve].map((link) =>
    hostLogins({
      link,
      worker: 'w',
      logins: ['desk'],
      clock: systemClock,
      log,
      async run(_login, signal) {
        held += 1;
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        held -= 1;
      },
    }),
  );
  const letters = letterBox(bot);
  return {
    link: bot,
    seen,
    board: taskBoard(bot),
    store: incidentStore(bot),
    letters,
    held: () => held,
    async look() {
      for (const { about, why } of (await letters.list()).letters)
        check(() => clear(`${about}: ${why}`, 'a dead letter'));
      check(() => silent(lines.splice(0).join('\n'), 'the log'));
      if (faults.length > 0) throw new Error(faults.splice(0).slice(0, 5).join('\n'));
    },
    async stop() {
      await Promise.all([
        asks.close(),
        serving.close(),
        posting.close(),
        ...hostings.map((one) => one.close()),
      ]);
      await Promise.all([bot, worker, reserve].map((link) => link.close()));
      await redis.stop();
    },
  };
}

/** Discord's REST as far as messages need it: everything is accepted but what breaks its rules. */
function atTheDoor(): DiscordRest {
  let made = 1_000;
  const say = (): Promise<unknown> => Promise.resolve({ id: String((made += 1)) });
  const endpoint: unknown = { post: say, patch: say, get: () => Promise.resolve([]) };
  const rest = endpoint as DiscordRest['bot'];
  return {
    bot: rest,
    late: rest,
    callback: rest,
    webhook: rest,
    difference: timeDifference(),
    gate: {
      held: () => undefined,
      accepted: () => undefined,
      refused: () => undefined,
    } as unknown as DiscordRest['gate'],
    styled(payload: MessagePayload) {
      if (brokenRules(payload).length === 0) return payload;
      const words = 'Invalid Form Body';
      throw new DiscordAPIError({ code: 50_035, message: words }, 50_035, 400, 'POST', '', {});
    },
    styledText: (text) => text,
  };
}
