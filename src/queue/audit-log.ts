// The audit log in Redis: appended in one step at the head everybody agrees on, bounded behind a signed checkpoint, verified mark by mark.
import { systemClock } from '../clock.ts';
import type { AuditEntry, AuditEvent, AuditLog, AuditVerdict } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { scrub } from '../log.ts';
import { chained, checkpointOf, verified, type Head } from './audit-chain.ts';
import { keys } from './keys.ts';
import { parsed } from './parsed.ts';
import { guarded, redisError } from './redis-error.ts';
import { within, type RedisLink } from './redis.ts';

export interface AuditOptions {
  /** Entries kept; older ones are let go of a tenth at a time. */
  readonly keep: number;
  readonly clock?: Clock;
}

/** Commands of one breath are written in one go, and off the path of their answers. */
const gatherMs = 50;
const againMs = 1_000;
/** Through an outage of Redis; beyond it the log says how many are missing. */
const mostAtHand = 5_000;
const closeMs = 1_500;
const atOnce = 500;
const page = 1_000;

/** KEYS: list, head. ARGV: the head as we know it, the new head, entries. Returns the entries kept, or the head where it moved on. */
const appendScript = `
local head = redis.call('GET', KEYS[2]) or ''
if head ~= ARGV[1] then return 'moved ' .. head end
for i = 3, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
redis.call('SET', KEYS[2], ARGV[2])
return redis.call('LLEN', KEYS[1])`;

/** KEYS: list, checkpoint. ARGV: the first entry as we read it, how many go, the checkpoint. Nothing where somebody else was faster. */
const trimScript = `
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[3])
redis.call('LTRIM', KEYS[1], ARGV[2], -1)
return 1`;

export function auditLog(link: RedisLink, { keep, clock = systemClock }: AuditOptions): AuditLog {
  const atHand: AuditEvent[] = [];
  let lost = 0;
  /** As it stands in Redis, be it nothing that can be read. */
  let head: string | undefined;
  /** The furthest this process has seen: a log that ends before it was cut. */
  let furthest = 0;
  let writing: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  let closed = false;

  function record(event: AuditEvent): void {
    if (atHand.length >= mostAtHand) {
      lost += 1;
      link.log.error(
        { event: 'audit-lost', what: event.what },
        'the audit log cannot take an entry: Redis is away',
      );
      return;
    }
    atHand.push(event);
    // What changes something or was denied is written at once; a command that only looks can wait for its answer.
    wakeIn(event.kind === 'command' ? gatherMs : 0);
  }

  function wakeIn(ms: number): void {
    if (writing !== undefined || closed) return;
    if (ms > 0 && cancel !== undefined) return;
    cancel?.();
    cancel = undefined;
    if (ms === 0) void write();
    else
      cancel = clock.after(ms, () => {
        cancel = undefined;
        void write();
      });
  }

  function write(): Promise<void> {
    writing ??= drain().finally(() => {
      writing = undefined;
      if (atHand.length > 0) wakeIn(againMs);
    });
    return writing;
  }

  async function drain(): Promise<void> {
    while (atHand.length > 0) {
      const batch = withLoss(atHand.slice(0, atOnce));
      try {
        await append(batch.events);
      } catch (error) {
        link.log.warn(
          { event: 'audit-waits', waiting: atHand.length, error: messageOf(error) },
          'the audit log waits',
        );
        return;
      }
      atHand.splice(0, batch.taken);
      lost -= batch.lost;
    }
  }

  function withLoss(events: readonly AuditEvent[]): {
    readonly events: readonly AuditEvent[];
    readonly taken: number;
    readonly lost: number;
  } {
    if (lost === 0) return { events, taken: events.length, lost: 0 };
    const gap: AuditEvent = {
      at: clock.now(),
      kind: 'log',
      by: 'pitwatch',
      what: 'audit',
      on: '',
      outcome: `${lost} entries were lost while Redis was away; the log of the bot has them`,
    };
    return { events: [...events, gap], taken: events.length, lost };
  }

  async function append(events: readonly AuditEvent[]): Promise<void> {
    const clean = events.map(scrubbed);
    for (;;) {
      head ??= await readHead();
      const { texts, last } = chained(link.seal, headOf(head), clean);
      const next = headText(last);
      const reply = await link.run(appendScript, [keys.audit, keys.auditHead], [head, next, ...texts]);
      if (typeof reply === 'string') {
        // Another bot wrote in between: chain on to what it wrote.
        head = reply.slice('moved '.length);
        continue;
      }
      head = next;
      furthest = Math.max(furthest, last.seq);
      if (Number(reply) > keep * 1.1) await trim(Number(reply) - keep);
      return;
    }
  }

  /** Lets go of the oldest, and signs how far: the first entry that stays must continue from there. */
  async function trim(count: number): Promise<void> {
    try {
      const [first] = await link.producer.lrange(keys.audit, 0, 0);
      const [text] = await link.producer.lrange(keys.audit, count - 1, count - 1);
      if (first === undefined || text === undefined) return;
      const checkpoint = checkpointOf(link.seal, text);
      if (checkpoint === undefined) return;
      await link.run(
        trimScript,
        [keys.audit, keys.auditCheckpoint],
        [first, count, JSON.stringify(checkpoint)],
      );
    } catch (error) {
      link.log.warn({ event: 'audit-untrimmed', error: messageOf(error) }, 'the audit log was not shortened');
    }
  }

  async function readHead(): Promise<string> {
    return (await guarded(link, link.producer.get(keys.auditHead))) ?? '';
  }

  async function verify(): Promise<AuditVerdict> {
    await within(closeMs, write());
    for (let attempt = 1; ; attempt += 1) {
      const before = await readCheckpoint();
      const verdict = await judged(before);
      // Shortened by another bot while we read: what stands where has moved.
      if (verdict.kind !== 'broken' || attempt === 3 || (await readCheckpoint()) === before) return verdict;
    }
  }

  async function judged(checkpoint: string | undefined): Promise<AuditVerdict> {
    // Read first: what is written from now on may or may not be seen, what was written before must be.
    const end = headOf(await readHead());
    const known = Math.max(furthest, end.seq);
    const judge = verified(link.seal, checkpoint === undefined ? undefined : (parsed(checkpoint) ?? {}));
    try {
      for (let from = 0; ; from += page) {
        const texts = await link.producer.lrange(keys.audit, from, from + page - 1);
        if (!texts.every((text) => judge.take(text)) || texts.length < page) return judge.verdict(known);
      }
    } catch (error) {
      throw redisError(error, link.place);
    }
  }

  async function readCheckpoint(): Promise<string | undefined> {
    return (await guarded(link, link.producer.get(keys.auditCheckpoint))) ?? undefined;
  }

  return {
    record,
    verify,
    async show(most) {
      await within(closeMs, write());
      try {
        const texts = await link.producer.lrange(keys.audit, -most, -1);
        const entries = texts.map(parsed).filter((entry) => entry !== undefined) as AuditEntry[];
        return { entries: entries.reverse(), kept: await link.producer.llen(keys.audit) };
      } catch (error) {
        throw redisError(error, link.place);
      }
    },
    async close() {
      cancel?.();
      await within(closeMs, write());
      closed = true;
    },
  };
}

/** No secret, whatever somebody typed. */
function scrubbed(event: AuditEvent): AuditEvent {
  const { at, kind, by, what, on, outcome } = event;
  const who = by === 'pitwatch' ? by : { id: by.id, name: scrub(by.name) };
  return { at, kind, by: who, what: scrub(what), on: scrub(on), outcome: scrub(outcome) };
}

/** `12 3fa9…` */
function headText({ seq, mark }: Head): string {
  return `${seq} ${mark}`;
}

/** Where it cannot be read the chain begins anew, and the break stays to be seen. */
function headOf(text: string): Head {
  const [, seq, mark] = /^(\d+) ([0-9a-f]{64})$/.exec(text) ?? [];
  return { seq: Number(seq ?? 0), mark: mark ?? '' };
}
