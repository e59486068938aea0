// The environment: every variable Pitwatch reads, checked one by one; secrets may also come from a file (`NAME_FILE`).
import { messageOf, OpsError } from '../domain/errors.ts';
import { nearest } from '../domain/nearest.ts';
import { parseTarget } from '../domain/redis-target.ts';
import { keepSecret } from '../log.ts';
import { isLoopback } from './loopback.ts';
import type { Problems } from './problems.ts';
import { apiUrlWanted, hubUrlWanted, isApiUrl, isUrl, withoutSlash } from './schema.ts';
import type { Config, DiscordTarget, LogLevel } from './settled.ts';
import { standInNames, type StandInName } from './stand-in-rules.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const secretNames = [
  'DISCORD_TOKEN',
  'PROJECT_X_API_KEY',
  'REDIS_URL',
  'PITWATCH_SIGNING_KEY',
  'PITWATCH_SIGNING_KEY_OLD',
  'PITWATCH_SECOND_WEBHOOK',
  'PITWATCH_SMTP_URL',
  'PITWATCH_DEADMAN_URL',
  'PITWATCH_TOKEN',
] as const;
const plainNames = [
  'DISCORD_GUILD_ID',
  'DISCORD_CHANNEL_ID',
  'DISCORD_API',
  'PROJECT_X_USERNAME',
  'PROJECT_X_ACCOUNT_NAME',
  'PROJECTX_API_URL',
  'PROJECTX_USER_HUB_URL',
  'PROJECTX_MARKET_HUB_URL',
  'PROJECTX_LOG_LEVEL',
  'LOG_LEVEL',
  'PITWATCH_BOARD',
  'PITWATCH_CONFIG',
  'PITWATCH_HOST',
  'PITWATCH_SMTP_TO',
  'PITWATCH_STAND_INS',
  'PORT',
] as const;
/** Every variable Pitwatch knows; `.env.example` documents each. */
export const environmentNames: readonly string[] = [
  ...secretNames.flatMap((name) => [name, `${name}_FILE`]),
  ...plainNames,
];

const defaultApi = 'https://discord.com/api';
const defaultPort = 4000;

/** Python's names (`logging`) and pino's, so that the SDK's variable works unchanged. */
const levels: Readonly<Record<string, LogLevel>> = {
  notset: 'trace',
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warning: 'warn',
  warn: 'warn',
  error: 'error',
  critical: 'fatal',
  fatal: 'fatal',
  10: 'debug',
  20: 'info',
  30: 'warn',
  40: 'error',
  50: 'fatal',
};

/** Reads variables: an empty one counts as not set, and a secret is known to the scrubber the moment it is read. */
export class EnvironmentReader {
  readonly #env: Environment;
  readonly #readFile: (path: string) => string;
  readonly #problems: Problems;

  constructor(env: Environment, readFile: (path: string) => string, problems: Problems) {
    this.#env = env;
    this.#readFile = readFile;
    this.#problems = problems;
  }

  get(name: string): string | undefined {
    const value = this.#env[name]?.trim();
    return value === '' ? undefined : value;
  }

  /**
   * The value of `NAME`, or of the file that `NAME_FILE` names.
   * @param parts what of it is secret; all of it where nothing else is said
   */
  secret(
    name: string,
    parts: (value: string) => readonly (string | undefined)[] = (value) => [value],
  ): string | undefined {
    const direct = this.get(name);
    const path = this.get(`${name}_FILE`);
    const keep = (value: string): void => {
      for (const part of parts(value)) keepSecret(part);
    };
    if (direct !== undefined) keep(direct);
    if (path === undefined) return direct;
    if (direct !== undefined) {
      this.#problems.env(name, `is set, and so is ${name}_FILE; only one can count. Unset one of them.`);
      return direct;
    }
    try {
      const value = this.#readFile(path).trim();
      if (value === '')
        this.#problems.env(`${name}_FILE`, `the file it names is empty; it must hold the value.`);
      keep(value);
      return value === '' ? undefined : value;
    } catch (error) {
      // Somebody will put the value itself here; so what it names is never shown.
      keepSecret(path);
      const why = (error as NodeJS.ErrnoException).code ?? messageOf(error);
      this.#problems.env(
        `${name}_FILE`,
        `the file it names cannot be read: ${why} (its name is not shown). It wants the path of a file that holds the value.`,
      );
      return undefined;
    }
  }

  /** True where somebody meant to set it, even if it could not be read. */
  isMeant(name: string): boolean {
    return this.get(name) !== undefined || this.get(`${name}_FILE`) !== undefined;
  }

  names(): readonly string[] {
    return Object.keys(this.#env).filter((name) => this.get(name) !== undefined);
  }
}

/** The password of an address as it is written, and as it is sent; up to the last @, for one that was not escaped. */
export function passwordIn(url: string): readonly (string | undefined)[] {
  const password = /^[^:]+:\/\/[^:@/]*:(.+)@/s.exec(url)?.[1];
  const ofSentinels = /[?&]sentinelPassword=([^&#]+)/.exec(url)?.[1];
  return [password, ofSentinels].flatMap((one) => (one === undefined ? [] : [one, decoded(one)]));
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray %: then it is sent as it is written.
    return undefined;
  }
}

export type Machine = Pick<
  Config,
  'logLevel' | 'port' | 'host' | 'doorToken' | 'boardToken' | 'standIns' | 'redis'
>;

/** Shorter ones can be tried through. */
const leastToken = 24;

export function readMachine(env: EnvironmentReader, problems: Problems): Machine {
  // Its password alone is secret: people need to read which Redis it is.
  const url = env.secret('REDIS_URL', passwordIn);
  if (url !== undefined) {
    // A password with @ or / in it would be read as the host, and shown as one.
    if (!/^rediss?(\+sentinel|\+cluster)?:\/\/(?:[^@/]*@)?[^@?#]+(?:[?#][^@]*)?$/.test(url)) {
      problems.env(
        'REDIS_URL',
        'is not an address that can be used (not shown); wanted redis://, rediss://, redis+sentinel:// or redis+cluster://, such as redis://127.0.0.1:6379; in a password write @ as %40 and / as %2F.',
      );
    } else checkForm(url, problems);
  }
  return {
    logLevel: readLevel(env, problems),
    port: readPort(env, problems),
    ...readDoor(env, problems),
    standIns: readStandIns(env, problems),
    redis: url === undefined ? { kind: 'local' } : { kind: 'url', url },
  };
}

/** Sentinels without a master, several servers where one is meant: told now, not by a start that fails. */
function checkForm(url: string, problems: Problems): void {
  try {
    parseTarget(url);
  } catch (error) {
    const hint = error instanceof OpsError && error.hint !== undefined ? ` ${error.hint}` : '';
    problems.env('REDIS_URL', `${messageOf(error).replace(/^REDIS_URL /, '')}${hint}`);
  }
}

function readLevel(env: EnvironmentReader, problems: Problems): LogLevel {
  const name = env.get('PROJECTX_LOG_LEVEL') === undefined ? 'LOG_LEVEL' : 'PROJECTX_LOG_LEVEL';
  const written = env.get(name);
  if (written === undefined) return 'info';
  const word = written.toLowerCase();
  // `constructor` is a member of every table, and no level.
  const level = Object.hasOwn(levels, word) ? levels[word] : undefined;
  if (level === undefined) {
    problems.env(name, `found "${written}", wanted DEBUG, INFO, WARNING, ERROR or CRITICAL.`);
  }
  return level ?? 'info';
}

function readPort(env: EnvironmentReader, problems: Problems): Config['port'] {
  const written = env.get('PORT');
  if (written === undefined) return { number: defaultPort, explicit: false };
  const number = /^\d{1,5}$/.test(written) ? Number(written) : Number.NaN;
  if (!(number <= 65_535))
    problems.env('PORT', `found "${written}", wanted a number from 0 (any free one) to 65535.`);
  return { number, explicit: true };
}

function readDoor(
  env: EnvironmentReader,
  problems: Problems,
): Pick<Config, 'host' | 'doorToken' | 'boardToken'> {
  const host = env.get('PITWATCH_HOST') ?? '127.0.0.1';
  const isAddress = /^[A-Za-z0-9.:_-]+$/.test(host);
  if (!isAddress) {
    problems.env(
      'PITWATCH_HOST',
      `found "${host}", wanted an address of this machine such as 127.0.0.1 or 0.0.0.0.`,
    );
  }
  const doorToken = env.secret('PITWATCH_TOKEN');
  if (doorToken !== undefined && doorToken.length < leastToken)
    problems.env(
      'PITWATCH_TOKEN',
      `is too short (not shown), wanted at least ${leastToken} characters: openssl rand -hex 32`,
    );
  if (isAddress && !isLoopback(host) && !env.isMeant('PITWATCH_TOKEN')) {
    problems.env(
      'PITWATCH_HOST',
      `opens the status page, /healthz and /metrics to other machines (${host}), and PITWATCH_TOKEN is not set. Set it (openssl rand -hex 32), or unset PITWATCH_HOST.`,
    );
  }
  const board = env.get('PITWATCH_BOARD') ?? 'off';
  if (board !== 'on' && board !== 'off')
    problems.env('PITWATCH_BOARD', `found "${board}", wanted on or off.`);
  if (board === 'on' && !env.isMeant('PITWATCH_TOKEN'))
    problems.env(
      'PITWATCH_BOARD',
      'shows the queues at /queues, and PITWATCH_TOKEN is not set. Set it (openssl rand -hex 32), or unset PITWATCH_BOARD.',
    );
  return { host, doorToken, boardToken: board === 'on' ? doorToken : undefined };
}

function readStandIns(env: EnvironmentReader, problems: Problems): readonly StandInName[] {
  const words = (env.get('PITWATCH_STAND_INS') ?? '').split(/[\s,]+/).filter((word) => word !== '');
  const known = standInNames.filter((name) => words.includes(name));
  const unknown = words.filter((word) => !standInNames.some((name) => name === word));
  if (unknown.length > 0)
    problems.env(
      'PITWATCH_STAND_INS',
      `found "${unknown.join(', ')}", wanted ${standInNames.join(', ')} or both.`,
    );
  return known;
}

export function readDiscord(env: EnvironmentReader, problems: Problems): DiscordTarget {
  const token = env.secret('DISCORD_TOKEN')?.replace(/^Bot\s+/, '');
  const partners = ['DISCORD_GUILD_ID', 'DISCORD_CHANNEL_ID'] as const;
  if (!env.isMeant('DISCORD_TOKEN')) {
    const alone = [...partners, 'DISCORD_API'].filter((name) => env.get(name) !== undefined);
    for (const name of alone) {
      problems.env(
        name,
        'is set, but its partner DISCORD_TOKEN is not. Set the token to use the real Discord, or unset this to use the local one.',
      );
    }
    return { kind: 'local' };
  }
  keepSecret(token);
  if (token !== undefined && /\s/.test(token)) {
    problems.env(
      'DISCORD_TOKEN',
      'has a space or line break in it (not shown), wanted the bare token of the bot.',
    );
  }
  const [guildId, channelId] = partners.map((name) => {
    const id = env.get(name);
    if (id === undefined) {
      problems.env(
        name,
        'is missing: DISCORD_TOKEN is set, and its partner says where the bot works. Right click → Copy ID in Discord, with developer mode on.',
      );
    } else if (!/^\d{1,20}$/.test(id)) {
      problems.env(name, `found "${id}", wanted a Discord id: digits only.`);
    }
    return id ?? '';
  });
  const api = withoutSlash(env.get('DISCORD_API') ?? defaultApi).replace(/\/v\d+$/, '');
  if (!isUrl(api))
    problems.env('DISCORD_API', `found "${api}", wanted a full http(s) address such as ${defaultApi}.`);
  return { kind: 'real', token: token ?? '', guildId: guildId ?? '', channelId: channelId ?? '', api };
}

export interface GatewayUrls {
  readonly apiUrl: string;
  readonly userHubUrl: string;
  readonly marketHubUrl: string;
}

/** TopstepX (reference 1). */
export const topstepX: GatewayUrls = {
  apiUrl: 'https://api.topstepx.com/api',
  userHubUrl: 'https://rtc.topstepx.com/hubs/user',
  marketHubUrl: 'https://rtc.topstepx.com/hubs/market',
};
export const gatewayUrlNames = {
  apiUrl: 'PROJECTX_API_URL',
  userHubUrl: 'PROJECTX_USER_HUB_URL',
  marketHubUrl: 'PROJECTX_MARKET_HUB_URL',
} as const;

/** The gateway's addresses where the environment names it, else undefined. */
export function readGatewayUrls(env: EnvironmentReader, problems: Problems): GatewayUrls | undefined {
  const names = Object.values(gatewayUrlNames);
  const given = names.filter((name) => env.get(name) !== undefined);
  if (given.length === 0) return undefined;
  const read = (key: keyof GatewayUrls): string => {
    const name = gatewayUrlNames[key];
    const written = env.get(name);
    if (written === undefined) {
      problems.env(
        name,
        `is missing: ${given.join(' and ')} point${given.length === 1 ? 's' : ''} to a gateway, and a login's token must not be sent to another one. Set all three, or none for TopstepX.`,
      );
      return topstepX[key];
    }
    const url = withoutSlash(written);
    const [ok, wanted] =
      key === 'apiUrl'
        ? [isApiUrl(url), apiUrlWanted]
        : [isUrl(url), hubUrlWanted(key === 'userHubUrl' ? 'user' : 'market')];
    if (!ok) problems.env(name, `found "${url}", wanted ${wanted}.`);
    return url;
  };
  return { apiUrl: read('apiUrl'), userHubUrl: read('userHubUrl'), marketHubUrl: read('marketHubUrl') };
}

/** Variables that look like a typo of one of ours. A note only: the SDK has variables of its own beside ours. */
export function misspelled(env: EnvironmentReader): string[] {
  return env.names().flatMap((name) => {
    if (environmentNames.includes(name) || !/^(DISCORD|PROJECT_?X|PITWATCH|REDIS)_/.test(name)) return [];
    const [near] = nearest(name, environmentNames, 1);
    const close = near !== undefined && Math.abs(near.length - name.length) <= 2;
    return close ? [`${name} is set but not read by Pitwatch; did you mean ${near}?`] : [];
  });
}
