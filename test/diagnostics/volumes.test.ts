// Prints against the day's volume: prints that came twice are told as such where leaving them out settles the account, and only there.
import { expect, it } from 'vitest';
import { loadDiagnostics } from '../../src/catalogue.ts';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { type Hole, noData, type VolumeMinute } from '../../src/domain/data-view.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { examine } from '../../src/flows/examine.ts';
import { FakeClock } from '../fakes/clock.ts';
import { fakeLogin } from '../fakes/view.ts';

const diagnostics = await loadDiagnostics();
const now = Date.parse('2026-03-04T16:00:00Z');
const minuteMs = 60_000;
const open: MarketPhase = { kind: 'open', openedAt: now - 3_600_000, closesAt: now + 6 * 3_600_000 };

type Minute = Pick<VolumeMinute, 'prints' | 'repeated' | 'quoted'> & Partial<VolumeMinute>;

async function told(
  minute: Minute,
  { last = {}, holes = [] }: { readonly last?: Partial<VolumeMinute>; readonly holes?: readonly Hole[] } = {},
): Promise<string | undefined> {
  const volume = [5, 4, 3, 2, 1].map((ago) => ({
    startAt: now - ago * minuteMs,
    owedBefore: 0,
    owedAfter: 0,
    ...minute,
    ...(ago === 1 ? last : {}),
  }));
  const report = await examine({
    login: fakeLogin(now, {
      suites: [
        { patch: { data: { ...noData, watchedSinceAt: now - 3_600_000, volume: () => volume, holes } } },
      ],
    }),
    suites: [],
    diagnostics,
    wanted: ['volume-truth'],
    clock: new FakeClock(now),
    market: () => open,
    thresholds: startThresholds,
    signal: new AbortController().signal,
    deadlineMs: 5_000,
  });
  return report.findings.find(({ question }) => question === 'Do prints and volumes agree?')?.label;
}

it.each([
  ['that agree, a few equal ones among them, are well', { prints: 100, repeated: 8, quoted: 100 }, undefined],
  ['that all came twice are doubled', { prints: 200, repeated: 100, quoted: 100 }, 'prints-doubled'],
  ['of which some came twice are doubled', { prints: 130, repeated: 32, quoted: 100 }, 'prints-doubled'],
  ['that were lost are no doubles', { prints: 70, repeated: 30, quoted: 100 }, 'volume-differs'],
  [
    'too many, but not by the equal ones, differ',
    { prints: 200, repeated: 20, quoted: 100 },
    'volume-differs',
  ],
])('prints %s', async (_, minute, label) => {
  expect(await told(minute)).toBe(label);
});

it('minutes in which the feed was told to be mute are its consequence, and are not compared', async () => {
  const lost = { prints: 70, repeated: 0, quoted: 100 };
  const within = [{ fromAt: now - 4 * minuteMs, toAt: now - 90_000 }];
  expect(await told(lost, { holes: within })).toBeUndefined();
  const before = [{ fromAt: now - 60 * minuteMs, toAt: now - 50 * minuteMs }];
  expect(await told(lost, { holes: before })).toBe('volume-differs');
});

it('what was printed after the last word on the volume is not held against the quotes, as far as it goes', async () => {
  const minute = { prints: 20, repeated: 0, quoted: 20 };
  expect(await told(minute, { last: { quoted: 10, owedAfter: 10 } })).toBeUndefined();
  expect(await told(minute, { last: { quoted: 10, owedAfter: 0 } })).toBe('volume-differs');
  expect(await told({ ...minute, prints: 18, owedBefore: 10 })).toBeUndefined();
  expect(await told({ ...minute, prints: 10, owedBefore: 10 })).toBe('volume-differs');
});
