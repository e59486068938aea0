// Threads on messages: started once, adopted where they exist, woken where they sleep.
import { Routes } from 'discord-api-types/v10';
import type { REST } from 'discord.js';
import { isCode, repeated } from './discord-error.ts';

/** A day without a word; Discord knows 60, 1440, 4320 and 10080 minutes. */
const autoArchiveMinutes = 1_440;

export class Threads {
  readonly #rest: REST;

  constructor(rest: REST) {
    this.#rest = rest;
  }

  /** The id of the thread on the message, which is the message's own (developers/topics/threads.mdx). */
  async startOn(channelId: string, messageId: string, name: string): Promise<string> {
    try {
      const body = { name, auto_archive_duration: autoArchiveMinutes };
      await repeated(() => this.#rest.post(Routes.threads(channelId, messageId), { body }));
    } catch (error) {
      if (!isCode(error, 'threadExists')) throw error;
    }
    return messageId;
  }

  /**
   * Writes in a thread; a sleeping one is woken first, for which the right to write is enough. A locked one is left as it is: who is
   * refused there (160005) has no Manage Threads, and could not unlock it either; the invite does not ask for it.
   */
  async writing<T>(threadId: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!isCode(error, 'threadArchived')) throw error;
      await this.#rest.patch(Routes.channel(threadId), { body: { archived: false } });
      return write();
    }
  }
}
