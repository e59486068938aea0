// A newcomer's first diagnostic, copied from ARCHITECTURE.md: it compiles, is found by its file alone, and answers; careless ones do not compile.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDiagnostics } from '../../src/catalogue.ts';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { Diagnostic } from '../../src/domain/diagnostic.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { examine } from '../../src/flows/examine.ts';
import { FakeClock } from '../fakes/clock.ts';
import { fakeLogin } from '../fakes/view.ts';
import { complaintsAbout } from './compile.ts';
import { root, textOf } from './source-tree.ts';

const example = /```ts\n([\s\S]*?)```/.exec(textOf('ARCHITECTURE.md'))?.[1] ?? '';
const name = /name: '([a-z-]+)'/.exec(example)?.[1] ?? '';
const place = `src/diagnostics/${name}.ts`;
const now = Date.parse('2026-03-04T16:00:00Z');
const open: MarketPhase = { kind: 'open', openedAt: now - 3_600_000, closesAt: now + 3_600_000 };

let folder = '';
let found: readonly Diagnostic[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'newcomer-'));
  const home = pathToFileURL(path.join(root, 'src/')).href;
  await writeFile(path.join(folder, `${name}.ts`), example.replaceAll("'../", `'${home}`));
  for (const file of await readdir(path.join(root, 'src/diagnostics'))) {
    await writeFile(path.join(folder, file), `export { default } from '${home}diagnostics/${file}';`);
  }
  found = await loadDiagnostics(pathToFileURL(`${folder}/`));
}, 60_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the diagnostic of ARCHITECTURE.md', () => {
  it('says its duty on line 1 and compiles as it stands', () => {
    expect(example).toMatch(/^\/\/ [A-Z].*[.?]\n/);
    expect(complaintsAbout(place, example)).toEqual([]);
  }, 60_000);

  it('is found by its file alone and fails where the account is hidden', async () => {
    const account = { ...fakeLogin(now).suites[0]?.account, isVisible: false };
    const report = await examine({
      login: fakeLogin(now, { suites: [{ patch: { account: account as never } }] }),
      suites: [],
      diagnostics: found.filter((one) => one.name === name).map((one) => ({ ...one, dependsOn: [] })),
      wanted: 'all',
      clock: new FakeClock(now),
      market: () => open,
      thresholds: startThresholds,
      signal: new AbortController().signal,
      deadlineMs: 1_000,
    });
    expect(report.findings).toMatchObject([
      { diagnostic: name, status: 'fail', remedy: expect.any(String) as string },
    ]);
  });
});

describe('a careless diagnostic does not compile', () => {
  const edited = (from: string | RegExp, to: string): readonly string[] => {
    const text = example.replace(from, to).replace('{ spec, account }', '{ spec, account, login }');
    expect(text).not.toBe(example);
    return complaintsAbout(place, text);
  };

  it('where it fails without a remedy', () => {
    expect(edited(/remedy: '[^']*',/, '').join()).toMatch(/remedy/);
  }, 60_000);

  it('where it fails without evidence', () => {
    expect(edited(/(status: 'fail'[^]*)evidence: \[seen\]/, '$1evidence: []').join()).toMatch(
      /evidence|Source has 0/,
    );
  }, 60_000);

  it('where it names a finding that it does not declare', () => {
    expect(edited(/finding: '[a-z-]+'/, "finding: 'something-else'").join()).toMatch(/something-else/);
  }, 60_000);

  it('where it tries to change an account', () => {
    const call = (to: string) =>
      edited('if (account.isVisible)', `void ${to};\n    if (account.isVisible)`).join();
    expect(call('login.reads.place({ size: 1 })')).toMatch(/'place' does not exist/);
    expect(call("login.reads.read('Order/cancel', {})")).toMatch(/'read' does not exist/);
  }, 60_000);
});
