// Discord's refusals and silences as OpsError, without the address and body in which tokens travel.
import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import { OpsError, messageOf } from '../domain/errors.ts';
import { scrub } from '../log.ts';

/** Discord's codes that matter here (developers/topics/opcodes-and-status-codes). */
export const codes = {
  unknownChannel: 10_003,
  unknownMessage: 10_008,
  unknownWebhook: 10_015,
  unknownInteraction: 10_062,
  tooManyLateEdits: 30_046,
  alreadyAcknowledged: 40_060,
  missingAccess: 50_001,
  notTheAuthor: 50_005,
  missingPermission: 50_013,
  tokenTooOld: 50_027,
  invalidBody: 50_035,
  threadArchived: 50_083,
  threadExists: 160_004,
  threadLocked: 160_005,
} as const;

/** Discord's JSON error code, or undefined where it was not Discord that said no. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof DiscordAPIError ? Number(error.code) : undefined;
}

export function isCode(error: unknown, ...wanted: readonly (keyof typeof codes)[]): boolean {
  const code = codeOf(error);
  return code !== undefined && wanted.some((name) => codes[name] === code);
}

/** True where Discord answered with a final no (4xx), so that another way may be tried without posting twice. */
export function isRefusal(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.status < 500 && error.status !== 429;
}

/**
 * Any error of a call to Discord as OpsError. The vendor's object is not kept as the cause: its `url` and `requestBody`
 * hold tokens.
 * @param what `The page of incident 12`
 */
export function asOpsError(error: unknown, what: string): OpsError {
  if (error instanceof OpsError) return error;
  if (error instanceof RateLimitError) {
    const retryAfterMs = Math.max(error.retryAfter, error.timeToReset, error.sublimitTimeout, 250);
    const code = error.global ? 'discord-unavailable' : 'discord-limited';
    return new OpsError(code, `${what}: Discord asked us to wait ${retryAfterMs} ms.`, {
      retryable: true,
      retryAfterMs,
    });
  }
  if (error instanceof DiscordAPIError) return refused(error, what);
  if (error instanceof HTTPError) {
    return new OpsError('discord-unavailable', `${what}: Discord answered ${error.status}.`, {
      retryable: true,
      hint: 'Discord has trouble; it is tried again.',
    });
  }
  // An id that can stand in no address: it never left, and Discord has no part in it.
  if (error instanceof URIError)
    return new OpsError('bad-payload', `${what}: ${error.message}.`, { retryable: false });
  const words =
    error instanceof Error && error.name === 'AbortError' ? 'no answer in time' : scrub(messageOf(error));
  return new OpsError('discord-unavailable', `${what}: ${words}.`, {
    retryable: true,
    hint: 'Discord cannot be reached; it is tried again.',
  });
}

function refused(error: DiscordAPIError, what: string): OpsError {
  const code = Number(error.code);
  const text = `${what}: Discord refused it (${error.status}, ${scrub(error.message).slice(0, 300)}).`;
  if (error.status === 429)
    return new OpsError('discord-limited', text, { retryable: true, retryAfterMs: 60_000 });
  if (error.status >= 500) return new OpsError('discord-unavailable', text, { retryable: true });
  switch (code) {
    case codes.unknownInteraction:
    case codes.unknownWebhook:
    case codes.tokenTooOld:
      return new OpsError('discord-too-late', text, { retryable: false });
    case codes.unknownChannel:
      return new OpsError('discord-refused', text, {
        retryable: false,
        hint: 'The channel is gone or hidden from the bot: check DISCORD_CHANNEL_ID and the permission View Channel.',
      });
    case codes.missingAccess:
    case codes.missingPermission:
      return new OpsError('discord-refused', text, {
        retryable: false,
        hint: '`npm run check` names the permissions the bot is missing in its channel.',
      });
    case codes.invalidBody:
      return new OpsError('bad-payload', text, { retryable: false });
    default:
      return new OpsError('discord-refused', text, {
        retryable: false,
        ...(error.status === 401 ? { hint: 'Discord does not know this token: check DISCORD_TOKEN.' } : {}),
      });
  }
}

/** Somebody must first give the bot its permission or its channel back. */
const brokenChannelPauseMs = 30_000;
const shutOutPauseMs = 30_000;

/**
 * Discord lets us in nowhere (its token is revoked): nothing can be said until somebody mends that, and what waits is not to blame. A
 * refusal would be the end of a note, and a card would be left as it stands.
 */
export function shutOut({ message, hint }: Pick<OpsError, 'message' | 'hint'>): OpsError {
  return new OpsError('discord-unavailable', message, {
    retryable: true,
    retryAfterMs: shutOutPauseMs,
    ...(hint === undefined ? {} : { hint }),
  });
}

/**
 * Of the channel that takes the pages. Where it refuses, it may be repaired, and what must not be lost waits for it; where it wants a
 * pause, all pages do, and go by severity then.
 */
export function kept(error: unknown, what: string): OpsError {
  const failed = asOpsError(error, what);
  if (failed.code === 'discord-limited' && failed.retryAfterMs !== undefined) {
    const { retryAfterMs } = failed;
    return new OpsError('discord-unavailable', failed.message, { retryable: true, retryAfterMs });
  }
  if (failed.retryable || isCode(error, 'invalidBody')) return failed;
  return new OpsError(failed.code, failed.message, {
    retryable: true,
    retryAfterMs: brokenChannelPauseMs,
    ...(failed.hint === undefined ? {} : { hint: failed.hint }),
  });
}

/**
 * Repeats a call once where the socket was lost under it, which the library leaves to its caller. Only for calls that are
 * safe to repeat: edits, and posts with a nonce.
 */
export async function repeated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'UND_ERR_SOCKET' && code !== 'ECONNRESET' && code !== 'EPIPE') throw error;
    return call();
  }
}
