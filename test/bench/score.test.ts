// A small score, so that the large one cannot rot: a few faults of each kind on the virtual clock, and a table and picture that are the same bytes for the same runs.
import { describe, expect, it } from 'vitest';
import { pictureOf } from '../../bench/score/picture.ts';
import { play, type Played } from '../../bench/score/play.ts';
import { reportOf } from '../../bench/score/report.ts';
import { tally } from '../../bench/score/tally.ts';
import { catalogued, codeOf, faults, traces } from '../../bench/score/truth.ts';
import type { Holding } from '../../bench/score/truth/scored.ts';
import { loadUnits, openDesk } from '../../bench/virtual/desk.ts';
import { virtually } from '../../bench/virtual/virtually.ts';
import type { LoginView } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { examine } from '../../src/flows/examine.ts';
import { catalogue } from '../../src/local/gateway/fault-catalogue.ts';
import { FakeClock } from '../fakes/clock.ts';

const units = loadUnits();
const row = (name: string) => {
  const found = faults.find((fault) => fault.name === name);
  if (found === undefined) throw new Error(`the truth table has no row ${name}`);
  return found;
};
const played = async (name: string, seed: number, holding: Holding): Promise<Played> =>
  play({ fault: row(name), seed, holding, units: await units });

describe('a fault is called by its name', () => {
  it.each([
    ['F1 market hub away', 'flat'],
    ['F4 dead feed', 'unprotected'],
    ['F18 misaligned', 'flat'],
    ['F7 doubled or swapped', 'protected'],
    ['F24 account vanishes', 'flat'],
    ['F28 backlog in lumps', 'flat'],
    ['story wrong-side-stop', 'flat'],
    ['story suspended-children', 'flat'],
  ] as const)('%s, %s', async (name, holding) => {
    const run = await played(name, 101, holding);
    expect(row(name).right).toContain(run.first);
    expect(run.extra).toEqual([]);
    expect(run.mutating).toBe(0);
    expect(run.share).toBeLessThanOrEqual(0.1);
  });
});

describe('the same observations', () => {
  it('make the same run, byte for byte', async () => {
    const [first, again] = [
      await played('F18 spike', 7, 'protected'),
      await played('F18 spike', 7, 'protected'),
    ];
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
  });

  it('make the same report, byte for byte, however often it is asked', async () => {
    const given = await units;
    const reports = await virtually({ startAt: Date.UTC(2026, 10, 18, 15, 0, 0) }, async () => {
      const desk = await openDesk({ units: given, seed: 3 });
      await new Promise((resolve) => setTimeout(resolve, 20_000));
      await desk.hold('unprotected');
      desk.gateway.faults.inject({ fault: 'F19', mode: 'crossed' });
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      const now = Date.now();
      const seen = desk.view();
      // A ping is an observation of its own: the one there is is given again.
      const ping = await seen.reads.ping(new AbortController().signal);
      const reads = { ping: () => Promise.resolve(ping) };
      const login: LoginView = { ...seen, reads, suites: [] };
      const frozen: LoginView = Object.assign(login, {
        suites: seen.suites.map((suite) => ({ ...suite, login })),
      });
      const ask = () =>
        examine({
          login: frozen,
          suites: [],
          diagnostics: given.diagnostics,
          wanted: 'all',
          clock: new FakeClock(now),
          market: () => ({ kind: 'open', openedAt: now - 36_000_000, closesAt: now + 3_600_000 }),
          thresholds: startThresholds,
          signal: new AbortController().signal,
          deadlineMs: 5_000,
        });
      const both = [await ask(), await ask()];
      await desk.close();
      return both.map((one) => JSON.stringify(one));
    });
    expect(reports[0]).toContain('book-crossed');
    expect(reports[1]).toBe(reports[0]);
  });

  it('make the same table and picture, in whatever order the runs came', () => {
    const run = (fault: string, seed: number, first: string, right: boolean): Played => ({
      fault,
      seed,
      holding: 'flat',
      first,
      right,
      rightMs: right ? 1_000 * seed : undefined,
      pageMs: undefined,
      extra: right ? [] : ['feed-late'],
      ended: false,
      clearedMs: undefined,
      mutating: 0,
      share: 0.085,
    });
    const runs = [
      run('a', 1, 'feed-mute', true),
      run('a', 2, 'zombie', false),
      run('b', 1, 'nothing', false),
      run('b', 2, 'book-crossed', true),
    ];
    const both = [runs, [...runs].reverse()].map((given) => {
      const result = tally(given, ['a', 'b'], new Set(['a']));
      const surroundings = { picture: 'x.svg', how: 'how', holes: [], broken: [] };
      return [...reportOf(result, surroundings), pictureOf(result.rows, (_, label) => label === 'feed-mute')];
    });
    expect(both[1]).toEqual(both[0]);
    const text = (both[0] ?? []).join('\n');
    expect(text).toContain('| right cause first in ≥ 95 % of all runs | 50.0 % of 4 | MISSED |');
    expect(text).toContain('- a, seed 2, flat: zombie');
    expect(text).toMatch(/<svg[^]*<\/svg>/);
  });
});

describe('the truth table', () => {
  it('has a row for every fault of the catalogue, and no name twice', () => {
    const rows = new Set(faults.map(codeOf));
    expect(catalogued.filter((code) => !rows.has(code))).toEqual([]);
    expect(catalogue.filter(({ fault }) => !rows.has(fault))).toEqual([]);
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  });

  it('names findings that exist', async () => {
    const { diagnostics, detectors } = await units;
    const known = new Set([...diagnostics, ...detectors].flatMap(({ findings }) => Object.keys(findings)));
    const named = faults.flatMap(({ right, also = [] }) => [...right, ...also]);
    const unknown = [...named, ...traces].filter((label) => label !== 'nothing' && !known.has(label));
    expect([...new Set(unknown)]).toEqual([]);
  });
});
