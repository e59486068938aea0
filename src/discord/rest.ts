// The ways to Discord's REST: one with the bot's token, two for interactions, whose calls do not count against 50 a second.
import {
  DefaultRestOptions,
  DiscordAPIError,
  REST,
  type InternalRequest,
  type RESTOptions,
} from 'discord.js';
import type { Clock } from '../domain/clock.ts';
import { asAscii, asciiText } from './presenter/ascii.ts';
import type { MessagePayload } from './presenter/message.ts';
import { asOpsError, isCode, shutOut } from './discord-error.ts';
import { refusalGate, type RefusalGate } from './refusal-gate.ts';
import { timeDifference, type TimeDifference } from './time-difference.ts';

export interface DiscordRest {
  /** Channel messages, threads, commands. */
  readonly bot: REST;
  /** Edits of messages older than an hour, which Discord limits apart (30046). */
  readonly late: REST;
  /** What Discord refuses for now. */
  readonly gate: RefusalGate;
  /** Discord's clock against ours. */
  readonly difference: TimeDifference;
  /** First answers to interactions: 3 s are all there is, so a try is short. */
  readonly callback: REST;
  /** `@original` of an interaction. */
  readonly webhook: REST;
  /** A message in the configured style. */
  readonly styled: (payload: MessagePayload) => MessagePayload;
  /** A line of text in it. */
  readonly styledText: (text: string) => string;
}

/** A longer wait than this is better spent in the queue, where a restart does not lose it. */
const longestWaitMs = 3_000;

/** A try of the acknowledgement; three of them fit into Discord's 3 s. */
const callbackTryMs = 900;

/** @param seen told the status of every answer, those the library tries again by itself among them */
export function openRest(
  config: {
    readonly token: string;
    readonly api: string;
    readonly ascii?: boolean;
  },
  clock: Clock,
  seen: (status: number) => void = () => undefined,
): DiscordRest {
  const difference = timeDifference();
  const api = config.api.replace(/\/+$/, '');
  const shared = {
    api,
    // The library's own event would copy every body for whoever listens.
    async makeRequest(
      ...request: Parameters<RESTOptions['makeRequest']>
    ): ReturnType<RESTOptions['makeRequest']> {
      const askedAt = clock.now();
      const response = await DefaultRestOptions.makeRequest(...request);
      difference.heard(response.headers.get('date'), askedAt, clock.now());
      seen(response.status);
      if (isOfProxy(response)) {
        await response.arrayBuffer();
        throw new Error(`something on the way to Discord answered in its place (${response.status})`);
      }
      return response;
    },
    version: '10',
    timeout: 5_000,
    retries: 2,
    rejectOnRateLimit: ({ retryAfter, timeToReset }: { retryAfter: number; timeToReset: number }) =>
      Math.max(retryAfter, timeToReset) > longestWaitMs,
  };
  // Interaction endpoints are not bound to the global limit (developers/topics/rate-limits.mdx).
  const unbound = { ...shared, globalRequestsPerSecond: Number.MAX_SAFE_INTEGER };
  const gate = refusalGate();
  return {
    bot: new GuardedRest(config.token, shared, gate, clock),
    late: new GuardedRest(config.token, shared, gate, clock),
    gate,
    difference,
    callback: new REST({ ...unbound, timeout: callbackTryMs, retries: 0 }),
    webhook: new REST(unbound),
    styled: config.ascii === true ? asAscii : (payload) => payload,
    styledText: config.ascii === true ? asciiText : (text) => text,
  };
}

/**
 * A page for browsers: Discord says all in JSON. What it says of success or of a refusal is none of Discord's; from 500 on the library
 * tries again by itself, and with 429 it waits.
 */
function isOfProxy({
  status,
  headers,
}: Pick<Response, 'status'> & { readonly headers: Pick<Headers, 'get'> }): boolean {
  return status < 500 && status !== 429 && /^text\/html\b/i.test(headers.get('content-type') ?? '');
}

/** Does not repeat what was refused a moment ago; the last refusal is thrown again. */
class GuardedRest extends REST {
  readonly #token: string;
  readonly #gate: RefusalGate;
  readonly #clock: Clock;

  constructor(token: string, options: Partial<RESTOptions>, gate: RefusalGate, clock: Clock) {
    super(options);
    this.setToken(token);
    this.#token = token;
    this.#gate = gate;
    this.#clock = clock;
  }

  override async request(options: InternalRequest): Promise<unknown> {
    const { method, fullRoute } = options;
    const carries = carriedBy(options);
    const held = this.#gate.held(method, fullRoute, this.#clock.now(), carries);
    if (held !== undefined) throw held;
    try {
      const answer = await super.request(options);
      this.#gate.accepted(method, fullRoute, carries);
      return answer;
    } catch (error) {
      if (error instanceof DiscordAPIError && error.status === 401) {
        // The library throws its token away with the first 401; one that was a fault of Discord's would silence us for good.
        this.setToken(this.#token);
        const shut = shutOut(asOpsError(error, 'What the bot asked for with its token'));
        this.#gate.refused(method, fullRoute, error.status, shut, this.#clock.now());
        throw shut;
      }
      if (error instanceof DiscordAPIError)
        this.#gate.refused(method, fullRoute, error.status, error, this.#clock.now(), {
          // No more than that: a channel that is hidden or gone takes nothing at all.
          carries: isCode(error, 'missingPermission') ? carries : undefined,
        });
      throw error;
    }
  }
}

/** What of a message needs a permission of its own. */
function carriedBy({ body, files = [] }: InternalRequest): string | undefined {
  const { embeds } = (body ?? {}) as { readonly embeds?: readonly unknown[] };
  const parts = [
    ...(files.length === 0 ? [] : ['files']),
    ...((embeds?.length ?? 0) === 0 ? [] : ['embeds']),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}

/** Stops the housekeeping timers of all of them. */
export function closeRest(rest: DiscordRest): void {
  for (const one of [rest.bot, rest.late, rest.callback, rest.webhook]) {
    one.clearHashSweeper();
    one.clearHandlerSweeper();
  }
}
