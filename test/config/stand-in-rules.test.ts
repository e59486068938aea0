// Stand-ins beside the real thing: refused with both ways out, unless asked for by name; a test on this machine is not the real thing.
import { describe, expect, it } from 'vitest';
import { checkLocalDiscord, checkSimulatedGateway, type Config } from '../../src/config.ts';
import { read } from './readings.ts';

type Env = Record<string, string>;
const token = { DISCORD_TOKEN: 'a.real.token', DISCORD_GUILD_ID: '1', DISCORD_CHANNEL_ID: '2' };
const roles = 'roles: { read: everyone, respond: ["3"], lead: ["3"] }';
const key = { PROJECT_X_USERNAME: 'ann', PROJECT_X_API_KEY: 'a-real-key' };
const suites = 'suites: { mnq: { instrument: MNQ, account: PRAC-V2-1, observe: rest } }';
const local = (port: number): Env => ({
  PROJECTX_API_URL: `http://127.0.0.1:${port}/api`,
  PROJECTX_USER_HUB_URL: `http://127.0.0.1:${port}/hubs/user`,
  PROJECTX_MARKET_HUB_URL: `http://127.0.0.1:${port}/hubs/market`,
});
const why = (check: (config: Config) => void, file: string, env: Env): string => {
  try {
    check(read(file, env));
    return 'runs';
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string };
    return `${message} ${hint ?? ''}`;
  }
};

describe('the simulated gateway', () => {
  it('refuses beside a real Discord, and names the ways out', () => {
    expect(why(checkSimulatedGateway, roles, token)).toMatch(
      /simulated trouble.*PROJECT_X_API_KEY.*PITWATCH_STAND_INS=gateway.*unset DISCORD_TOKEN/,
    );
  });

  it('runs where it was asked for, where Discord is a test on this machine, or the local one', () => {
    expect(why(checkSimulatedGateway, roles, { ...token, PITWATCH_STAND_INS: 'gateway' })).toBe('runs');
    expect(why(checkSimulatedGateway, roles, { ...token, DISCORD_API: 'http://127.0.0.1:5011/api' })).toBe(
      'runs',
    );
    expect(why(checkSimulatedGateway, '', {})).toBe('runs');
  });
});

describe('the local Discord', () => {
  it('refuses beside a real gateway key, and names the ways out', () => {
    expect(why(checkLocalDiscord, suites, key)).toMatch(
      /nobody would be called.*DISCORD_TOKEN.*PITWATCH_STAND_INS=discord/,
    );
  });

  it('runs where it was asked for, and beside a gateway on this machine', () => {
    expect(why(checkLocalDiscord, suites, { ...key, PITWATCH_STAND_INS: 'discord gateway' })).toBe('runs');
    expect(why(checkLocalDiscord, suites, { ...key, ...local(5010) })).toBe('runs');
    expect(why(checkLocalDiscord, '', {})).toBe('runs');
  });

  it('is not opened to other machines, token or not: whoever reaches it can act as anybody', () => {
    const env = { PITWATCH_HOST: '0.0.0.0', PITWATCH_TOKEN: 'x'.repeat(32) };
    expect(why(checkLocalDiscord, '', env)).toMatch(/cannot be opened to other machines.*ssh -L/);
  });
});
