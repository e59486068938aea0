// What the file changes of the desk's rules: thresholds and grace, who is on call, who may what, and the calendar.
import type { CalendarDay, MarketCalendar } from '../domain/calendar.ts';
import type { Rotation } from '../domain/oncall.ts';
import { calendarOf } from '../domain/session-clock.ts';
import { startThresholds, type Thresholds } from '../domain/thresholds.ts';
import type { YamlFile } from './document.ts';
import type { Problems } from './problems.ts';
import { thresholdByKey, type FileSections } from './schema.ts';
import type { Config, OnCall } from './settled.ts';
import { saySpan } from './span.ts';

type Rules = Pick<
  Config,
  | 'thresholds'
  | 'changedThresholds'
  | 'oncall'
  | 'roster'
  | 'everyone'
  | 'auditKept'
  | 'style'
  | 'livenessEveryMs'
  | 'calendar'
  | 'commandScope'
>;

/** Weeks of a busy desk, and about 4 MB of Redis. */
const usualAuditKept = 10_000;

export function readRules(read: Partial<FileSections>, file: YamlFile, problems: Problems): Rules {
  const thresholds = readThresholds(read, file, problems);
  return {
    thresholds,
    changedThresholds: (Object.keys(thresholds) as (keyof Thresholds)[]).filter(
      (name) => thresholds[name] !== startThresholds[name],
    ),
    oncall: readOnCall(read.oncall, file, problems),
    roster: readRoster(read.oncall, file, problems),
    everyone: read.oncall?.everyone,
    style: read.words?.style ?? 'signs',
    livenessEveryMs: livenessEvery(read.liveness),
    auditKept: read.audit?.keep ?? usualAuditKept,
    calendar: readCalendar(read.calendar, file, problems),
    commandScope: read.commands?.scope ?? 'guild',
  };
}

/** Seldom enough for Discord, which limits edits of a message older than an hour. */
const usualLivenessMs = 5 * 60_000;

function livenessEvery(read: FileSections['liveness'] | undefined): number | undefined {
  const every = read?.every ?? usualLivenessMs;
  return every === 'off' ? undefined : every;
}

const graceNames = {
  unprotected: 'graceUnprotectedMs',
  protected: 'graceProtectedMs',
  flat: 'graceFlatMs',
} as const;

function readThresholds(read: Partial<FileSections>, file: YamlFile, problems: Problems): Thresholds {
  const changed: Partial<Record<keyof Thresholds, number>> = {};
  const placed = new Map<keyof Thresholds, readonly string[]>();
  const set = (name: keyof Thresholds, value: number | undefined, place: readonly string[]): void => {
    if (value === undefined) return;
    const earlier = placed.get(name);
    if (earlier !== undefined) {
      tell(
        file,
        place,
        problems,
        `${place.join('.')}: ${earlier.join('.')} sets the same thing. Remove one of them.`,
      );
    }
    changed[name] = value;
    placed.set(name, place);
  };
  for (const [key, value] of Object.entries(read.thresholds ?? {})) {
    const name = thresholdByKey.get(key);
    if (name !== undefined) set(name, value, ['thresholds', key]);
  }
  for (const kind of ['unprotected', 'protected', 'flat'] as const) {
    set(graceNames[kind], read.grace?.[kind], ['grace', kind]);
  }
  const thresholds: Thresholds = { ...startThresholds, ...changed };
  for (const [lower, higher, why] of orders) {
    if (thresholds[lower] <= thresholds[higher]) continue;
    const place = placed.get(lower) ?? placed.get(higher);
    if (place === undefined) continue;
    tell(
      file,
      place,
      problems,
      `${place.join('.')}: ${said(lower, thresholds)} is more than ${said(higher, thresholds)}; ${why}.`,
    );
  }
  for (const [name, leastMs, why] of floors) {
    const place = placed.get(name);
    if (place !== undefined && thresholds[name] < leastMs) {
      tell(
        file,
        place,
        problems,
        `${place.join('.')}: found ${saySpan(thresholds[name])}, wanted at least ${saySpan(leastMs)}: ${why}.`,
      );
    }
  }
  return thresholds;
}

const warnFirst = 'the warning must come before the failure';
const orders: readonly (readonly [keyof Thresholds, keyof Thresholds, string])[] = [
  ['feedWarnMs', 'feedFailMs', warnFirst],
  ['silenceWarnMs', 'silenceFailMs', warnFirst],
  ['tokenFailMs', 'tokenWarnMs', 'with time left to run, the failure is the shorter one'],
  ['reconnectsPerHourWarn', 'reconnectsPerHourFail', warnFirst],
  ['loopWarnMs', 'loopFailMs', warnFirst],
  ['errorWarnShare', 'errorFailShare', warnFirst],
];
const floors: readonly (readonly [keyof Thresholds, number, string])[] = [
  ['hostLostMs', 3_000, 'a worker reports about once a second'],
  ['feedFailMs', 1_000, 'exchange time and machine clocks can differ by that much'],
];

function said(name: keyof Thresholds, thresholds: Thresholds): string {
  const value = thresholds[name];
  return name.endsWith('Ms') ? `${name.slice(0, -2)} (${saySpan(value)})` : `${name} (${value})`;
}

function readOnCall(read: FileSections['oncall'] | undefined, file: YamlFile, problems: Problems): OnCall {
  const { role, user } = read ?? {};
  if (role !== undefined && user !== undefined) {
    tell(
      file,
      ['oncall', 'user'],
      problems,
      'oncall: found both role and user; wanted one of them. Remove the other.',
    );
  }
  if (role !== undefined) return { kind: 'role', id: role };
  if (user !== undefined) return { kind: 'user', id: user };
  return { kind: 'nobody' };
}

/** A Monday, so that weeks turn over as people's weeks do. */
const firstMonday = '2024-01-01';
const exchangeZone = 'America/Chicago';
const usualHandover = { hour: 8, minute: 0 };

function readRoster(
  read: FileSections['oncall'] | undefined,
  file: YamlFile,
  problems: Problems,
): Config['roster'] {
  const { primary, secondary, zone, every, starts, handover } = read ?? {};
  if (primary === undefined && secondary !== undefined) {
    tell(
      file,
      ['oncall', 'secondary'],
      problems,
      'oncall.secondary: found no primary beside it. Name who is called first under oncall.primary.',
    );
  }
  const rotation = (people: FileSections['oncall']['primary']): Rotation | undefined => {
    const [first, ...others] = people ?? [];
    if (first === undefined) return undefined;
    return {
      zone: zone ?? exchangeZone,
      people: [first, ...others],
      every: every ?? 'week',
      startsOn: starts ?? firstMonday,
      handover: handover ?? usualHandover,
    };
  };
  return { primary: rotation(primary), secondary: rotation(secondary) };
}

function readCalendar(
  read: FileSections['calendar'] | undefined,
  file: YamlFile,
  problems: Problems,
): Config['calendar'] {
  const calendars = (read?.calendars ?? []).map(({ holidays, ...calendar }, index): MarketCalendar => {
    if (calendar.knownFrom > calendar.knownTo) {
      const place = ['calendar', 'calendars', String(index), 'knownTo'];
      tell(
        file,
        place,
        problems,
        `${place.join('.')}: found ${calendar.knownTo}, wanted a day after knownFrom (${calendar.knownFrom}).`,
      );
    }
    return { ...calendar, days: holidays.map(dayOf) };
  });
  const days = (read?.holidays ?? []).map((day) => ({ ...dayOf(day), products: day.products ?? [] }));
  return { days, calendars, flatBy: read?.flatBy ?? '15:10' };
}

function dayOf({ date, name, close }: CalendarDay): CalendarDay {
  return { date, name, close };
}

/**
 * The calendars a desk goes by: its own first, then the given ones with the desk's added days in place of theirs.
 * A day that names products holds for these alone.
 */
export function calendarsWith(
  base: readonly MarketCalendar[],
  { days, calendars }: Config['calendar'],
): readonly MarketCalendar[] {
  const everywhere = days.filter(({ products }) => products.length === 0).map(dayOf);
  const all = [...calendars, ...base].map((calendar) => withDays(calendar, everywhere));
  const products = [...new Set(days.flatMap((day) => day.products.map((product) => product.toUpperCase())))];
  const special = products.map((product): MarketCalendar => {
    const own = days.filter((day) => day.products.some((name) => name.toUpperCase() === product)).map(dayOf);
    const calendar = calendarOf(all, product);
    return withDays({ ...calendar, name: `${calendar.name} (${product})`, products: [product] }, own);
  });
  return [...special, ...all];
}

function withDays(calendar: MarketCalendar, added: readonly CalendarDay[]): MarketCalendar {
  if (added.length === 0) return calendar;
  const replaced = new Set(added.map(({ date }) => date));
  return { ...calendar, days: [...calendar.days.filter(({ date }) => !replaced.has(date)), ...added] };
}

function tell(file: YamlFile, path: readonly string[], problems: Problems, text: string): void {
  problems.file(file.name, file.lineOf(path), text);
}
