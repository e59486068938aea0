// What of an interaction its answers need, and whether it was here before: a dispatch can come twice, or come back much later.
import type { APIInteraction } from 'discord-api-types/v10';

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
