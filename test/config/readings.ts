// Readings of small configurations for the tests: a login, a Discord, and the lines of a refusal.
import { expect } from 'vitest';
import { readConfig, type Config } from '../../src/config.ts';
import { OpsError } from '../../src/domain/errors.ts';

export type Env = Readonly<Record<string, string>>;
export const login: Env = { PROJECT_X_USERNAME: 'trader', PROJECT_X_API_KEY: 'key-9f8e7d6c5b' };
export const discord: Env = {
  DISCORD_TOKEN: 'token-of-the-bot.abc.def',
  DISCORD_GUILD_ID: '1100000000000000010',
  DISCORD_CHANNEL_ID: '1100000000000000020',
  PITWATCH_SIGNING_KEY: 'a-key-of-the-tests-with-40-characters-in',
};

export function read(file?: string, env: Env = {}): Config {
  return readConfig({ env, file: withRoles(file, env) });
}

/** A real Discord needs roles; where a test is about something else, they stand behind its last line. */
function withRoles(file: string | undefined, env: Env): string | undefined {
  const real = env['DISCORD_TOKEN'] !== undefined || env['DISCORD_TOKEN_FILE'] !== undefined;
  if (!real || /^roles:/m.test(file ?? '')) return file;
  return `${file ?? ''}\nroles: { read: everyone, respond: "1100000000000000031", lead: "1100000000000000030" }\n`;
}

/** The lines of the refusal, without its head. */
export function refusal(file?: string, env: Env = {}): string[] {
  try {
    read(file, env);
  } catch (error) {
    expect(error).toBeInstanceOf(OpsError);
    expect(error).toMatchObject({ code: 'config-invalid', retryable: false });
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

export function without(env: Env, name: string): Env {
  return Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));
}
