// What Discord has shown so far, message by message: the measuring side's own book, which no crash touches.
import type { APIMessage } from 'discord-api-types/v10';
import type { LocalDiscord } from '../../src/local/discord/server.ts';
import { textOf } from '../../test/fixtures/desk.ts';

export interface Shown {
  readonly id: string;
  readonly channel: string;
  readonly at: number;
  /** The interaction it answers. */
  readonly interaction: string | undefined;
  /** The incident whose buttons it bore when it was posted: it is that incident's page. */
  readonly incident: string | undefined;
  /** Whether it called somebody. */
  readonly calls: boolean;
  message: APIMessage;
  text: string;
  thinking: boolean;
}

export interface Ledger {
  readonly shown: ReadonlyMap<string, Shown>;
  /** Threads that were opened, by id. */
  readonly threads: ReadonlyMap<string, number>;
  /** Interactions of which Discord itself told the person that nobody answered. */
  readonly failed: ReadonlySet<string>;
  /** Forms that were opened, by the interaction that opened them. */
  readonly forms: ReadonlyMap<string, string>;
  forget(before: number): void;
  close(): void;
}

const loading = 128;

/** Of the components a page is posted with. */
function incidentOf(message: APIMessage): string | undefined {
  return /"incident:([^:"]{1,40}):(?:acknowledge|note)"/.exec(JSON.stringify(message.components ?? []))?.[1];
}

export function keepLedger(discord: LocalDiscord): Ledger {
  const shown = new Map<string, Shown>();
  const threads = new Map<string, number>();
  const failed = new Set<string>();
  const forms = new Map<string, string>();
  const close = discord.world.listen((told) => {
    if (told.kind === 'message') {
      const { message, interaction } = told.stored;
      const text = textOf(message);
      const thinking = ((message.flags ?? 0) & loading) !== 0;
      const known = shown.get(message.id);
      if (known !== undefined) {
        Object.assign(known, { message, text, thinking });
        return;
      }
      shown.set(message.id, {
        id: message.id,
        channel: message.channel_id,
        at: Date.now(),
        interaction: interaction ?? message.interaction_metadata?.id,
        incident: message.channel_id === discord.channelId ? incidentOf(message) : undefined,
        calls: message.mention_roles.length + message.mentions.length > 0,
        message,
        text,
        thinking,
      });
    }
    if (told.kind === 'message.delete') shown.delete(told.stored.message.id);
    if (told.kind === 'channel' && told.change === 'create') threads.set(told.channel.id, Date.now());
    if (told.kind === 'interaction.failed') failed.add(told.interaction);
    if (told.kind === 'modal')
      forms.set(told.interaction, (told.modal as { readonly custom_id: string }).custom_id);
  });
  return {
    shown,
    threads,
    failed,
    forms,
    forget(before) {
      for (const [id, { at }] of shown) if (at < before) shown.delete(id);
      for (const [id, at] of threads) if (at < before) threads.delete(id);
    },
    close,
  };
}
