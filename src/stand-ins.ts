// What is not configured is replaced: Redis, gateway and Discord of our own, each loaded only when needed and named in the log.
import type { Config } from './config.ts';
import { atGateway, checkLocalDiscord, checkSimulatedGateway } from './config.ts';
import type { AccessPolicy } from './domain/access.ts';
import { OpsError } from './domain/errors.ts';
import type { LoginSpec } from './domain/suite.ts';
import type { DiscordConfig } from './discord/config.ts';
import type { HealthSource } from './health.ts';
import { healthResponse, startHealth } from './health.ts';
import type { Log } from './log.ts';

export interface Roles {
  readonly bot: boolean;
  readonly worker: boolean;
}

export interface StandIn<T> {
  readonly value: T;
  /** One sentence for the start log; undefined where nothing had to be replaced. */
  readonly says: string | undefined;
  stop(): Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

/** The queue. @throws OpsError where separate processes have no Redis to share. */
export async function redisUrl(
  config: Config,
  roles: Roles,
  dir: string,
  log: Log,
): Promise<StandIn<string>> {
  if (config.redis.kind === 'url') return { value: config.redis.url, says: undefined, stop: nothing };
  if (!roles.bot || !roles.worker) {
    throw new OpsError(
      'config-invalid',
      'REDIS_URL is missing: bot and worker as separate processes share nothing but Redis.',
      {
        retryable: false,
        hint: 'Set REDIS_URL=redis://… for both, or run everything in one process with npm start.',
      },
    );
  }
  const { startLocalRedis } = await import('./local/redis/chain.ts');
  const redis = await startLocalRedis({ dir, log });
  return { value: redis.url, says: redis.describe, stop: () => redis.stop() };
}

/** The gateway. A bot alone has none: it never sees a suite. */
export async function gatewayLogins(
  config: Config,
  roles: Roles,
  log: Log,
): Promise<StandIn<{ readonly logins: readonly LoginSpec[]; readonly url: string | undefined }>> {
  const [login] = config.logins;
  if (config.gateway === 'real' || !roles.worker || login === undefined) {
    return { value: { logins: config.logins, url: undefined }, says: undefined, stop: nothing };
  }
  checkSimulatedGateway(config);
  const { startGateway } = await import('./local/gateway/gateway.ts');
  const gateway = await startGateway({
    log,
    username: login.username,
    apiKey: config.apiKeys.of(login.name),
  });
  const logins = atGateway(config.logins, {
    apiUrl: gateway.apiUrl,
    userHubUrl: gateway.userHubUrl,
    marketHubUrl: gateway.marketHubUrl,
  });
  return {
    value: { logins, url: gateway.url },
    says: `Gateway: simulated ProjectX at ${gateway.url}; no order ever leaves this machine.`,
    stop: () => gateway.stop(),
  };
}

export interface Door {
  /** Where a person or a probe looks: the page, `/healthz`, `/metrics`. */
  readonly url: string;
  readonly discord: DiscordConfig | undefined;
}

/** The port: the local Discord with its page where there is no real one, else only health and metrics. */
export async function openDoor(
  config: Config,
  roles: Roles,
  source: HealthSource,
  gatewayUrl: string | undefined,
  log: Log,
): Promise<StandIn<Door>> {
  if (config.discord.kind === 'real' || !roles.bot) {
    const { port, host, doorToken: token } = config;
    const door = await startHealth({ ...source, port, host, token, log }).catch((error: unknown) => {
      throw portError(error, port.number);
    });
    return {
      value: {
        url: door.url,
        discord: config.discord.kind === 'real' ? realDiscord(config, config.discord) : undefined,
      },
      says: undefined,
      stop: () => door.close(),
    };
  }
  checkLocalDiscord(config);
  const { startLocalDiscord } = await import('./local/discord/server.ts');
  const open = (port: number): ReturnType<typeof startLocalDiscord> =>
    startLocalDiscord({
      port,
      host: config.host,
      log,
      ...(gatewayUrl === undefined ? {} : { gatewayUrl }),
      fallback: (request) => healthResponse(request, source),
    });
  const local = await open(config.port.number).catch((error: unknown) => {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (!taken || config.port.explicit) throw portError(error, config.port.number);
    log.warn(
      { event: 'port-taken', port: config.port.number },
      'port is taken by another program; using a free one instead',
    );
    return open(0);
  });
  const discord: DiscordConfig = {
    token: local.token,
    api: local.apiUrl,
    guildId: local.guildId,
    channelId: local.channelId,
    oncallMention: config.oncall.kind === 'nobody' ? { kind: 'role', id: local.oncallRoleId } : config.oncall,
    ascii: config.style === 'ascii',
    access: accessOf(config, local.guildId, local.channelId, {
      read: [local.guildId],
      respond: [local.oncallRoleId, local.roles.trader],
      lead: [local.oncallRoleId],
    }),
  };
  return {
    value: { url: local.url, discord },
    says: `Discord: the local one with its page at ${local.url}.`,
    stop: () => local.stop(),
  };
}

function portError(error: unknown, port: number): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error;
  return new OpsError('config-invalid', `PORT ${port} is taken by another program.`, {
    retryable: false,
    cause: error,
    hint: 'Stop that program, or set PORT to another number (0 = any free one).',
  });
}

function realDiscord(config: Config, real: Extract<Config['discord'], { kind: 'real' }>): DiscordConfig {
  return {
    token: real.token,
    api: real.api,
    guildId: real.guildId,
    channelId: real.channelId,
    ...(config.oncall.kind === 'nobody' ? {} : { oncallMention: config.oncall }),
    ascii: config.style === 'ascii',
    access: accessOf(config, real.guildId, real.channelId, nobody),
  };
}

const nobody: AccessPolicy['roles'] = { read: [], respond: [], lead: [] };

/** By what a worker judges: the bot's rules where it has them, else the file's; undefined where it names no roles. */
export function workerPolicy(config: Config, discord: DiscordConfig | undefined): AccessPolicy | undefined {
  if (discord !== undefined) return discord.access;
  const policy = accessOf(config, everyoneRole, '', nobody);
  return policy.roles === nobody ? undefined : policy;
}

/** Stands for the server's id where a process knows no server: equal to no role. */
const everyoneRole = 'everyone';

/** The file's roles as soon as it names any; a stand-in's own where it names none. */
function accessOf(
  { access: { roles, only, channels } }: Config,
  guildId: string,
  channelId: string,
  otherwise: AccessPolicy['roles'],
): AccessPolicy {
  const written = roles.read.length + roles.respond.length + roles.lead.length > 0;
  return {
    guildId,
    channels: [channelId, ...channels],
    roles: written ? { ...roles, read: roles.read === 'everyone' ? [guildId] : roles.read } : otherwise,
    only,
  };
}

export { realDiscord };
