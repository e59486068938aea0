// The floor of a command: discord.js, one BullMQ job, a worker that does nothing, one edit; nothing kept, nothing checked.
import { Queue, Worker } from 'bullmq';
import { Client, Events, GatewayIntentBits, type ChatInputCommandInteraction } from 'discord.js';
import { Redis } from 'ioredis';
import { startLocalDiscord, type LocalDiscord } from '../src/local/discord/server.ts';

export interface Bare {
  readonly discord: LocalDiscord;
  stop(): Promise<void>;
}

/** A local Discord of its own (two bots of one application would both get every command) on the Redis under test. */
export async function openBare(redisUrl: string): Promise<Bare> {
  const discord = await startLocalDiscord();
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue('bare', { connection, defaultJobOptions: { removeOnComplete: true } });
  const pending = new Map<string, ChatInputCommandInteraction>();
  const worker = new Worker<{ id: string }>(
    'bare',
    async ({ data }) => {
      const interaction = pending.get(data.id);
      pending.delete(data.id);
      await interaction?.editReply('done');
    },
    { connection, concurrency: 32 },
  );
  await worker.waitUntilReady();
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    // Its own 50 requests a second would be what is measured: lifted, so that the floor is as low as can be.
    rest: { api: discord.apiUrl, version: '10', globalRequestsPerSecond: 1_000_000 },
  });
  client.on(Events.InteractionCreate, (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    void (async () => {
      pending.set(interaction.id, interaction);
      await interaction.deferReply();
      await queue.add('work', { id: interaction.id });
    })();
  });
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(discord.token);
  await ready;
  await client.application?.commands.set([{ name: 'bare', description: 'nothing' }], discord.guildId);
  return {
    discord,
    async stop() {
      await client.destroy();
      await worker.close();
      await queue.close();
      connection.disconnect();
      await discord.stop();
    },
  };
}
