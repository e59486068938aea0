// What of an interaction its answers need, and whether it was here before: a dispatch can come twice, or come back much later.
import { InteractionType, type APIInteraction } from 'discord-api-types/v10';
import type { Clock } from '../domain/clock.ts';
import type { ReplyAddress, TaskTicket } from '../domain/job.ts';
import type { AckOutcome } from './acknowledgement.ts';
import { instantOf } from './snowflake.ts';

export interface Receipt {
  readonly id: string;
  readonly token: string;
  readonly application_id: string;
  readonly channelId: string;
}

export function receiptOf(interaction: APIInteraction): Receipt {
  const { id, token, application_id } = interaction;
  // Typed as always there; a channel the bot cannot see comes as an id alone.
  const { channel, channel_id } = interaction as {
    readonly channel?: { readonly id?: string };
    readonly channel_id?: string;
  };
  return { id, token, application_id, channelId: channel?.id ?? channel_id ?? '' };
}

/** Whether anything at all says where its answer goes; half a character stands in no address. */
export function isAddressed(interaction: unknown): boolean {
  if (typeof interaction !== 'object' || interaction === null) return false;
  const { id, token, application_id } = interaction as Readonly<Record<string, unknown>>;
  return [id, token, application_id].every(
    (part) => typeof part === 'string' && part !== '' && !/\p{Cs}/u.test(part),
  );
}

/** Kept outside this process: who has an interaction, until it has its answer. */
export interface Claims {
  /**
   * False where another bot has it: two may be connected for a moment. Undefined where nobody can say just now. May be asked
   * again. Never rejects.
   */
  readonly take: (claim: Pick<TaskTicket, 'id' | 'reply'>) => Promise<boolean | undefined>;
  /** It has its answer, or the queue will bring one. */
  readonly settle: (id: string) => void;
  /** This bot does not answer it: where nobody does, the next one tells who waits. */
  readonly leave: (id: string) => void;
}

/** Nothing can be answered after it. Clocks of machines differ by less. */
const tokenLifeMs = 15 * 60_000;
/** A bot to which Redis says nothing lets one that can prove that it has it be first with Discord; 3 s are all there is. */
const giveWayMs = 500;

/** Where the answer goes. */
export function replyTo(receipt: Receipt, userId: string, ephemeral: boolean, now: number): ReplyAddress {
  const { token, application_id: applicationId, channelId } = receipt;
  return { applicationId, token, tokenExpiresAt: now + tokenLifeMs, channelId, userId, ephemeral };
}

/** An interaction's claim under way: what shows somebody that it is worked on waits for it, and what can be done once only. */
export interface Hold {
  /** By Redis: false where another bot has it; undefined where nobody can say, once a bot that can has had its moment. */
  readonly said: Promise<boolean | undefined>;
  /**
   * False where another bot has it, by Redis or, where that does not say, by Discord: it was acknowledged before. True where
   * neither can say: a person waits.
   */
  readonly mine: Promise<boolean>;
  /** What becomes of its acknowledgement; `mine` may wait for that. */
  acknowledging(outcome: Promise<AckOutcome>): void;
  /** For what may be done once only: asked again where nobody could say; undefined where nobody still can. */
  proven(): Promise<boolean | undefined>;
  /** It is still without its answer, and this bot stops: what follows does not settle it. */
  leave(): void;
  /** It has its answer, or the queue will bring one. */
  settle(): void;
}

/** Of this process alone. */
export const unshared: Hold = {
  said: Promise.resolve(true),
  mine: Promise.resolve(true),
  acknowledging: () => undefined,
  proven: () => Promise.resolve(true),
  leave: () => undefined,
  settle: () => undefined,
};

/** Asks for it at once; a bot that dies in between leaves behind who waits for it. */
export function holdOn(claims: Claims | undefined, interaction: APIInteraction, clock: Clock): Hold {
  const receipt = receiptOf(interaction);
  const { type, member, user } = interaction;
  const waits = type !== InteractionType.Ping && type !== InteractionType.ApplicationCommandAutocomplete;
  if (claims === undefined || !waits) return unshared;
  const userId = member?.user.id ?? user?.id ?? '';
  const reply = replyTo(receipt, userId, type !== InteractionType.ApplicationCommand, clock.now());
  const claim = { id: receipt.id, reply };
  const first = claims.take(claim);
  const said = first.then(async (known) => {
    if (known === undefined) await new Promise<void>((resolve) => clock.after(giveWayMs, resolve));
    return known;
  });
  let acknowledged: (outcome: AckOutcome) => void = () => undefined;
  const outcome = new Promise<AckOutcome>((resolve) => (acknowledged = resolve));
  const mine = said.then((known) => known ?? outcome.then((of) => of !== 'elsewhere'));
  let left = false;
  return {
    said,
    mine,
    acknowledging: (of) => void of.then(acknowledged),
    proven: async () => (await first) ?? claims.take(claim),
    leave: () => {
      left = true;
    },
    settle: () => {
      void mine.then((isMine) => {
        if (isMine && !left) claims.settle(claim.id);
        else claims.leave(claim.id);
      });
    },
  };
}

const rememberedIds = 1_000;

/** `again`: a resumed session replayed it. `old`: somebody brought it back; nobody waits for it any more. */
export type Freshness = 'fresh' | 'again' | 'old';

export class Seen {
  readonly #ids = new Set<string>();

  /** @param now by Discord's clock, as the id is */
  take(id: string, now: number): Freshness {
    if (this.#ids.has(id)) return 'again';
    this.#ids.add(id);
    if (this.#ids.size > rememberedIds) {
      const oldest = this.#ids.values().next();
      if (oldest.done !== true) this.#ids.delete(oldest.value);
    }
    const madeAt = instantOf(id);
    return madeAt !== undefined && now - madeAt > tokenLifeMs ? 'old' : 'fresh';
  }
}
