// What reaches people through the bot that holds the seat: answers, posts, what is said past Redis, and what had to be refused.
import type { AccessPolicy } from './domain/access.ts';
import type { AuditLog } from './domain/audit.ts';
import type { Clock } from './domain/clock.ts';
import type { Closer } from './domain/closing.ts';
import type { DirectLine } from './domain/direct-line.ts';
import { messageOf } from './domain/errors.ts';
import { reachOf, stillMay } from './domain/grant.ts';
import type { IncidentStore } from './domain/incident.ts';
import type { Answer, AskResult, ExaminePart, TaskTicket } from './domain/job.ts';
import type { Playbook } from './domain/playbook.ts';
import type { StoreWatch } from './domain/store-watch.ts';
import type { Thresholds } from './domain/thresholds.ts';
import type { Discord } from './discord/start.ts';
import { recordAnew, stepsAnew } from './flows/anew.ts';
import { announcing } from './flows/announcing.ts';
import { assemble } from './flows/assemble.ts';
import type { DeskSight } from './flows/desk-sight.ts';
import { refusedNotice, tampered } from './flows/refused-words.ts';
import type { SeenLast } from './flows/seen-last.ts';
import { inOutage, tellOff } from './flows/telling-off.ts';
import type { Waiting } from './flows/waiting.ts';
import type { DeskMeter } from './health/desk-meter.ts';
import type { Log } from './log.ts';
import { serveAnswers } from './queue/answers.ts';
import { servePosts, type PostServing } from './queue/outbox.ts';
import type { RedisLink } from './queue/redis.ts';
import { onRefusal, type Refuse } from './queue/refusals.ts';

export interface DeliveryOptions {
  readonly link: RedisLink;
  readonly discord: Discord;
  readonly store: IncidentStore;
  readonly redis: StoreWatch;
  readonly sight: DeskSight;
  readonly playbooks: readonly Playbook[];
  readonly policy: AccessPolicy;
  readonly thresholds: Thresholds;
  /** Who waits for an answer, and what this bot has seen, kept for outages. */
  readonly people: Waiting;
  readonly seen: SeenLast;
  readonly record: AuditLog['record'];
  readonly refuse: Refuse;
  readonly meter: DeskMeter;
  readonly line: Pick<DirectLine, 'listen'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** @param opened whatever is opened here, for whoever closes it */
export function deliver(
  options: DeliveryOptions,
  opened: { readonly deciding: Closer[]; readonly queues: Closer[] },
): Pick<PostServing, 'trouble'> {
  const { clock, discord, line, link, log, meter, people, policy, record, redis, refuse, seen, sight } =
    options;
  const { playbooks, store, thresholds } = options;
  const { messenger } = discord;
  const answers = serveAnswers(
    link,
    async (ticket, results, missing) => {
      if (people.toldOff(ticket.id)) return;
      const answer = answerOf(ticket, results, missing);
      if (answer.kind === 'report' && ticket.task.kind === 'examine') seen.keep(ticket.task, answer);
      if (ticket.task.kind === 'examine' && ticket.task.incident !== undefined && answer.kind === 'report') {
        const { incident } = ticket.task;
        await store.post([
          { id: ticket.id, incident, queuedAt: clock.now(), kind: 'evidence', report: answer },
        ]);
        return;
      }
      await meter.deliver('answer', () => messenger.deliverAnswer(ticket, answer));
      meter.answered(clock.now() - ticket.askedAt);
      people.take(ticket.id);
    },
    clock,
    { refuse, onDropped: (ticket) => void tellTampered(ticket) },
  );
  opened.queues.push(() => answers.close());
  const stopTellingOff = tellOff({
    people,
    store: redis,
    tell: (to, answer) => messenger.deliverAnswer(to, answer),
    answer: (task, outage) => inOutage(task, outage, seen.about(task), clock.now()),
    clock,
    log,
  });
  opened.deciding.push(stopTellingOff);
  const announce = announcing({ say: (told, post) => messenger.deliverNotice(told, post), clock, log });
  const posts = servePosts(
    link,
    async (post, refs) => {
      const returned = await meter.deliver(post.kind, () =>
        post.kind === 'announcement' ? announce(post) : messenger.deliverPost(post, refs),
      );
      await recordAnew(store, post.incident, refs, returned);
      await stepsAnew(store, playbooks, post.incident, refs, returned, clock.now());
      if (post.kind === 'page')
        meter.paged(clock.now() - (post.card.alerts[0]?.alert.observedAt ?? post.queuedAt));
      return returned;
    },
    clock,
    refuse,
  );
  opened.queues.push(() => posts.close());
  opened.deciding.push(
    discord.onMended(() => {
      posts.hurry();
    }),
  );
  const hangUp = line.listen((page) => {
    seen.hear(page);
    return messenger.deliverDirect(page);
  });
  opened.deciding.push(hangUp);
  opened.deciding.push(onRefusal(link, (what) => void tellRefused(what), clock));
  return posts;

  /** The rules may have changed since it was asked, by a restart in between. */
  function answerOf(
    ticket: TaskTicket,
    results: readonly AskResult[],
    missing: readonly ExaminePart[],
  ): Answer {
    const verdict = stillMay(ticket.grant, reachOf(ticket.task), policy);
    if (verdict.kind === 'allowed') {
      const report = assemble(ticket, results, missing, sight.latest(), clock.now());
      const apart = discord.clockApart(thresholds.clockWarnMs);
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
    await messenger.deliverAnswer(asked, tampered).catch((error: unknown) => {
      log.error({ event: 'refusal-untold', error: messageOf(error) }, 'who waited for it could not be told');
    });
  }

  async function tellRefused(what: string): Promise<void> {
    await messenger.deliverNotice(refusedNotice(what)).catch((error: unknown) => {
      log.error({ event: 'refusal-untold', error: messageOf(error) }, 'the channel could not be told');
    });
  }
}
