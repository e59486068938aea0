// What must not stand side by side unless somebody asks for it: invented trouble in a real ops channel, real trouble in a channel that nobody reads.
import { OpsError } from '../domain/errors.ts';
import { isLoopback, isLoopbackUrl } from './loopback.ts';
import type { Config } from './settled.ts';

export type StandInName = 'discord' | 'gateway';
export const standInNames: readonly StandInName[] = ['discord', 'gateway'];

/** Addresses on this machine are somebody's test, not the real thing. */
function isRealDiscord({ discord }: Pick<Config, 'discord'>): boolean {
  return discord.kind === 'real' && !isLoopbackUrl(discord.api);
}

function isRealGateway({ gateway, logins }: Pick<Config, 'gateway' | 'logins'>): boolean {
  return gateway === 'real' && logins.some(({ apiUrl }) => !isLoopbackUrl(apiUrl));
}

type Given = Pick<Config, 'discord' | 'gateway' | 'logins' | 'standIns' | 'host'>;

/** @throws OpsError where the simulated gateway would page a real channel and nobody asked for that. */
export function checkSimulatedGateway(config: Given): void {
  if (!isRealDiscord(config) || config.standIns.includes('gateway')) return;
  throw new OpsError(
    'config-invalid',
    'DISCORD_TOKEN is set, but no gateway key: the simulated gateway would page your real ops channel with simulated trouble.',
    {
      retryable: false,
      hint: 'Set PROJECT_X_USERNAME and PROJECT_X_API_KEY, or PITWATCH_STAND_INS=gateway if that is what you want, or unset DISCORD_TOKEN to try everything here.',
    },
  );
}

/** @throws OpsError where real trouble would be told on the local page alone, or that page be open to other machines. */
export function checkLocalDiscord(config: Given): void {
  if (!isLoopback(config.host)) {
    throw new OpsError(
      'config-invalid',
      `The local Discord lets anybody who reaches it act as any of its people, and cannot be opened to other machines (PITWATCH_HOST=${config.host}).`,
      {
        retryable: false,
        hint: 'Set DISCORD_TOKEN, DISCORD_GUILD_ID and DISCORD_CHANNEL_ID, or unset PITWATCH_HOST and reach it through a tunnel (ssh -L 4000:127.0.0.1:4000).',
      },
    );
  }
  if (!isRealGateway(config) || config.standIns.includes('discord')) return;
  throw new OpsError(
    'config-invalid',
    'A gateway key is set, but no DISCORD_TOKEN: trouble with real money would only show on a page of this machine, and nobody would be called.',
    {
      retryable: false,
      hint: 'Set DISCORD_TOKEN, DISCORD_GUILD_ID and DISCORD_CHANNEL_ID, or PITWATCH_STAND_INS=discord if that is what you want.',
    },
  );
}
