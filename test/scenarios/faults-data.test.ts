// Faults of data, shape and framing on a living desk, logouts and maintenance: named rightly, and nobody woken for the harmless.
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { describeFaults } from '../fixtures/fault-file.ts';
import type { Story } from '../fixtures/fault-story.ts';

/** Harmless each, so several at once on one login; the newest framing wins, hence one per hub. */
const harmless: readonly Pick<Story, 'name' | 'faults'>[] = [
  { name: 'f17-documented', faults: shapes('object', 'flat', 'unknown-members', 'naive-times') },
  { name: 'f17-strange', faults: shapes('missing-members', 'nulls', 'integers', 'unknown-enums') },
  { name: 'f27-cut', faults: framings('split', 'batched') },
  { name: 'f27-odd', faults: framings('oversized', 'no-terminator') },
  { name: 'f27-cut-too', faults: framings('batched', 'split') },
  { name: 'f27-odd-too', faults: framings('no-terminator', 'oversized') },
];

function shapes(...names: readonly string[]): Story['faults'] {
  return names.map((shape) => ({ fault: 'F17', shape }));
}

function framings(onMarket: string, onUser: string): Story['faults'] {
  return [
    { fault: 'F27', hub: 'market', mode: onMarket },
    { fault: 'F27', hub: 'user', mode: onUser },
  ];
}

const stories: readonly Story[] = [
  {
    name: 'f4',
    faults: [{ fault: 'F4', hub: 'market' }],
    label: 'feed-mute',
    pages: 1,
    title: 'Market feed is mute',
  },
  {
    name: 'f5-contract',
    faults: [{ fault: 'F5', contract: 'MNQ' }],
    label: 'contract-mute',
    pages: 1,
    title: 'MNQ',
  },
  {
    name: 'f5-kind',
    faults: [{ fault: 'F5', kind: 'quote' }],
    label: 'stream-stopped',
    pages: 1,
    title: 'quote events stopped',
  },
  {
    name: 'f15-alone',
    faults: [{ fault: 'F15', mode: 'alone' }],
    label: 'logout-notice',
    pages: 0,
    lastsMs: 3_000,
  },
  {
    name: 'f15-storm',
    faults: [{ fault: 'F15', mode: 'storm', everyMs: 200 }],
    label: 'logout-storm',
    also: ['logout-notice'],
    pages: 0,
    lastsMs: 3_000,
  },
  {
    name: 'f15-then-close',
    faults: [{ fault: 'F15', mode: 'then-close', hub: 'market', delayMs: 300 }],
    label: 'second-session',
    also: ['logout-notice'],
    pages: 1,
    title: 'second session',
  },
  {
    name: 'f16',
    faults: [{ fault: 'F16', phantom: true }],
    label: 'second-session',
    also: ['logout-notice'],
    pages: 1,
    title: 'second session',
  },
  // Told in the report, at the lowest severity, and never paged.
  ...harmless.map(
    (one): Story => ({
      ...one,
      label: undefined,
      also: ['odd-payload', 'odd-framing'],
      pages: 0,
      lastsMs: 4_000,
    }),
  ),
  {
    name: 'f30-though-open',
    faults: [{ fault: 'F30', close: 'all' }],
    label: 'zombie',
    also: ['hub-dropped'],
    pages: 1,
  },
  {
    name: 'f30-in-the-break',
    faults: [{ fault: 'F30', close: 'all' }],
    closed: true,
    label: undefined,
    pages: 0,
    lastsMs: 6_000,
  },
];

let closesAt = Number.POSITIVE_INFINITY;

/** Open until the stories begin; closed like the daily break from then on. */
function breaks(at: number): MarketPhase | undefined {
  const opensAt = closesAt + 3_600_000;
  return at < closesAt ? undefined : { kind: 'closed', why: 'daily-break', closedAt: closesAt, opensAt };
}

describeFaults(
  'a fault of the data',
  stories,
  { energy: ['f30-in-the-break'], energyMarket: (at) => breaks(at) },
  () => {
    closesAt = Date.now() - 1_000;
  },
);
