// What a failure of Redis is to the rest of the house, and the one sentence of what mends it.
import { messageOf, OpsError } from '../domain/errors.ts';
import { scrub } from '../log.ts';

/** What a failed Redis command is to the rest of the house. */
export function redisError(error: unknown, place: string): OpsError {
  if (error instanceof OpsError) return error;
  const text = messageOf(error);
  if (/^STALE\b/.test(text)) {
    return new OpsError('stale-version', 'Somebody else changed this in the meantime.', {
      retryable: true,
      cause: error,
      hint: 'Look at it again, then decide.',
    });
  }
  // A script that is wrong stays wrong; everything else is the connection or the server's state, also where a script met it.
  if (!refusesAll(text) && !isDenied(text) && /^(WRONGTYPE|NOSCRIPT)|user_script|script:/i.test(text)) {
    return new OpsError('bug', `A Redis script failed: ${scrub(text)}`, { retryable: false, cause: error });
  }
  return unavailable(place, scrub(text), error);
}

/** What a command answers. @throws OpsError `redis-unavailable` where it does not */
export async function guarded<T>({ place }: { readonly place: string }, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw redisError(error, place);
  }
}

/** The server takes writes from nobody: full, not able to keep its file, or still reading it. */
export function refusesAll(text: string): boolean {
  return /^(OOM|MISCONF|LOADING)\b/.test(text);
}

/** The server's list of what this user may do leaves it out: said by a command, or by one within a script. */
export function isDenied(text: string): boolean {
  return /NOPERM|no permissions|can't (run|access|publish)|ACL failure/i.test(text);
}

/** The machine is there, and nobody serves on the port. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}

export function unavailable(place: string, why: string, cause?: unknown): OpsError {
  return new OpsError('redis-unavailable', `Redis at ${place} cannot be used: ${why}.`, {
    retryable: true,
    cause,
    hint: adviceFor(why),
  });
}

/** What mends it, one sentence. */
export function adviceFor(why: string): string {
  if (isDenied(why))
    return 'Give the user in REDIS_URL its rights: ACL SETUSER name ~{pitwatch}* &{pitwatch}* +@all -@dangerous +info.';
  if (/certificate|altname|CERT_/i.test(why))
    return 'Name the authority of its certificate in NODE_EXTRA_CA_CERTS=/path/to/ca.pem, and the server in REDIS_URL as the certificate does.';
  if (/wrong version number|packet length too long|EPROTO/i.test(why))
    return 'It does not speak TLS on this port: write redis:// instead of rediss://, or give its TLS port.';
  if (/NOAUTH|WRONGPASS|AUTH/i.test(why)) return 'Check the user and password in REDIS_URL.';
  if (/ENOTFOUND|EAI_AGAIN/.test(why)) return 'Check the host name in REDIS_URL.';
  if (/LOADING/.test(why)) return 'Wait: it serves again once its file is read.';
  if (/OOM/.test(why)) return 'Redis is full: raise its maxmemory, the policy must stay noeviction.';
  if (/MISCONF/.test(why)) return 'Redis cannot write its file: look at its disk and its log.';
  if (/READONLY/.test(why))
    return 'This Redis is a replica: point REDIS_URL at the master or at its sentinels.';
  // A server without TLS waits for the rest of what it takes for a command; one with TLS hangs up.
  if (/ETIMEDOUT|ECONNRESET|Connection is closed/i.test(why))
    return 'Check that Redis runs there and that REDIS_URL is right: rediss:// where it speaks TLS, redis:// where it does not.';
  return 'Check that Redis runs there and that REDIS_URL is right.';
}
