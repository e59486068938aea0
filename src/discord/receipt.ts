// What of an interaction its answers need, and whether it was here before: a dispatch can come twice, or come back much later.
import { InteractionType, type APIInteraction } from 'discord-api-types/v10';
import type { TaskTicket } from '../domain/job.ts';

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

/** Kept outside this process: who has an interaction, until it has its answer. */
export interface Claims {
  /** False where another bot has it: two may be connected for a moment. */
  readonly take: (claim: Pick<TaskTicket, 'id' | 'reply'>) => Promise<boolean>;
  readonly settle: (id: string) => void;
}

/** A token's life. */
export const tokenLifeMs = 15 * 60_000;

/** Handles it unless another bot does; a bot that dies in between leaves behind who waits for it. */
export async function claimed(
  claims: Claims | undefined,
  interaction: APIInteraction,
  now: number,
  handle: () => Promise<void>,
): Promise<void> {
  const { id, token, application_id, channelId } = receiptOf(interaction);
  const { type, member, user } = interaction;
  const waits = type !== InteractionType.Ping && type !== InteractionType.ApplicationCommandAutocomplete;
  if (claims === undefined || !waits) return handle();
  const reply = {
    applicationId: application_id,
    token,
    tokenExpiresAt: now + tokenLifeMs,
    channelId,
    userId: member?.user.id ?? user?.id ?? '',
    ephemeral: type !== InteractionType.ApplicationCommand,
  };
  if (!(await claims.take({ id, reply }))) return;
  try {
    await handle();
  } finally {
    claims.settle(id);
  }
}

const rememberedIds = 1_000;
/** A token's life: nothing can be answered after it. Clocks of machines differ by less. */
const oldMs = 15 * 60_000;
const discordEpoch = 1_420_070_400_000n;

/** `again`: a resumed session replayed it. `old`: somebody brought it back; nobody waits for it any more. */
export type Freshness = 'fresh' | 'again' | 'old';

export class Seen {
  readonly #ids = new Set<string>();

  take(id: string, now: number): Freshness {
    if (this.#ids.has(id)) return 'again';
    this.#ids.add(id);
    if (this.#ids.size > rememberedIds) {
      const oldest = this.#ids.values().next();
      if (oldest.done !== true) this.#ids.delete(oldest.value);
    }
    const madeAt = instantOf(id);
    return madeAt !== undefined && now - madeAt > oldMs ? 'old' : 'fresh';
  }
}

/** A snowflake holds the instant it was made; undefined for any other id. */
function instantOf(id: string): number | undefined {
  return /^\d{17,20}$/.test(id) ? Number((BigInt(id) >> 22n) + discordEpoch) : undefined;
}
