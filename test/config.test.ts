// Configuration: what is accepted and what it means, what would run, and that no secret ever shows.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { describe as group, expect, it } from 'vitest';
import { atGateway, describe, environmentNames, loadConfig, readConfig } from '../src/config.ts';
import { startThresholds } from '../src/domain/thresholds.ts';
import { scrub } from '../src/log.ts';
import { discord, login, read, refusal, without, type Env } from './config/readings.ts';
import { textOf } from './house/source-tree.ts';

group('nothing configured', () => {
  it('runs everything on stand-ins, with two suites on the simulated gateway', () => {
    const config = read();
    expect(config).toMatchObject({
      logLevel: 'info',
      port: { number: 4000, explicit: false },
      host: '127.0.0.1',
      discord: { kind: 'local' },
      redis: { kind: 'local' },
      gateway: 'simulated',
      thresholds: startThresholds,
      oncall: { kind: 'nobody' },
      commandScope: 'guild',
    });
    expect(config.logins).toHaveLength(1);
    const common = {
      login: 'simulated',
      account: 'PRAC-V2-1',
      observe: 'direct',
      depth: true,
      timeframes: ['1min', '5min'],
    };
    expect(config.logins[0]?.suites).toEqual([
      { ...common, name: 'mnq', instrument: 'MNQ' },
      { ...common, name: 'es', instrument: 'ES' },
    ]);
    expect(config.apiKeys.of('simulated')).not.toBe('');
  });

  it('takes an empty variable, an empty file and an empty section for not set', () => {
    const empty = Object.fromEntries(environmentNames.map((name) => [name, ' ']));
    expect(read('', empty).gateway).toBe('simulated');
    expect(read('# nothing here\n').gateway).toBe('simulated');
    expect(read('suites:\nlogins:\nthresholds:\ngrace:\ncalendar:\n').logins[0]?.suites).toHaveLength(2);
  });

  it('points the simulated login to where the gateway runs', () => {
    const urls = {
      apiUrl: 'http://127.0.0.1:1/api',
      userHubUrl: 'http://127.0.0.1:1/u',
      marketHubUrl: 'http://127.0.0.1:1/m',
    };
    expect(atGateway(read().logins, urls)[0]).toMatchObject({ name: 'simulated', ...urls });
  });

  it('uses the suites of the file on the simulated gateway, observed directly', () => {
    expect(read('suites: { cl: { instrument: CL } }').logins[0]?.suites).toEqual([
      {
        name: 'cl',
        login: 'simulated',
        instrument: 'CL',
        account: 'PRAC-V2-1',
        observe: 'direct',
        depth: false,
        timeframes: ['1min', '5min'],
      },
    ]);
  });
});

group('the smallest real configurations', () => {
  it('take the login from the environment', () => {
    const config = read(
      'suites:\n  mnq: { instrument: MNQ, account: PRAC-V2-1, observe: direct, timeframes: [1min, 5min], depth: true }\n',
      login,
    );
    expect(config.gateway).toBe('real');
    expect(config.logins).toEqual([
      {
        name: 'main',
        username: 'trader',
        apiKeyEnv: 'PROJECT_X_API_KEY',
        apiUrl: 'https://api.topstepx.com/api',
        userHubUrl: 'https://rtc.topstepx.com/hubs/user',
        marketHubUrl: 'https://rtc.topstepx.com/hubs/market',
        suites: [
          {
            name: 'mnq',
            login: 'main',
            instrument: 'MNQ',
            account: 'PRAC-V2-1',
            observe: 'direct',
            timeframes: ['1min', '5min'],
            depth: true,
          },
        ],
      },
    ]);
    expect(config.apiKeys.of('main')).toBe('key-9f8e7d6c5b');
  });

  it('name further logins, whose keys stay in the environment', () => {
    const config = read(
      `logins:
  desk-b: { username: trader-b, apiKeyEnv: DESK_B_API_KEY, apiUrl: https://api.firm.example/api/, userHubUrl: https://rtc.firm.example/hubs/user, marketHubUrl: https://rtc.firm.example/hubs/market }
suites:
  es-b: { login: desk-b, instrument: ES, account: EXPRESS-V2-9, observe: rest }
`,
      { DESK_B_API_KEY: 'key-of-desk-b' },
    );
    expect(config.logins).toMatchObject([
      {
        name: 'desk-b',
        username: 'trader-b',
        apiUrl: 'https://api.firm.example/api',
        suites: [{ name: 'es-b' }],
      },
    ]);
    expect(config.apiKeys.of('desk-b')).toBe('key-of-desk-b');
  });

  it('observe over REST unless an own hub connection is asked for', () => {
    expect(read('suites: { mnq: { instrument: MNQ } }', login).logins[0]?.suites[0]?.observe).toBe('rest');
  });

  it('take the account, the gateway and the log level as the Python SDK names them', () => {
    const config = read('suites: { mnq: { instrument: MNQ } }', {
      ...login,
      PROJECT_X_ACCOUNT_NAME: 'PRAC-V2-7',
      PROJECTX_API_URL: 'https://api.firm.example/api',
      PROJECTX_USER_HUB_URL: 'https://rtc.firm.example/hubs/user',
      PROJECTX_MARKET_HUB_URL: 'https://rtc.firm.example/hubs/market',
      PROJECTX_LOG_LEVEL: 'WARNING',
      LOG_LEVEL: 'debug',
    });
    expect(config.logins[0]).toMatchObject({
      apiUrl: 'https://api.firm.example/api',
      marketHubUrl: 'https://rtc.firm.example/hubs/market',
      suites: [{ account: 'PRAC-V2-7' }],
    });
    expect(config.logLevel).toBe('warn');
  });

  it('talk to the real Discord and to a named Redis', () => {
    const config = read(undefined, { ...discord, REDIS_URL: 'redis+sentinel://h1:26379,h2:26379/mymaster' });
    expect(config.discord).toEqual({
      kind: 'real',
      token: 'token-of-the-bot.abc.def',
      guildId: '1100000000000000010',
      channelId: '1100000000000000020',
      api: 'https://discord.com/api',
    });
    expect(config.redis).toEqual({ kind: 'url', url: 'redis+sentinel://h1:26379,h2:26379/mymaster' });
    expect(read(undefined, { ...discord, DISCORD_API: 'http://127.0.0.1:9/api/v10/' }).discord).toMatchObject(
      {
        api: 'http://127.0.0.1:9/api',
      },
    );
  });

  it.each([
    ['CRITICAL', 'fatal'],
    ['Error', 'error'],
    ['10', 'debug'],
    ['NOTSET', 'trace'],
  ])('understand the log level %s', (written, level) => {
    expect(read(undefined, { LOG_LEVEL: written }).logLevel).toBe(level);
  });
});

group('the examples', () => {
  it('in pitwatch.example.yaml are accepted and change nothing but what they add', () => {
    const config = read(textOf('pitwatch.example.yaml'), { ...login, DESK_B_API_KEY: 'key-of-desk-b' });
    expect(config.logins.map(({ name, suites }) => [name, suites.map((suite) => suite.name)])).toEqual([
      ['main', ['mnq']],
      ['desk-b', ['es-b']],
    ]);
    expect(config.changedThresholds).toEqual([]);
    expect(config.oncall).toEqual({ kind: 'role', id: '1100000000000000030' });
    expect(config.access.roles.respond).toEqual(['1100000000000000031']);
    expect(config.calendar.days).toHaveLength(3);
  });

  it('in pitwatch.example.yaml show every threshold there is', () => {
    const shown = textOf('pitwatch.example.yaml');
    for (const name of Object.keys(startThresholds)) {
      const key = name.startsWith('grace') ? name.slice(5, -2).toLowerCase() : name.replace(/Ms$/, '');
      expect(shown).toMatch(new RegExp(`\\b${key}: `));
    }
  });

  it('in .env.example name every variable that is read, and no other', () => {
    const named = textOf('.env.example')
      .split('\n')
      .flatMap((line) => /^([A-Z_]+)=$/.exec(line)?.[1] ?? []);
    expect(named.sort()).toEqual([...environmentNames].sort());
  });
});

group('secrets', () => {
  it('may come from files', () => {
    const files: Env = { '/run/secrets/token': 'token.from.file\n', '/run/secrets/key': 'key-from-file\n' };
    const config = readConfig({
      env: {
        ...without(discord, 'DISCORD_TOKEN'),
        DISCORD_TOKEN_FILE: '/run/secrets/token',
        PROJECT_X_USERNAME: 'trader',
        PROJECT_X_API_KEY_FILE: '/run/secrets/key',
      },
      file: 'suites: { mnq: { instrument: MNQ } }\nroles: { read: everyone }',
      readFile: (name) => files[name] ?? '',
    });
    expect(config.discord).toMatchObject({ token: 'token.from.file' });
    expect(config.apiKeys.of('main')).toBe('key-from-file');
  });

  it('are refused where their file cannot be read, is empty, or stands beside the value', () => {
    expect(
      refusal(undefined, { ...without(discord, 'DISCORD_TOKEN'), DISCORD_TOKEN_FILE: '/nowhere/token' }),
    ).toEqual([expect.stringMatching(/^DISCORD_TOKEN_FILE: the file it names cannot be read: ENOENT/)]);
    expect(refusal(undefined, { ...discord, DISCORD_TOKEN_FILE: '/nowhere/token' })).toEqual([
      expect.stringMatching(/^DISCORD_TOKEN: is set, and so is DISCORD_TOKEN_FILE/),
    ]);
  });

  it('never show, neither in what would run, nor in a print of the configuration, nor in a log line', () => {
    const env = { ...discord, ...login, REDIS_URL: 'rediss://user:pass-of-redis@redis.example:6380/1' };
    const config = read('suites: { mnq: { instrument: MNQ } }', env);
    const told = describe(config).join('\n');
    const printed = `${JSON.stringify(config.apiKeys)} ${inspect(config.apiKeys)} ${inspect(config.logins)}`;
    for (const secret of ['token-of-the-bot.abc.def', 'key-9f8e7d6c5b', 'pass-of-redis']) {
      expect(told).not.toContain(secret);
      expect(printed).not.toContain(secret);
      expect(scrub(`what if ${secret} stands here`)).not.toContain(secret);
    }
    expect(told).toContain('rediss://redis.example:6380/1');
  });

  it('never show in a refusal, not even where the key was written in place of its name', () => {
    const told = refusal('logins:\n  b: { username: b, apiKeyEnv: "abcd1234SECRET=" }\n', {
      ...discord,
      DISCORD_TOKEN: 'my secret.token',
      REDIS_URL: 'http://user:hush-hush@redis',
    }).join('\n');
    expect(told).toMatch(/apiKeyEnv: found something else \(not shown\), wanted the NAME/);
    expect(told).not.toMatch(/SECRET|secret\.token|hush-hush/);
  });
});

group('a Redis behind sentinels', () => {
  it.each([
    ['redis+sentinel://:hush@h1:26379,h2:26379', /the name of their master after a slash/],
    ['redis+sentinel://:hush@h1:26379/desk/first', /the database after the slash is not a number/],
    ['redis+sentinel://:hush@h1:26379,h2:port/desk', /a server in it is not host:port/],
    ['redis://:hush@h1,h2', /redis:\/\/ names one server; several need redis\+sentinel:\/\//],
  ])('%s is refused before anything starts, in words', (url, why) => {
    const told = refusal(undefined, { ...discord, REDIS_URL: url }).join('\n');
    expect(told).toMatch(why);
    expect(told).not.toContain('hush');
  });
});

group('a secret in the wrong place', () => {
  const pasted = 'MTEwMDAwMDAwMDAwMDAwMDAwMA.GkEyVz.0aLqz5wq_TyM-9b1x';
  it.each<readonly [string, Env]>([
    ['the token as the name of its file', { ...discord, DISCORD_TOKEN: '', DISCORD_TOKEN_FILE: pasted }],
    ['the token as the id of the server', { ...discord, DISCORD_GUILD_ID: pasted }],
    ['the token as the port', { ...discord, PORT: pasted }],
    ['the key as an address of the gateway', { ...login, PROJECTX_API_URL: pasted }],
    ['the password with an @ in it', { REDIS_URL: `redis://desk:${pasted}@${pasted}@queue.example:6379` }],
    ['the password with a slash in it', { REDIS_URL: `redis://desk:${pasted}/x@queue.example:6379` }],
    [
      'the address of the mail server without a scheme',
      { PITWATCH_SMTP_URL: `u:${pasted}@mail`, PITWATCH_SMTP_TO: 'a@b' },
    ],
    ['the webhook without its scheme', { PITWATCH_SECOND_WEBHOOK: `discord/api/webhooks/1/${pasted}` }],
  ])('is refused without being shown: %s', (_name, env) => {
    const told = refusal(undefined, env).join('\n');
    expect(told).toMatch(/not shown/);
    expect(told).not.toContain(pasted);
  });

  it('is kept out of every text in all parts that are secret alone', () => {
    read(undefined, {
      PITWATCH_SMTP_URL: 'smtps://desk:p%40ss-of-mail@mail.example:465',
      PITWATCH_SMTP_TO: 'desk@example.com',
      PITWATCH_SECOND_WEBHOOK: 'https://discord.com/api/webhooks/1234567/part-of-webhook',
      PITWATCH_DEADMAN_URL: 'https://dead.example/part-of-deadman-0001?key=key-of-deadman',
    });
    for (const part of [
      'p%40ss-of-mail',
      'p@ss-of-mail',
      'part-of-webhook',
      'part-of-deadman-0001',
      'key-of-deadman',
    ]) {
      expect(scrub(`it said ${part}.`)).toBe('it said ….');
    }
  });
});

group('what would run', () => {
  it('names every stand-in', () => {
    const told = describe(read()).join('\n');
    expect(told).toMatch(/Discord: the local stand-in/);
    expect(told).toMatch(/Redis: REDIS_URL is not set/);
    expect(told).toMatch(/Gateway: the simulated one.*mnq \(MNQ on PRAC-V2-1, direct\), es \(ES/);
  });

  it('says what direct observation of a real login may cost', () => {
    const told = (observe: string): string =>
      describe(read(`suites: { mnq: { instrument: MNQ, observe: ${observe} } }`, login)).join('\n');
    expect(told('direct')).toMatch(/one device at a time: the trader may be logged out/);
    expect(told('rest')).not.toMatch(/logged out/);
  });

  it('says that nobody will be woken, what was changed, and what looks like a typo', () => {
    const told = describe(
      read('thresholds: { mute: 30s }', {
        ...discord,
        PROJECTX_API_KEY: 'x',
        PITWATCH_HOST: '0.0.0.0',
        PITWATCH_TOKEN: 'x'.repeat(32),
      }),
    ).join('\n');
    expect(told).toMatch(/NOBODY is mentioned/);
    expect(told).toMatch(/Threshold mute: 30 s \(start value 15 s\)/);
    expect(told).toMatch(
      /PROJECTX_API_KEY is set but not read by Pitwatch; did you mean PROJECT_X_API_KEY\?/,
    );
    expect(told).toMatch(/can be reached from other machines/);
  });
});

group('the file on disk', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pitwatch-config-'));

  it('is pitwatch.yaml where it is there, and not needed where it is not', () => {
    expect(loadConfig({}, folder).logins[0]?.suites).toHaveLength(2);
    writeFileSync(path.join(folder, 'pitwatch.yaml'), 'suites: { zb: { instrument: ZB } }');
    expect(loadConfig({}, folder).logins[0]?.suites.map(({ name }) => name)).toEqual(['zb']);
  });

  it('is the one that PITWATCH_CONFIG names, which must be there', () => {
    writeFileSync(path.join(folder, 'other.yaml'), 'suits: {}');
    expect(() => loadConfig({ PITWATCH_CONFIG: 'other.yaml' }, folder)).toThrow(
      /other\.yaml:1: unknown key "suits"/,
    );
    expect(() => loadConfig({ PITWATCH_CONFIG: 'gone.yaml' }, folder)).toThrow(/gone\.yaml cannot be read/);
  });
});

group('the address of Redis', () => {
  it('is told without its password, and that password is kept out of every text', () => {
    const config = readConfig({ env: { REDIS_URL: 'redis://desk:s3cr3t-pass@queue.example:6379/2' } });
    const lines = describe(config).join('\n');
    expect(lines).toContain('queue.example:6379');
    expect(lines).not.toContain('s3cr3t-pass');
    expect(scrub('it said s3cr3t-pass')).toBe('it said …');
  });
});
