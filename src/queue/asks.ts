// The suite side of a question: the login's host takes asks from its queue and hands the results back.
import { setMaxListeners } from 'node:events';
import { WaitingError, Worker, type Job } from 'bullmq';
import { systemClock } from '../clock.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { AskJob, AskResult } from '../domain/job.ts';
import { scrub } from '../log.ts';
import { canaryName, keepCanary, type CanaryView } from './canary.ts';
import { byDeadline } from './deadline.ts';
import { escaped, keys, prefix } from './keys.ts';
import { queueOf, type Lane } from './question.ts';
import { drainSeconds, within, type RedisLink } from './redis.ts';
import { refusals, type Refuse } from './refusals.ts';
import { isAsk, shaped, type SealedResult } from './shapes.ts';
import type { SealedAsk } from './task-board.ts';
import { answerScript } from './ticket-scripts.ts';

export interface AskServing {
  /** Whether jobs of each lane are consumed at all. */
  canaries(): readonly CanaryView[];
  /** Stops taking asks; one that is not answered yet goes back for the next host. */
  close(): Promise<void>;
}

/**
 * Asks of one login examined at the same time, in lanes of their own: a flood of what goes into threads leaves every place of
 * a typed command free. An examination reads memory, so it is short.
 */
const atOnce: Readonly<Record<Lane, number>> = { interactive: 32, background: 4 };
/** As long as a ticket lives. */
const resultLifeMs = 24 * 60 * 60_000;
const closeMs = 3_000;
/** Asks whose job may still come after their message. */
const mostRemembered = 2_000;

/**
 * Serves the questions to one login until closed; to be called by that login's host only. A handler that throws becomes a
 * `failed` result; `signal` aborts at the ask's deadline and at close, and one that does not listen is left behind.
 */
export function serveAsks(
  link: RedisLink,
  login: string,
  handle: (job: AskJob, signal: AbortSignal) => Promise<AskResult>,
  clock: Clock = systemClock,
  refuse: Refuse = refusals(link, undefined, clock),
): AskServing {
  const stopping = new AbortController();
  // One listener per ask under way is no leak.
  setMaxListeners(0, stopping.signal);
  const begun = new Map<string, Promise<boolean>>();
  /** Begun by their message, beside the jobs. */
  let told = 0;
  const lanes = (['interactive', 'background'] as const).map((lane) => {
    const serving = { worker: consume(lane, (id) => canary.came(id)) };
    const canary = keepCanary({
      link,
      clock,
      what: lane === 'interactive' ? `questions to ${login}` : `evidence of ${login}`,
      send: (id) => link.queue(queueOf(lane, login)).add(canaryName, {}, { jobId: id }),
      replace() {
        const wedged = serving.worker;
        serving.worker = consume(lane, (id) => canary.came(id));
        // By force: what does not wake up does not end in order either.
        void within(closeMs, wedged.close(true));
      },
    });
    return { serving, canary };
  });

  function consume(lane: Lane, came: (id: string | undefined) => void): Worker {
    const take = async (job: Job<SealedAsk>, token?: string): Promise<void> => {
      if (job.name === canaryName) came(job.id);
      else await serve(job, token ?? '');
    };
    const worker = new Worker<SealedAsk>(queueOf(lane, login), take, {
      connection: link.consumer,
      prefix,
      concurrency: atOnce[lane],
      lockDuration: 5_000,
      stalledInterval: 1_000,
      // An ask that takes its host down with it is not tried for ever.
      maxStalledCount: 2,
      drainDelay: drainSeconds,
      runRetryDelay: 500,
    });
    worker.on('error', (error) => {
      link.log.debug({ event: 'ask-error', login, lane, error: error.message }, 'an ask queue had an error');
    });
    return worker;
  }

  // The message is a hop faster than the job; the job is what survives a lost message or a dead host.
  const unlisten = link.listen(`${keys.askChannel}${escaped(login)}`, (message) => {
    // In a flood the rest waits its turn as jobs.
    if (told >= atOnce.interactive) return;
    const ask = opened(message);
    if (ask === undefined) return;
    told += 1;
    begin(ask)
      .catch((error: unknown) => {
        link.log.warn(
          { event: 'ask-unanswered', login, error: messageOf(error) },
          'an ask is left to its job',
        );
      })
      .finally(() => {
        told -= 1;
      });
  });

  async function serve(job: Job<SealedAsk>, token: string): Promise<void> {
    // Typed as ours, but whoever can write to Redis can put anything there.
    const ask = opened((job.data as Partial<SealedAsk> | undefined)?.sealed, job.id);
    // Refused and told: nothing is left to do with the job.
    if (ask === undefined) return;
    if (await begin(ask)) return;
    await within(1_000, job.moveToWait(token));
    throw new WaitingError();
  }

  /** Undefined where it is not one of the desk's own for this login. */
  function opened(sealed: unknown, id?: string): AskJob | undefined {
    const opened = link.seal.open<unknown>('ask', sealed, clock.now(), id);
    const found = shaped(opened, isAsk, 'no ask');
    if (found.kind === 'sound' && found.content.login === login && found.content.askId === found.id)
      return found.content;
    const why =
      found.kind === 'refused'
        ? found.why
        : found.content.login === login
          ? 'it says that it is another one than the one it was signed as'
          : 'it was asked of another login';
    refuse({ what: 'ask', id: id ?? (opened.kind === 'sound' ? opened.id : 'unknown'), why });
    return undefined;
  }

  /** Each ask once, whether the message or the job came first. False = not answered, it is the next host's. */
  function begin(ask: AskJob): Promise<boolean> {
    const known = begun.get(ask.askId);
    if (known !== undefined) return known;
    const work = examine(ask);
    begun.set(ask.askId, work);
    work.catch(() => begun.delete(ask.askId));
    if (begun.size > mostRemembered)
      for (const [oldest] of [...begun].slice(0, mostRemembered / 2)) begun.delete(oldest);
    return work;
  }

  async function examine(asked: AskJob): Promise<boolean> {
    // While closing, a fetch already under way can still bring an ask: straight back with it.
    if (stopping.signal.aborted) return false;
    const ask = await stillWanted(asked);
    if (ask === undefined) return true;
    const result = await answer(ask);
    if (result === undefined) return false;
    // Through an outage if need be: the person waits for exactly this.
    await link.runPatiently(answerScript, [`${keys.ask}${ask.askId}`], [sealedResult(asked, result)]);
    return true;
  }

  /** With the instants of the ask as the bot wrote them: by these it knows an old answer brought back. */
  function sealedResult({ askId, askedAt, deadlineAt }: AskJob, result: AskResult): string {
    const content = { askedAt, deadlineAt, result } satisfies SealedResult;
    return JSON.stringify(link.seal.close('result', askId, clock.now() + resultLifeMs, content));
  }

  /** Past its deadline an ask is dropped, unless somebody waits all the same: then only our clock is ahead of the bot's. */
  async function stillWanted(ask: AskJob): Promise<AskJob | undefined> {
    const now = clock.now();
    if (now < ask.deadlineAt) return ask;
    const waiting = await link.consumer.exists(`${keys.ask}${ask.askId}`);
    return waiting === 0
      ? undefined
      : { ...ask, askedAt: now, deadlineAt: now + (ask.deadlineAt - ask.askedAt) };
  }

  /** Undefined = interrupted by our own closing, so the next host shall answer. */
  async function answer(ask: AskJob): Promise<AskResult | undefined> {
    const endsInMs = ask.deadlineAt - clock.now();
    try {
      return await byDeadline(
        { clock, endsInMs, what: 'The examination', stopping: stopping.signal },
        (signal) => handle(ask, signal),
      );
    } catch (error) {
      if (stopping.signal.aborted) return undefined;
      link.log.warn(
        { event: 'ask-failed', login, ask: ask.askId, error: messageOf(error) },
        'an examination failed',
      );
      return { kind: 'failed', login, why: scrub(messageOf(error)) };
    }
  }

  return {
    canaries: () => lanes.map(({ canary }) => canary.view()),
    async close() {
      unlisten();
      for (const { canary } of lanes) canary.close();
      const closed = Promise.all(lanes.map(({ serving }) => serving.worker.close()));
      stopping.abort();
      await within(closeMs, closed);
    },
  };
}
