// The first answer to an interaction, sent before anything else, and what became of it.
import { Routes, type APIInteractionResponse } from 'discord-api-types/v10';
import { RateLimitError, type REST } from 'discord.js';
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import { scrub, type Log } from '../log.ts';
import { isCode, isRefusal } from './discord-error.ts';

/** `unsure`: no answer came, so it may or may not have arrived. `elsewhere`: another bot has it, and answers. */
export type AckOutcome = 'acknowledged' | 'elsewhere' | 'too-late' | 'refused' | 'unsure';

/** Discord's 3 s, less the way. */
const windowMs = 2_800;
const pauseMs = 50;
/** Outcomes kept for answers that come later; a token lives 15 minutes, so does nobody ask after that. */
const remembered = 2_000;
/** More acknowledgements than this under way at a time are a crowd. */
const crowd = 3;
/** How long anything else steps aside for a crowd; a Discord that answers slowly must not hold up the examination. */
const stepAsideMs = 1_000;
const unsentCodes: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];

export class Acknowledgements {
  readonly #rest: REST;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #byToken = new Map<string, Promise<AckOutcome>>();
  readonly #stepped = new Set<() => void>();
  #underWay = 0;

  constructor(rest: REST, clock: Clock, log: Log) {
    this.#rest = rest;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Sends it now; the promise never rejects.
   * @param mine what shows somebody that it is being worked on waits for this, which says who does: were the bot killed in
   * between, nobody would know of who waits. Where it is another bot's, that one acknowledges it; undefined = nobody can say, and
   * whoever is first with Discord has it. Missing = it need not be asked.
   */
  send(
    interaction: { readonly id: string; readonly token: string },
    response: APIInteractionResponse,
    mine?: Promise<boolean | undefined>,
  ): Promise<AckOutcome> {
    this.#underWay += 1;
    const outcome = this.#try(interaction, response, mine).finally(() => this.#ended());
    this.#byToken.set(interaction.token, outcome);
    if (this.#byToken.size > remembered) {
      const oldest = this.#byToken.keys().next();
      if (oldest.done !== true) this.#byToken.delete(oldest.value);
    }
    return outcome;
  }

  /** What became of it; undefined = not acknowledged by this process. */
  outcome(token: string): Promise<AckOutcome> | undefined {
    return this.#byToken.get(token);
  }

  /**
   * In a crowd, the time until most are through: 3 s to acknowledge are short, the minutes to answer are not. Undefined =
   * there is no crowd, go on at once.
   */
  calm(): Promise<void> | undefined {
    if (this.#underWay <= crowd) return undefined;
    return new Promise((resolve) => {
      const cancel = this.#clock.after(stepAsideMs, () => {
        this.#stepped.delete(goOn);
        resolve();
      });
      const goOn = (): void => {
        cancel();
        resolve();
      };
      this.#stepped.add(goOn);
    });
  }

  forget(token: string): void {
    this.#byToken.delete(token);
  }

  #ended(): void {
    this.#underWay -= 1;
    if (this.#underWay > crowd) return;
    for (const goOn of this.#stepped) goOn();
    this.#stepped.clear();
  }

  async #try(
    interaction: { readonly id: string; readonly token: string },
    response: APIInteractionResponse,
    mine: Promise<boolean | undefined> | undefined,
  ): Promise<AckOutcome> {
    const endsAt = this.#clock.now() + windowMs;
    const isMine = mine === undefined ? true : await mine;
    if (isMine === false) return 'elsewhere';
    let mayHaveArrived = false;
    for (;;) {
      try {
        const route = Routes.interactionCallback(interaction.id, interaction.token);
        await this.#rest.post(route, { auth: false, body: response });
        return 'acknowledged';
      } catch (error) {
        if (isCode(error, 'alreadyAcknowledged')) {
          // The answer to an earlier try was lost, or another process of ours was first though this one is to answer.
          if (isMine === true || mayHaveArrived) return 'acknowledged';
          this.#log.info({ interaction: interaction.id }, 'acknowledged by another bot, which has it');
          return 'elsewhere';
        }
        mayHaveArrived ||= !isUnsent(error);
        const words = scrub(messageOf(error));
        if (isCode(error, 'unknownInteraction', 'tokenTooOld', 'unknownWebhook')) {
          this.#log.warn({ interaction: interaction.id }, 'acknowledged too late');
          return 'too-late';
        }
        if (isRefusal(error)) {
          this.#log.error({ interaction: interaction.id, why: words }, 'acknowledgement refused');
          return 'refused';
        }
        if (this.#clock.now() + pauseMs >= endsAt) {
          this.#log.warn({ interaction: interaction.id, why: words }, 'acknowledgement got no answer');
          return 'unsure';
        }
      }
      await new Promise<void>((resolve) => {
        this.#clock.after(pauseMs, resolve);
      });
    }
  }
}

/** What was held back here, or found nobody to connect to, is not what Discord has already. */
function isUnsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return error instanceof RateLimitError || unsentCodes.includes(code);
}
