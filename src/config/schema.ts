// What may stand in pitwatch.yaml: every key optional, every unknown key refused; a message says what is wanted instead.
import { z } from 'zod';
import { startThresholds, type Thresholds } from '../domain/thresholds.ts';
import type { Timeframe } from '../domain/market.ts';
import { longestMs, saySpan, spanMs } from './span.ts';

export const timeframes = [
  '1sec',
  '15sec',
  '30sec',
  '1min',
  '5min',
  '15min',
  '30min',
  '1hr',
] as const satisfies readonly Timeframe[];

/** A suite's or login's name: it becomes part of queue names and job ids, where `:` and bare numbers are not allowed. */
export const nameWanted =
  'a name of at most 32 small letters, digits and single hyphens that begins with a letter';
export const isName = (text: string): boolean =>
  text.length <= 32 && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text);

const words = (wanted: string, max = 100) =>
  z
    .string({ error: wanted })
    .trim()
    .min(1, { error: wanted })
    .max(max, { error: `${wanted}, at most ${max} characters` });
const snowflakeWanted =
  'a Discord id: digits only (right click → Copy ID in Discord, with developer mode on)';
const snowflake = z
  .union([z.string(), z.number()], { error: snowflakeWanted })
  .transform(String)
  .refine((id) => /^\d{1,20}$/.test(id), { error: snowflakeWanted });

const spanWanted = `a span such as 500ms, 30s, 5m, 1h or a number of milliseconds, at most ${saySpan(longestMs)}`;
const span = z
  .unknown()
  .refine((written) => spanMs(written) !== undefined, { error: spanWanted })
  .transform((written) => spanMs(written) ?? 0);

const urlWanted = (ending: string): string => `a full http(s) address${ending}`;
export const isUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.hostname !== '';
};
export const withoutSlash = (text: string): string => text.trim().replace(/\/+$/, '');
export const apiUrlWanted = urlWanted(' that ends in /api, such as https://api.topstepx.com/api');
export const hubUrlWanted = (hub: string): string =>
  urlWanted(`, such as https://rtc.topstepx.com/hubs/${hub}`);
export const isApiUrl = (text: string): boolean => isUrl(text) && new URL(text).pathname.endsWith('/api');
const url = (wanted: string, ok: (text: string) => boolean) =>
  z.string({ error: wanted }).transform(withoutSlash).refine(ok, { error: wanted });

const Suite = z.strictObject({
  login: words('the name of a login declared under logins', 32).optional(),
  instrument: words('an instrument such as MNQ', 40),
  account: words('an account name as the gateway spells it, in quotes where it is a number').optional(),
  observe: z.enum(['direct', 'rest'], { error: '"direct" or "rest"' }).optional(),
  timeframes: z
    .array(z.enum(timeframes, { error: `one of ${timeframes.join(', ')}` }), {
      error: 'a list such as [1min, 5min]',
    })
    .min(1, { error: 'at least one timeframe, or no such key' })
    .transform((list) => [...new Set(list)])
    .optional(),
  depth: z.boolean({ error: 'true or false' }).optional(),
});

// Somebody will write the key itself here; so a wrong value of this key is never shown.
export const apiKeyEnvWanted =
  'the NAME of the environment variable that holds the key, such as DESK_B_API_KEY; the key itself is never written here';
const Login = z.strictObject({
  username: words('the user name of the platform (not the e-mail address)'),
  apiKeyEnv: z
    .string({ error: apiKeyEnvWanted })
    .refine((name) => /^[A-Z][A-Z0-9_]{0,63}$/.test(name), { error: apiKeyEnvWanted }),
  apiUrl: url(apiUrlWanted, isApiUrl).optional(),
  userHubUrl: url(hubUrlWanted('user'), isUrl).optional(),
  marketHubUrl: url(hubUrlWanted('market'), isUrl).optional(),
});

const count = z
  .number({ error: 'a whole number from 1' })
  .int({ error: 'a whole number from 1' })
  .min(1, { error: 'a whole number from 1' });
const share = z
  .number({ error: 'a share from 0 to 1' })
  .min(0, { error: 'a share from 0 to 1' })
  .max(1, { error: 'a share from 0 to 1' });

const thresholdNames = Object.keys(startThresholds) as (keyof Thresholds)[];
/** Thresholds by the name in the file: spans lose their `Ms`, because the unit is written with the value. */
export const thresholdByKey: ReadonlyMap<string, keyof Thresholds> = new Map(
  thresholdNames.flatMap((name) => [[name.replace(/Ms$/, ''), name] as const, [name, name] as const]),
);
const thresholdValue = (name: keyof Thresholds) =>
  name.endsWith('Ms') ? span : name.endsWith('Share') ? share : count;
const ThresholdsSection = z.strictObject(
  Object.fromEntries([...thresholdByKey].map(([key, name]) => [key, thresholdValue(name).optional()])),
);

const Grace = z.strictObject({
  unprotected: span.optional(),
  protected: span.optional(),
  flat: span.optional(),
});

const time = z
  .string({ error: 'a time of day such as "16:00"' })
  .regex(/^([01]?\d|2[0-3]):[0-5]\d$/, { error: 'a time of day such as "16:00"' })
  .transform((text) => ({ hour: Number(text.split(':')[0]), minute: Number(text.split(':')[1]) }));
const dateWanted = 'a day such as 2026-12-24';
const date = z
  .string({ error: dateWanted })
  .refine((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text), { error: dateWanted });
const products = z.array(words('a product such as MNQ', 40), {
  error: 'a list of products such as [ZC, ZS]',
});
const Holiday = z.strictObject({
  products: products.optional(),
  date,
  name: words('the name of the holiday'),
  close: z.union([z.literal('closed'), time], {
    error: '"closed" or the time it ends early, such as "12:00"',
  }),
});
const Break = z.strictObject({ from: time, to: time });
const OwnCalendar = z.strictObject({
  name: words('a name for the calendar'),
  zone: z
    .string({ error: 'a time zone such as America/Chicago' })
    .refine(isZone, { error: 'a time zone such as America/Chicago' }),
  products: products.min(1, { error: 'at least one product' }),
  open: time,
  close: time,
  breaks: z.array(Break, { error: 'a list such as [{ from: "07:45", to: "08:30" }]' }).default([]),
  weekends: z.boolean({ error: 'true or false' }).default(false),
  holidays: z.array(Holiday, { error: 'a list of holidays' }).default([]),
  knownFrom: date,
  knownTo: date,
});

const Calendar = z.strictObject({
  holidays: z.array(Holiday, { error: 'a list of holidays' }).default([]),
  calendars: z.array(OwnCalendar, { error: 'a list of calendars' }).default([]),
  flatBy: z.enum(['15:10', 'off'], { error: '"15:10" (Chicago time) or off' }).default('15:10'),
});
const onDuty = z.strictObject({ id: snowflake, name: words('the name people know them by', 60) });
const people = z
  .array(onDuty, { error: 'a list such as [{ id: "123", name: Ada }]' })
  .min(1, { error: 'at least one person, or no such key' });
const Oncall = z.strictObject({
  role: snowflake.optional(),
  user: snowflake.optional(),
  primary: people.optional(),
  secondary: people.optional(),
  everyone: snowflake.optional(),
  zone: z
    .string({ error: 'a time zone such as America/Chicago' })
    .refine(isZone, { error: 'a time zone such as America/Chicago' })
    .optional(),
  every: z.enum(['day', 'week'], { error: '"day" or "week"' }).optional(),
  starts: date.optional(),
  handover: time.optional(),
});
const listed = (value: unknown): unknown =>
  typeof value === 'string' || typeof value === 'number' ? [value] : value;
const ids = (what: string) =>
  z.preprocess(
    // A word is no id, and the message is to show it.
    (value) =>
      typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)) ? [value] : value,
    z.array(snowflake, { error: `a list of Discord ${what} ids` }),
  );
const roleIds = ids('role');
const Commands = z.strictObject({
  scope: z.enum(['guild', 'global'], { error: '"guild" or "global"' }).optional(),
  channels: ids('channel').optional(),
});
/** Everybody on the server may look where that is said; never where nothing is said. */
export const everyone = 'everyone';
const names = z
  .preprocess(
    listed,
    z.array(words('a name'), { error: 'a list of names' }).min(1, { error: 'at least one name' }),
  )
  .optional();
const onlyWanted = 'one of suites, logins or commands beside roles';
const Only = z
  .strictObject({
    suites: names,
    logins: names,
    commands: names,
    roles: z.preprocess(
      listed,
      z.array(snowflake, { error: 'a list of Discord role ids' }).min(1, { error: 'at least one role' }),
    ),
  })
  .refine(
    ({ suites, logins, commands }) =>
      [suites, logins, commands].filter((list) => list !== undefined).length === 1,
    { error: onlyWanted },
  );
const Roles = z.strictObject({
  read: z
    .union([z.literal(everyone), roleIds], { error: 'everyone, or a list of Discord role ids' })
    .optional(),
  respond: roleIds.optional(),
  lead: roleIds.optional(),
  only: z.array(Only, { error: `a list, each with ${onlyWanted}` }).optional(),
});
const Words = z.strictObject({
  style: z.enum(['signs', 'ascii'], { error: '"signs" or "ascii"' }).optional(),
});
const livenessWanted = 'a span from 3m to 1h, or off';
const Liveness = z.strictObject({
  every: z
    .union(
      [
        z.literal('off'),
        z.literal(false).transform(() => 'off' as const),
        z
          .union([z.string(), z.number()])
          .transform((value) => spanMs(value))
          .refine((ms): ms is number => ms !== undefined && ms >= 180_000 && ms <= 3_600_000),
      ],
      { error: livenessWanted },
    )
    .optional(),
});
const Audit = z.strictObject({
  keep: z
    .number({ error: 'a whole number from 100 to 1000000' })
    .int({ error: 'a whole number from 100 to 1000000' })
    .min(100, { error: 'a whole number from 100 to 1000000' })
    .max(1_000_000, { error: 'a whole number from 100 to 1000000' })
    .optional(),
});

/** Sections that are read whole; suites and logins are read one by one, so that one torn entry hides no other's fault. */
export const sections = {
  thresholds: ThresholdsSection,
  grace: z.preprocess(
    // One span stands for all three.
    (value) =>
      typeof value === 'number' || typeof value === 'string'
        ? { unprotected: value, protected: value, flat: value }
        : value,
    Grace,
  ),
  oncall: Oncall,
  roles: Roles,
  audit: Audit,
  words: Words,
  liveness: Liveness,
  calendar: Calendar,
  commands: Commands,
} as const;
export const entries = { suites: Suite, logins: Login } as const;

const keysByPlace: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^$/, [...Object.keys(entries), ...Object.keys(sections)]],
  [/^suites\.[^.]*$/, Object.keys(Suite.shape)],
  [/^logins\.[^.]*$/, Object.keys(Login.shape)],
  [/^thresholds$/, [...thresholdByKey.keys()].filter((key) => !key.endsWith('Ms'))],
  [/^grace$/, Object.keys(Grace.shape)],
  [/^oncall$/, Object.keys(Oncall.shape)],
  [/^oncall\.(primary|secondary)\.\d+$/, Object.keys(onDuty.shape)],
  [/^roles$/, Object.keys(Roles.shape)],
  [/^roles\.only\.\d+$/, Object.keys(Only.shape)],
  [/^audit$/, Object.keys(Audit.shape)],
  [/^words$/, Object.keys(Words.shape)],
  [/^liveness$/, Object.keys(Liveness.shape)],
  [/^calendar$/, Object.keys(Calendar.shape)],
  [/\.?holidays\.\d+$/, Object.keys(Holiday.shape)],
  [/^calendar\.calendars\.\d+$/, Object.keys(OwnCalendar.shape)],
  [/^calendar\.calendars\.\d+\.breaks\.\d+$/, Object.keys(Break.shape)],
  [/^commands$/, Object.keys(Commands.shape)],
];

/** The keys that may stand in the block at this place (`suites.mnq`). */
export function keysOf(place: string): readonly string[] {
  return keysByPlace.find(([pattern]) => pattern.test(place))?.[1] ?? [];
}

export type FileSuite = z.output<typeof Suite>;
export type FileLogin = z.output<typeof Login>;
export type FileSections = { readonly [Name in keyof typeof sections]: z.output<(typeof sections)[Name]> };

function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
