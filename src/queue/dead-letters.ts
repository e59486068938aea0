// What could not be delivered, or was refused: a bounded box of sealed letters that somebody reads, sends again or dismisses.
import { systemClock } from '../clock.ts';
import type { Clock } from '../domain/clock.ts';
import { OpsError } from '../domain/errors.ts';
import type { DeadLetter, LetterBox, LetterKind, Redriven } from '../domain/letter.ts';
import { scrub } from '../log.ts';
import { following } from './kept.ts';
import { keys } from './keys.ts';
import { parsed } from './parsed.ts';
import { guarded } from './redis-error.ts';
import type { RedisLink } from './redis.ts';
import type { Seal } from './seal.ts';
import { isLetter, isPost, isTicket, shaped } from './shapes.ts';

/** As it is sealed; its number is its place in the box. */
type Written = Omit<DeadLetter, 'no' | 'again'>;

/** What a letter was to bring, as it stood in Redis: each part of it carries the desk's seal already. */
type Parcel =
  | { readonly kind: 'post'; readonly incident: string; readonly text: string }
  | {
      readonly kind: 'answer';
      /** The ready ticket as the scripts put it together. */
      readonly ready: string;
    };

const kept = 200;
/** As long as the longest that is in it. */
const letterLifeMs = 30 * 24 * 60 * 60_000;

/** A Lua block that buries the letter in one expression, and what it was to bring in the other ('' = nothing), beside the change that gives it up. */
export const bury = (letter: string, parcel = `''`): string => `
do
  ${following}
  local no = following('${keys.letterCount}')
  redis.call('HSET', '${keys.letters}', no, ${letter})
  if ${parcel} ~= '' then redis.call('HSET', '${keys.letterParcels}', no, ${parcel}) end
  redis.call('HDEL', '${keys.letters}', no - ${kept})
  redis.call('HDEL', '${keys.letterParcels}', no - ${kept})
end`;

export function letterOf(
  seal: Seal,
  letter: {
    readonly at: number;
    readonly what: LetterKind;
    readonly id: string;
    readonly about: string;
    readonly why: string;
  },
): string {
  const written: Written = {
    ...letter,
    about: scrub(letter.about).slice(0, 300),
    why: scrub(letter.why).slice(0, 500),
  };
  return seal.close('letter', `${letter.what}-${letter.id}`, letter.at + letterLifeMs, written);
}

/** Why something was given up, for a person: what is no error of a known kind is a bug, and its words are for the log. */
export function whyGivenUp(failure: unknown): string {
  if (failure instanceof OpsError) return failure.message;
  return 'the bot failed at it: it has a bug, or another version made it; its log says more';
}

export const parcelOf = (parcel: Parcel): string => JSON.stringify(parcel);

/** ARGV: number. Returns whether it was still there. */
const takeOut = `
if redis.call('HDEL', '${keys.letters}', ARGV[1]) == 0 then return 0 end
redis.call('HDEL', '${keys.letterParcels}', ARGV[1])`;

const dismissScript = `${takeOut}
return 1`;

/** ARGV: number, incident, text. NX leaves a delivery of the incident that is under way alone. */
const postAgainScript = `${takeOut}
redis.call('RPUSH', '${keys.incidentPosts}' .. ARGV[2], ARGV[3])
redis.call('ZADD', '${keys.postsPending}', 'NX', 0, ARGV[2])
redis.call('PUBLISH', '${keys.postChannel}', ARGV[2])
return 1`;

/** ARGV: number, ticket id, the ticket's fields and values. */
const answerAgainScript = `${takeOut}
redis.call('HSET', '${keys.ticket}' .. ARGV[2], unpack(ARGV, 3))
redis.call('ZREM', '${keys.ticketsDone}', ARGV[2])
redis.call('ZADD', '${keys.ticketsReady}', 0, ARGV[2])
return 1`;

export function letterBox(link: RedisLink, clock: Clock = systemClock): LetterBox {
  const opened = (text: string): Written | undefined => {
    const found = shaped(link.seal.open<unknown>('letter', text, clock.now()), isLetter, 'no letter');
    return found.kind === 'sound' ? found.content : undefined;
  };

  async function all(): Promise<readonly (readonly [no: number, letter: Written | undefined])[]> {
    const texts = await guarded(link, link.producer.hgetall(keys.letters));
    return Object.entries(texts)
      .map(([no, text]) => [Number(no), opened(text)] as const)
      .sort(([a], [b]) => b - a);
  }

  async function redrive(no: number): Promise<Redriven> {
    const [text, packed] = await guarded(
      link,
      Promise.all([
        link.producer.hget(keys.letters, String(no)),
        link.producer.hget(keys.letterParcels, String(no)),
      ]),
    );
    if (text === null) return 'gone';
    const parcel = packed === null ? undefined : unpacked(packed);
    if (parcel === undefined) return 'nothing-to-send';
    if (parcel.kind === 'post') {
      const post = shaped(link.seal.open<unknown>('post', parcel.text, clock.now()), isPost, 'no post');
      if (post.kind === 'refused') return post;
      return sent(await link.run(postAgainScript, [keys.letters], [no, parcel.incident, parcel.text]));
    }
    const ready = readyOf(parcel.ready);
    const sealed = link.seal.open<unknown>('ticket', ready?.ticket, clock.now());
    const ticket = shaped(sealed, isTicket, 'no ticket');
    if (ready === undefined || ticket.kind === 'refused')
      return { kind: 'refused', why: ticket.kind === 'refused' ? ticket.why : 'it cannot be read' };
    const results = Object.entries(ready.results).flatMap(([part, result]) => [
      `r:${part}`,
      JSON.stringify(result),
    ]);
    const fields = [
      'json',
      JSON.stringify(ready.ticket),
      'bot',
      link.id,
      'open',
      '0',
      'state',
      'ready',
      'why',
      ready.why,
    ];
    return sent(await link.run(answerAgainScript, [keys.letters], [no, ticket.id, ...fields, ...results]));
  }

  return {
    async list() {
      const [letters, parcels] = await Promise.all([
        all(),
        guarded(link, link.producer.hkeys(keys.letterParcels)),
      ]);
      const withParcel = new Set(parcels.map(Number));
      const readable = letters.flatMap(([no, letter]) =>
        letter === undefined ? [] : [{ ...letter, no, again: withParcel.has(no) }],
      );
      return { letters: readable, unreadable: letters.length - readable.length };
    },
    redrive,
    dismiss: async (no) => (await link.run(dismissScript, [keys.letters], [no])) === 1,
    async clear() {
      let cleared = 0;
      for (const [no, letter] of await all())
        if (letter === undefined) cleared += Number(await link.run(dismissScript, [keys.letters], [no]));
      return cleared;
    },
  };
}

function sent(reply: unknown): Redriven {
  return reply === 1 ? 'sent' : 'gone';
}

/** Whoever can write to Redis can put anything there. */
function unpacked(text: string): Parcel | undefined {
  const parcel = parsed(text) as Partial<Record<string, unknown>> | null | undefined;
  if (
    parcel?.['kind'] === 'post' &&
    typeof parcel['incident'] === 'string' &&
    typeof parcel['text'] === 'string'
  )
    return { kind: 'post', incident: parcel['incident'], text: parcel['text'] };
  if (parcel?.['kind'] === 'answer' && typeof parcel['ready'] === 'string')
    return { kind: 'answer', ready: parcel['ready'] };
  return undefined;
}

interface Ready {
  readonly ticket: unknown;
  readonly why: 'complete' | 'deadline';
  readonly results: Readonly<Record<string, unknown>>;
}

function readyOf(text: string): Ready | undefined {
  const ready = parsed(text) as Partial<Ready> | null | undefined;
  if (typeof ready?.results !== 'object' || (ready.results as unknown) === null) return undefined;
  return {
    ticket: ready.ticket,
    why: ready.why === 'deadline' ? 'deadline' : 'complete',
    results: ready.results,
  };
}
