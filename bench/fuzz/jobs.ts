// Job payloads: whatever may lie in Redis where the desk's own jobs should; each is refused with its reason, given up with a letter, or done, and a right one after it works.
import { setTimeout as pause } from 'node:timers/promises';
import type { AskJob } from '../../src/domain/job.ts';
import { keys, prefix, queueNames } from '../../src/queue/keys.ts';
import { questionOf } from '../../src/queue/question.ts';
import { makeSeal, type SealedKind } from '../../src/queue/seal.ts';
import { aNote, anIncident, aPage, aTicket } from '../../test/fixtures/incidents.ts';
import { until } from '../../test/fixtures/real-redis.ts';
import { chunks, Tally, type Ground } from './ground.ts';
import { torn } from './hostile.ts';
import { examination, idMark, jobCases, type JobCase } from './job-cases.ts';
import { openJobStage, type JobStage } from './job-stage.ts';

const forger = makeSeal({ current: 'the key of somebody who writes into Redis and has no key' });
const hourMs = 3_600_000;
/** Without anything having moved. */
const settlesWithinMs = 25_000;

export const jobs: Ground = {
  name: 'job payloads',
  async run(cases, seed) {
    const tally = new Tally('job payloads');
    const stage = await openJobStage();
    let number = 0;
    try {
      await until(() => stage.held() === 1, settlesWithinMs, 'the login held');
      for (const batch of chunks(jobCases, cases, seed)) {
        const placed = batch.map((one) => ({ ...one, id: `case${(number += 1)}` }));
        await Promise.all(placed.map((one) => place(stage, one)));
        await settled(stage, placed, () => tally.alive());
        tally.alive();
        await stage.look();
        for (const one of placed) tally.count(endOf(stage, one));
        tally.sound();
        await healthy(stage, number);
        tally.sound();
        for (const known of Object.values(stage.seen) as readonly { clear(): void }[]) known.clear();
      }
    } finally {
      await stage.stop();
    }
    return tally.outcome;
  },
};

interface Placed extends JobCase {
  readonly id: string;
}

const sealedAs: Readonly<Record<JobCase['kind'], SealedKind>> = {
  ask: 'ask',
  evidence: 'ask',
  message: 'ask',
  unreadable: 'ask',
  lease: 'ask',
  ticket: 'ticket',
  post: 'post',
  parcel: 'post',
};

/** The content as it lies in Redis: sealed by the desk, or not as it should be. */
function sealed({ link }: JobStage, { kind, manner, text, at, id }: Placed): string {
  const own = text.replaceAll(idMark, id);
  if (manner === 'bare') return own;
  const what = sealedAs[kind];
  const content = valueOf(own);
  const until = Date.now() + (manner === 'expired' ? -1 : hourMs);
  const by = manner === 'other-key' ? forger : link.seal;
  const whole = by.close(
    manner === 'other-kind' ? 'letter' : what,
    manner === 'other-id' ? `${id}-copy` : id,
    until,
    content,
  );
  return manner === 'torn'
    ? torn(whole, at % 2 === 0 ? { kind: 'cut', at } : { kind: 'in', at, text: 'x' })
    : whole;
}

async function place(stage: JobStage, one: Placed): Promise<void> {
  const { link } = stage;
  const redis = link.producer;
  const { kind, id, beside, at } = one;
  const text = sealed(stage, one);
  switch (kind) {
    case 'ask':
    case 'evidence':
    case 'unreadable': {
      const name = kind === 'evidence' ? queueNames.evidence('desk') : queueNames.ask('desk');
      // One time in four what is around the seal is spoilt as well.
      const data: unknown = at % 4 === 0 ? readable(beside, text) : { sealed: text };
      await link.queue(name).add('ask', data, { jobId: id });
      if (kind === 'unreadable') await redis.hset(`${prefix}:${name}:${id}`, 'data', beside);
      return;
    }
    case 'message':
      await link.publish(`${keys.askChannel}desk`, text);
      return;
    case 'ticket': {
      const result = link.seal.close(
        'result',
        `${questionOf({ login: 'desk', suites: ['mnq'] }, examination)}-${id}`,
        Date.now() + hourMs,
        valueOf(beside),
      );
      const results = at % 3 === 0 ? beside : JSON.stringify(result);
      const json = one.manner === 'bare' ? text : JSON.stringify(text);
      const fields = [
        'json',
        json,
        'state',
        'ready',
        'open',
        '0',
        'bot',
        link.id,
        'why',
        'complete',
        'r:0',
        results,
      ];
      await redis.hset(`${keys.ticket}${id}`, ...fields);
      await redis.zadd(keys.ticketsReady, '0', id);
      const ready = `{"ticket":${json},"why":"complete","attempts":0,"results":{"0":${results}}}`;
      await link.publish(`${keys.answerChannel}${link.id}`, `${id}\n${ready}`);
      return;
    }
    case 'post':
      await redis.rpush(`${keys.incidentPosts}${id}`, text);
      await redis.hset(
        `${keys.incident}${id}`,
        'refs',
        beside,
        ...(at % 5 === 0 ? ['attempts', beside.slice(0, 9)] : []),
      );
      await redis.zadd(keys.postsPending, '0', id);
      await link.publish(keys.postChannel, id);
      return;
    case 'parcel': {
      const no = await redis.incr(keys.letterCount);
      const letter =
        at % 2 === 0
          ? beside
          : link.seal.close(
              'letter',
              `post-${id}`,
              Date.now() + hourMs,
              valueOf(at % 4 === 1 ? one.text : '{}'),
            );
      await redis.hset(keys.letters, String(no), letter);
      await redis.hset(keys.letterParcels, String(no), one.text);
      const outcome = await stage.letters.redrive(no);
      if (outcome !== 'sent') await stage.letters.dismiss(no);
      return;
    }
    case 'lease':
      await link.queue(queueNames.host('desk')).add('lease', readable(beside, text), { jobId: id });
      return;
  }
}

/** As JSON where it is some, with the sealed text in its place. */
function readable(beside: string, text: string): unknown {
  return valueOf(beside.replaceAll(`"${idMark}"`, () => JSON.stringify(text)));
}

/** What the JSON says; a text that is none, or so deep that nobody could write it, is itself. */
function valueOf(text: string): unknown {
  if (text.includes('['.repeat(1_000))) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Nothing is left on any way. */
async function settled({ link }: JobStage, placed: readonly Placed[], moved: () => void): Promise<void> {
  const names = [queueNames.ask('desk'), queueNames.evidence('desk'), queueNames.host('desk')];
  const left = async (): Promise<string> => {
    const waiting = await Promise.all(
      names.map((name) => link.queue(name).getJobCountByTypes('waiting', 'prioritized')),
    );
    const tickets = await link.producer.zcard(keys.ticketsReady);
    const lanes = await link.producer.zrange(keys.postsPending, '0', '3');
    if (waiting.every((count) => count === 0) && tickets === 0 && lanes.length === 0) return '';
    const stuck = lanes.map((id) => JSON.stringify(placed.find((one) => one.id === id)));
    return `waiting ${waiting.join('/')}, ${tickets} tickets (${(await link.producer.zrange(keys.ticketsReady, '0', '2')).map((id) => JSON.stringify(placed.find((one) => one.id === id))).join()}), posts of ${stuck.join('\n')}`;
  };
  let what = '';
  let end = Date.now() + settlesWithinMs;
  while (Date.now() < end) {
    const now = await left();
    if (now !== what) moved();
    if (now === '') return;
    if (now !== what) end = Date.now() + settlesWithinMs;
    what = now;
    await pause(20);
  }
  throw new Error(`not settled within ${settlesWithinMs / 1000} s: ${what.slice(0, 3_000)}`);
}

/** @throws where nobody said what became of it */
function endOf({ seen }: JobStage, { kind, manner, text, id, at, beside }: Placed): string {
  const refused = seen.refused.get(id);
  if (refused !== undefined) return `${kind} refused`;
  if (seen.examined.has(id)) return 'examined';
  if (seen.answered.has(id)) return 'answered';
  if (seen.posted.has(id)) return 'posted';
  if (seen.givenUp.has(id)) return `${kind} given up with a letter`;
  if (kind === 'message' || kind === 'parcel' || kind === 'lease' || kind === 'unreadable')
    return `${kind} dropped`;
  const content = manner === 'bare' ? undefined : (valueOf(text) as Partial<AskJob> | null);
  // Its content names another: it was done, or refused, under that name.
  const named = content as Readonly<Record<string, unknown>> | null | undefined;
  const other = kind === 'post' ? named?.['id'] : kind === 'ticket' ? named?.['id'] : named?.['askId'];
  if (typeof other === 'string' && other !== idMark) return `${kind} done under the name it gave itself`;
  if (typeof content?.deadlineAt === 'number' && content.deadlineAt < Date.now())
    return `${kind} over its deadline, nobody waits`;
  throw new Error(
    `nobody said what became of ${JSON.stringify({ kind, manner, id, text, at, beside }).slice(0, 3_000)}`,
  );
}

/** A right one of each kind, told now, comes to its right end. */
async function healthy(stage: JobStage, number: number): Promise<void> {
  const { board, store, seen } = stage;
  const good = (name: string): string => `good-${name}-${number}`;
  const grant = { command: 'health', tier: 'read', guildId: '4', roles: ['7'] } as const;
  // Different each time, so that none is joined to another.
  const task = { ...examination, subject: String(number) };
  await board.submit(aTicket(good('typed'), 10_000, { task, grant }));
  await board.submit(aTicket(good('evidence'), 10_000, { task: { ...task, incident: '12' }, grant }));
  const incident = anIncident(good('incident'), good('login'));
  const posts = [aPage(incident, good('page')), aNote(incident, good('note'))];
  await store.commit({ login: incident.login, expectedVersion: 0, incident, posts });
  const came = (): boolean =>
    [good('typed'), good('evidence')].every((id) => seen.answered.has(id)) &&
    [good('page'), good('note')].every((id) => seen.posted.has(id)) &&
    [...seen.examined].filter((id) => /-good-.*-\d+$/.test(id) && id.endsWith(`-${number}`)).length === 2;
  await until(came, 2 * settlesWithinMs, `what is right after case ${number}`).catch((error: unknown) => {
    throw new Error(
      `${String(error)}: ${JSON.stringify([[...seen.answered], [...seen.posted], [...seen.examined]].map((list) => list.filter((id) => id.includes('good'))))}`,
    );
  });
  if (stage.held() !== 1) throw new Error(`after case ${number} the login is held ${stage.held()} times`);
}
