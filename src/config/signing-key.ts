// The key that signs what passes through Redis: from the environment, or made and kept beside the data where one machine is alone.
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf, OpsError } from '../domain/errors.ts';
import { keepSecret } from '../log.ts';
import type { EnvironmentReader } from './environment.ts';
import type { Problems } from './problems.ts';
import type { Config } from './settled.ts';

export type Signing = Config['signing'];

const shortest = 32;
const howTo = 'Make one with `openssl rand -hex 32` and give every bot and worker the same.';

export function readSigning(env: EnvironmentReader, problems: Problems): Signing {
  const key = env.secret('PITWATCH_SIGNING_KEY');
  const older = env.secret('PITWATCH_SIGNING_KEY_OLD');
  for (const [name, value] of [
    ['PITWATCH_SIGNING_KEY', key],
    ['PITWATCH_SIGNING_KEY_OLD', older],
  ] as const) {
    if (value !== undefined && value.length < shortest)
      problems.env(name, `is too short (not shown), wanted at least ${shortest} characters. ${howTo}`);
  }
  if (key === undefined) {
    if (env.isMeant('PITWATCH_SIGNING_KEY_OLD') && !env.isMeant('PITWATCH_SIGNING_KEY')) {
      problems.env(
        'PITWATCH_SIGNING_KEY_OLD',
        'is set, but PITWATCH_SIGNING_KEY is not: the older key is only accepted beside the one that signs. Set both, or none.',
      );
    }
    return { kind: 'made' };
  }
  if (key === older)
    problems.env(
      'PITWATCH_SIGNING_KEY_OLD',
      'is the same as PITWATCH_SIGNING_KEY; unset it once nothing needs it.',
    );
  return { kind: 'given', key, older };
}

/** A key made on this machine proves nothing to another one. */
export function checkSigning(
  config: Pick<Config, 'signing' | 'discord' | 'redis'>,
  problems: Problems,
): void {
  if (config.signing.kind === 'given' || config.discord.kind === 'local') return;
  if (config.redis.kind === 'url' && isElsewhere(config.redis.url))
    problems.env('PITWATCH_SIGNING_KEY', missing);
}

const missing = `is missing: REDIS_URL is on another machine, and whoever can write there could forge jobs. ${howTo}`;

/** @throws OpsError where bot and worker are apart and cannot know the same key. */
export function demandSharedKey(config: Pick<Config, 'signing' | 'redis'>): void {
  if (config.signing.kind === 'given') return;
  if (config.redis.kind !== 'url' || !isElsewhere(config.redis.url)) return;
  throw new OpsError('config-invalid', `PITWATCH_SIGNING_KEY ${missing}`, { retryable: false });
}

/** True unless every server of the connection string is this machine. */
export function isElsewhere(redisUrl: string): boolean {
  const hosts = /^[^:]+:\/\/(?:.*@)?([^/?#]*)/s.exec(redisUrl)?.[1] ?? '';
  return hosts
    .split(',')
    .map((entry) => /^(?:\[([^\]]*)\]|([^:]*))/.exec(entry.trim()))
    .map((found) => (found?.[1] ?? found?.[2] ?? '').toLowerCase())
    .some(
      (host) => host !== '' && host !== 'localhost' && host !== '::1' && !/^127(\.\d{1,3}){3}$/.test(host),
    );
}

/** One sentence, for the start and for `npm run check`. */
export function signingLine({ signing }: Pick<Config, 'signing'>): string {
  if (signing.kind === 'made') {
    return 'Signing key: PITWATCH_SIGNING_KEY is not set, so one is made and kept under var/ for the processes of this machine and folder.';
  }
  const older = signing.older === undefined ? '' : '; PITWATCH_SIGNING_KEY_OLD is accepted beside it';
  return `Signing key: PITWATCH_SIGNING_KEY${older}.`;
}

/**
 * The key kept in the file, made where there is none; readable by its owner alone. Processes that start together agree on one.
 * @throws OpsError `config-invalid` where it can neither be read nor made
 */
export function keptKey(file: string): string {
  try {
    try {
      return read(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    mkdirSync(path.dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
    try {
      writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
      // A link, unlike a rename, never replaces the key that another process made in between.
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    return read(file);
  } catch (cause) {
    if (cause instanceof OpsError) throw cause;
    throw new OpsError('config-invalid', `The signing key cannot be kept in ${file}: ${messageOf(cause)}`, {
      retryable: false,
      cause,
      hint: 'Make the folder writable, with space on its disk, or set PITWATCH_SIGNING_KEY.',
    });
  }
}

function read(file: string): string {
  const key = readFileSync(file, 'utf8').trim();
  if (key.length < shortest) {
    throw new OpsError('config-invalid', `The signing key in ${file} is cut off.`, {
      retryable: false,
      hint: 'Remove the file; the next start makes a new key, and refuses what was signed with the old one.',
    });
  }
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  keepSecret(key);
  return key;
}
