// Every mistake is told with its place, what was found, what is wanted and the way out; nothing crashes.
import fc from 'fast-check';
import { describe as group, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { OpsError } from '../../src/domain/errors.ts';
import { discord, login, read, refusal, without, type Env } from './readings.ts';

group('a mistake in the file is told with its line', () => {
  it.each<[string, string, RegExp]>([
    [
      'an unknown key',
      'suites:\n  mnq:\n    instrument: MNQ\n    obsrve: rest\n',
      /^pitwatch\.yaml:4: suites\.mnq: unknown key "obsrve"\. Did you mean "observe"\? Wanted: login, instrument/,
    ],
    [
      'an unknown section',
      '\n\nsuits: {}\n',
      /^pitwatch\.yaml:3: unknown key "suits"\. Did you mean "suites"\?/,
    ],
    [
      'a key that stands twice',
      'suites:\n  mnq: { instrument: MNQ }\n  mnq: { instrument: ES }\n',
      /^pitwatch\.yaml:3: the key "mnq" appears twice/,
    ],
    [
      'a wrong type',
      'suites:\n  mnq:\n    instrument: MNQ\n    depth: "yes"\n',
      /^pitwatch\.yaml:4: suites\.mnq\.depth: found "yes", wanted true or false\.$/,
    ],
    [
      'a missing key',
      'suites:\n  mnq:\n    depth: true\n',
      /^pitwatch\.yaml:2: suites\.mnq\.instrument: is missing, wanted an instrument/,
    ],
    [
      'a wrong word',
      'suites:\n  mnq:\n    instrument: MNQ\n    timeframes:\n      - 1min\n      - 7min\n',
      /^pitwatch\.yaml:6: suites\.mnq\.timeframes\.1: found "7min", wanted one of 1sec/,
    ],
    [
      'a list that is none',
      'suites: { mnq: { instrument: MNQ, timeframes: 1min } }',
      /found "1min", wanted a list such as/,
    ],
    [
      'a mode that is not there',
      'suites: { mnq: { instrument: MNQ, observe: probe } }',
      /found "probe", wanted "direct" or "rest"/,
    ],
    [
      'a number for a name',
      'suites: { mnq: { instrument: MNQ, account: 123 } }',
      /found the number 123, wanted an account name/,
    ],
    [
      'a name with a colon',
      'suites: { "m:nq": { instrument: MNQ } }',
      /suites: found "m:nq", wanted a name of at most 32/,
    ],
    [
      'a block that cannot even be written as a word',
      'roles: { read: { toString: toString } }',
      /roles\.read: found a block of keys, wanted everyone, or a list/,
    ],
    ['a bare number as name', 'suites: { 12: { instrument: MNQ } }', /suites: found "12", wanted a name/],
    [
      'a name that is too long',
      `suites: { ${'a'.repeat(33)}: { instrument: MNQ } }`,
      /wanted a name of at most 32/,
    ],
    [
      'a suite that is a word',
      'suites: { mnq: MNQ }',
      /suites\.mnq: found "MNQ", wanted a block with the keys login, instrument/,
    ],
    ['a section that is a list', 'suites: [mnq]', /suites: found a list of 1, wanted suites by name/],
    ['a file that is a list', '- suites', /^pitwatch\.yaml:1: found a list of 1, wanted keys such as suites/],
    [
      'a suite of an unknown login',
      'suites:\n  es:\n    instrument: ES\n    login: desk-c\n',
      /^pitwatch\.yaml:4: suites\.es\.login: found "desk-c", wanted a login declared/,
    ],
    ['torn syntax', 'suites:\n  mnq: { instrument: MNQ\n', /^pitwatch\.yaml:\d: this YAML cannot be read/],
  ])('%s', (_, file, wanted) => {
    expect(refusal(file)).toEqual([expect.stringMatching(wanted)]);
  });

  it('all of them at once, environment first, then line by line', () => {
    const lines = refusal('oncal: {}\nsuites:\n  mnq: { instrument: 5, depth: 1 }\n', {
      PORT: 'http',
      DISCORD_TOKEN: 'x.y.z',
    });
    expect(lines.map((line) => line.split(': ')[0])).toEqual([
      'PORT',
      'DISCORD_GUILD_ID',
      'DISCORD_CHANNEL_ID',
      'pitwatch.yaml:1',
      'pitwatch.yaml:3',
      'pitwatch.yaml:3',
    ]);
  });

  it('and under the name of the file', () => {
    expect(() => readConfig({ env: {}, file: 'x: 1', fileName: 'desk/b.yaml' })).toThrow(
      /desk\/b\.yaml:1: unknown key "x"/,
    );
  });
});

group('a missing partner is refused', () => {
  const suites = 'suites: { mnq: { instrument: MNQ } }';
  const urls = {
    PROJECTX_API_URL: 'https://api.firm.example/api',
    PROJECTX_USER_HUB_URL: 'https://rtc.firm.example/hubs/user',
    PROJECTX_MARKET_HUB_URL: 'https://rtc.firm.example/hubs/market',
  };

  it.each<[string, Env, string]>([
    ['a token without a channel', without(discord, 'DISCORD_CHANNEL_ID'), 'DISCORD_CHANNEL_ID'],
    ['a token without a guild', without(discord, 'DISCORD_GUILD_ID'), 'DISCORD_GUILD_ID'],
    ['a channel without a token', { DISCORD_CHANNEL_ID: '1' }, 'DISCORD_CHANNEL_ID'],
    ['a key without its user', without(login, 'PROJECT_X_USERNAME'), 'PROJECT_X_USERNAME'],
    ['a user without its key', without(login, 'PROJECT_X_API_KEY'), 'PROJECT_X_API_KEY'],
    ['an account without a login', { PROJECT_X_ACCOUNT_NAME: 'PRAC' }, 'PROJECT_X_ACCOUNT_NAME'],
    [
      'a hub without the other addresses',
      { ...login, ...without(urls, 'PROJECTX_USER_HUB_URL') },
      'PROJECTX_USER_HUB_URL',
    ],
  ])('%s', (_, env, name) => {
    expect(refusal(suites, env)).toEqual([expect.stringMatching(new RegExp(`^${name}: is (missing|set)`))]);
  });

  it('addresses of a gateway without a key', () => {
    const lines = refusal(suites, urls);
    expect(lines).toHaveLength(3);
    for (const line of lines)
      expect(line).toMatch(/points to a gateway, but there is no login.*PROJECT_X_API_KEY/);
  });

  it('a login that no suite uses, with the way out', () => {
    expect(refusal(undefined, login)).toEqual([
      expect.stringMatching(
        /^PROJECT_X_API_KEY: is set, but no suite.*suites: \{ mnq: \{ instrument: MNQ \} \}/,
      ),
    ]);
    expect(refusal('logins:\n  b: { username: b, apiKeyEnv: B_KEY }\n', { B_KEY: 'key-of-b' })).toEqual([
      expect.stringMatching(/^pitwatch\.yaml:2: logins\.b: no suite uses this login/),
    ]);
  });

  it('a suite without login where only named logins exist', () => {
    expect(
      refusal(
        'logins: { b: { username: b, apiKeyEnv: B_KEY } }\nsuites:\n  x: { instrument: ES, login: b }\n  y: { instrument: ES }\n',
        {
          B_KEY: 'key-of-b',
        },
      ),
    ).toEqual([expect.stringMatching(/^pitwatch\.yaml:4: suites\.y: it names no login/)]);
  });

  it('a key variable that is not set', () => {
    expect(
      refusal(
        'logins:\n  b:\n    username: b\n    apiKeyEnv: B_KEY\nsuites: { x: { instrument: ES, login: b } }\n',
      ),
    ).toEqual([
      expect.stringMatching(
        /^pitwatch\.yaml:4: logins\.b\.apiKeyEnv: the environment variable B_KEY is not set/,
      ),
    ]);
  });

  it('one address of a login without the others', () => {
    expect(
      refusal(
        'logins: { b: { username: b, apiKeyEnv: B_KEY, apiUrl: https://x.example/api } }\nsuites: { x: { instrument: ES, login: b } }\n',
        {
          B_KEY: 'key-of-b',
        },
      ),
    ).toEqual([expect.stringMatching(/logins\.b: userHubUrl and marketHubUrl are missing/)]);
  });

  it('a wrong value of a variable', () => {
    expect(refusal(suites, { ...login, ...urls, PROJECTX_API_URL: 'https://api.firm.example' })).toEqual([
      expect.stringMatching(/^PROJECTX_API_URL: found .*ends in \/api/),
    ]);
    expect(refusal(undefined, { PORT: '70000' })).toEqual([expect.stringMatching(/^PORT: found "70000"/)]);
    expect(refusal(undefined, { LOG_LEVEL: 'loud' })).toEqual([
      expect.stringMatching(/^LOG_LEVEL: found "loud"/),
    ]);
    expect(refusal(undefined, { PITWATCH_HOST: 'http://x' })).toEqual([
      expect.stringMatching(/^PITWATCH_HOST/),
    ]);
    expect(refusal(undefined, { PITWATCH_HOST: '0.0.0.0' })).toEqual([
      expect.stringMatching(/^PITWATCH_HOST: opens .* to other machines .*PITWATCH_TOKEN is not set/),
    ]);
    expect(refusal(undefined, { PITWATCH_HOST: '::1', PITWATCH_TOKEN: 'short-and-secret' })).toEqual([
      expect.stringMatching(/^PITWATCH_TOKEN: is too short \(not shown\)/),
    ]);
    expect(refusal(undefined, { PITWATCH_STAND_INS: 'discord, redis' })).toEqual([
      expect.stringMatching(/^PITWATCH_STAND_INS: found "redis"/),
    ]);
    expect(refusal(undefined, { ...discord, DISCORD_CHANNEL_ID: '#ops' })).toEqual([
      expect.stringMatching(/found "#ops"/),
    ]);
    expect(refusal(undefined, { ...discord, DISCORD_API: 'discord' })).toEqual([
      expect.stringMatching(/^DISCORD_API/),
    ]);
  });
});

group('whatever stands in the file', () => {
  it('ends in a configuration or in a refusal that names a place, never in a crash', () => {
    const pieces = fc.constantFrom(
      'suites',
      'logins',
      'mnq',
      ': ',
      '{',
      '}',
      '[',
      ']',
      '\n',
      '  ',
      '- ',
      '&a',
      '*a',
      '"',
      '!!',
      '0x',
      '~',
      '<<',
      '__proto__',
      '1e999',
      '|',
      '#',
      ',',
      'thresholds',
      'grace',
      'calendar',
      'holidays',
      '5s',
      'instrument',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces, { maxLength: 25 }).map((all) => all.join('')),
          fc.string(),
        ),
        (file) => {
          try {
            return read(file).logins.length > 0;
          } catch (error) {
            return error instanceof OpsError && /^ {2}\S+: \S/m.test(error.message);
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
