// What would run, in plain sentences: each part real or a stand-in, what it may cost, and never a secret.
import { startThresholds, type Thresholds } from '../domain/thresholds.ts';
import type { LoginSpec } from '../domain/suite.ts';
import { scrub } from '../log.ts';
import { rolesLine } from './access.ts';
import { secondLine } from './second-channel.ts';
import { signingLine } from './signing-key.ts';
import type { Config } from './settled.ts';
import { saySpan } from './span.ts';

/** One sentence per line, for `npm run check` and the start of the log. */
export function describe(config: Config): string[] {
  return [
    discordLine(config),
    redisLine(config),
    signingLine(config),
    ...config.logins.flatMap((login) => loginLines(login, config.gateway)),
    onCallLine(config),
    secondLine(config),
    rolesLine(config),
    ...config.changedThresholds.map((name) => thresholdLine(name, config.thresholds)),
    ...calendarLines(config),
    `Page, /healthz and /metrics: ${hostAndPort(config)}.`,
    `Log level: ${config.logLevel}.`,
    ...config.notes.map((note) => `Note: ${note}`),
  ].map(scrub);
}

function discordLine({ discord, commandScope }: Config): string {
  if (discord.kind === 'local') {
    return 'Discord: the local stand-in with its page, because DISCORD_TOKEN is not set.';
  }
  const where = commandScope === 'guild' ? 'for this guild only' : 'globally';
  return `Discord: the real one at ${placeOf(discord.api)}, channel ${discord.channelId} of guild ${discord.guildId}; slash commands are registered ${where}.`;
}

function redisLine({ redis }: Config): string {
  if (redis.kind === 'local') {
    return 'Redis: REDIS_URL is not set, so a redis-server or valkey-server found on this machine (keeps everything), else the embedded one (keeps nothing).';
  }
  const hosts = /^([^:]+):\/\/(?:.*@)?([^?#]*)/s.exec(redis.url);
  return `Redis: the one of REDIS_URL, ${hosts?.[1] ?? 'redis'}://${hosts?.[2] ?? ''}.`;
}

function loginLines(login: LoginSpec, gateway: Config['gateway']): string[] {
  const suites = login.suites.map(
    ({ name, instrument, account, observe }) =>
      `${name} (${instrument}${account === undefined ? '' : ` on ${account}`}, ${observe})`,
  );
  if (gateway === 'simulated') {
    return [`Gateway: the simulated one, because no API key is set; suites ${suites.join(', ')}.`];
  }
  const direct = login.suites.filter(({ observe, depth }) => observe === 'direct' || depth).length;
  const places = [
    ...new Set([placeOf(login.apiUrl), placeOf(login.userHubUrl), placeOf(login.marketHubUrl)]),
  ];
  return [
    `Gateway: login ${login.name} (user ${login.username}) at ${places.join(', ')}; suites ${suites.join(', ')}.`,
    ...(direct === 0
      ? []
      : [
          `Login ${login.name} opens its own market-data connection (observe: direct). ProjectX allows one device at a time: the trader may be logged out by it.`,
        ]),
  ];
}

function onCallLine(config: Config): string {
  const { oncall, roster } = config;
  if (roster.primary === undefined) return calledLine(config);
  const names = (rotation: Config['roster']['primary']): string =>
    (rotation?.people ?? []).map(({ name }) => name).join(', ');
  const { every, zone, handover } = roster.primary;
  const at = `${String(handover.hour).padStart(2, '0')}:${String(handover.minute).padStart(2, '0')}`;
  const second = roster.secondary === undefined ? '' : `, secondary ${names(roster.secondary)}`;
  const role = oncall.kind === 'nobody' ? '' : `; ${oncall.kind} ${oncall.id} where nobody responds`;
  return `On call: ${names(roster.primary)}${second}, handed over every ${every} at ${at} ${zone}${role}.`;
}

function calledLine({ oncall, discord }: Config): string {
  if (oncall.kind !== 'nobody') return `On call: ${oncall.kind} ${oncall.id} is mentioned on a page.`;
  return discord.kind === 'local'
    ? 'On call: the on-call role of the local Discord is mentioned on a page.'
    : 'On call: NOBODY is mentioned on a page, so no phone will ring. Set oncall: { role: … } in pitwatch.yaml.';
}

function thresholdLine(name: keyof Thresholds, thresholds: Thresholds): string {
  const say = (value: number): string => (name.endsWith('Ms') ? saySpan(value) : String(value));
  return `Threshold ${name.replace(/Ms$/, '')}: ${say(thresholds[name])} (start value ${say(startThresholds[name])}).`;
}

function calendarLines({ calendar: { days, calendars, flatBy } }: Config): string[] {
  const overnight =
    flatBy === 'off'
      ? ['Positions may be held overnight: no alert when one is open after 15:10 CT (calendar.flatBy).']
      : [];
  if (days.length + calendars.length === 0) return overnight;
  const parts = [
    ...days.map(({ date, name }) => `${name} on ${date}`),
    ...calendars.map(({ name, products }) => `own hours "${name}" for ${products.join(', ')}`),
  ];
  return [`Calendar: added ${parts.join('; ')}.`, ...overnight];
}

function hostAndPort({ host, port }: Config): string {
  const number = port.number === 0 ? 'any free port' : `port ${port.number}`;
  return `${host}, ${number}${port.explicit ? '' : ' (or another free one where it is taken)'}`;
}

function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
