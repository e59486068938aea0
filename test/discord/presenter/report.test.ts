// The report on a phone: verdict first, worst first, never over Discord's limits, never fooled by outside text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { presentReport } from '../../../src/discord/presenter/report.ts';
import { keepSecret } from '../../../src/log.ts';
import { brokenRules, readableText, texts } from './discord-rules.ts';
import { anyReport, finding, login, now, report } from './reports.ts';

const firstTwoLines = (payload: ReturnType<typeof presentReport>) =>
  readableText(payload).trim().split('\n').slice(0, 2);

test('a healthy report says in its first line that all checks pass', () => {
  const payload = presentReport(report([login('main', [finding('a', 'pass'), finding('b', 'pass')])]));
  expect(firstTwoLines(payload)).toEqual(['🟢 All 2 checks pass · Health', 'Nothing is wrong on mnq.']);
});

test('a healthy report is not green beside a position without a stop', () => {
  const healthy = login('main', [finding('a', 'pass'), finding('b', 'pass')]);
  const suites = healthy.suites.map((suite) => ({
    ...suite,
    exposure: { kind: 'unprotected', side: 'long', size: 2, uncovered: 2 } as const,
  }));
  const payload = presentReport(report([{ ...healthy, suites }]));
  expect(firstTwoLines(payload)).toEqual([
    '🟡 All 2 checks pass · Health',
    '**mnq is LONG 2 WITHOUT A STOP.** No check fails on mnq.',
  ]);
});

test('a healthy report is not green where nobody knows what a suite holds', () => {
  const healthy = login('main', [finding('a', 'pass'), finding('b', 'skip')]);
  const suites = healthy.suites.map((suite) => ({
    ...suite,
    exposure: { kind: 'unknown', why: 'the position has not been read yet' } as const,
  }));
  const payload = presentReport(report([{ ...healthy, suites }]));
  expect(firstTwoLines(payload)).toEqual([
    '⚪ 1 check passes, 1 skipped · Health',
    '**What mnq holds is not known.** No check fails on mnq.',
  ]);
});

test('a sick report names the verdict and then the worst thing', () => {
  const payload = presentReport(
    report([
      login('main', [
        finding('a', 'pass'),
        finding('w', 'warn'),
        finding('f', 'fail', { severity: 'low' }),
        finding('c', 'fail', { severity: 'critical' }),
      ]),
    ]),
  );
  expect(firstTwoLines(payload)).toEqual([
    '🔴 2 of 4 checks fail, 1 warning · Health',
    '**c is bad** – About c.',
  ]);
  const names = payload.embeds[0]?.fields?.map(({ name }) => name);
  expect(names).toEqual(['🔴 c is bad', '🔴 f is bad', '🟡 w is bad', '🟢 1 check passes']);
});

test('a finding shows value, threshold, source, age, remedy, name and time taken', () => {
  const payload = presentReport(report([login('main', [finding('f', 'fail')])]));
  expect(payload.embeds[0]?.fields?.[0]?.value).toBe(
    [
      'About f.',
      '• newest print: **74 s old** (fail over 60 s) · market hub, 2 s ago',
      '→ **Do:** Restart the market hub of the suite.',
      'f-bad · high · took 12 ms',
    ].join('\n'),
  );
});

test('a consequence of the same name is called by its question, and a skip does not name its suite twice', () => {
  const value = presentReport(
    report([
      login('main', [
        finding('cause', 'fail', { title: 'Hub is mute', consequences: ['data'] }),
        finding('data', 'fail', { title: 'Hub is mute', consequenceOf: 'cause' }),
      ]),
    ]),
  ).embeds[0]?.fields?.[0]?.value;
  expect(value).toContain('↳ explains 1 more: Is data fine?');
  const skipped = readableText(
    presentReport(
      report([login('main', [finding('bars', 'skip', { suites: ['mnq'], summary: 'mnq: not read yet' })])]),
    ),
  );
  expect(skipped).toContain('bars – not read yet');
});

test('consequences are folded under their cause, also through a chain', () => {
  const payload = presentReport(
    report([
      login('main', [
        finding('cause', 'fail', { consequences: ['middle'] }),
        finding('middle', 'fail', { consequenceOf: 'cause' }),
        finding('end', 'warn', { consequenceOf: 'middle' }),
        finding('skipped', 'skip', { consequenceOf: 'cause' }),
      ]),
    ]),
  );
  expect(payload.embeds[0]?.fields).toHaveLength(1);
  expect(payload.embeds[0]?.fields?.[0]?.value).toContain(
    '↳ explains 3 more: middle is bad; end is bad; Is skipped fine?',
  );
});

test('findings that explain each other in a circle are all shown', () => {
  const payload = presentReport(
    report([
      login('main', [
        finding('a', 'fail', { consequenceOf: 'b' }),
        finding('b', 'fail', { consequenceOf: 'a' }),
      ]),
    ]),
  );
  expect(payload.embeds[0]?.fields?.map(({ name }) => name)).toEqual(['🔴 a is bad', '🔴 b is bad']);
});

test('a skip is shown with its reason and is never counted as a pass', () => {
  const payload = presentReport(
    report([
      login('main', [finding('a', 'pass'), finding('s', 'skip', { summary: 'market closed (weekend)' })]),
    ]),
  );
  expect(firstTwoLines(payload)).toEqual([
    '🟢 1 check passes, 1 skipped · Health',
    'Nothing wrong was found on mnq; see below what was skipped.',
  ]);
  expect(readableText(payload)).toContain('s – market closed (weekend)');
});

test('a report of skips alone is not ok', () => {
  const text = readableText(presentReport(report([login('main', [finding('s', 'skip')])])));
  expect(text).toMatch(/^⚪ Nothing could be checked/);
  expect(text).not.toMatch(/🟢|score|Nothing is wrong/);
});

test('a check that broke is unknown, not ok', () => {
  const text = readableText(
    presentReport(report([login('main', [finding('a', 'pass'), finding('e', 'error')])])),
  );
  expect(text).toMatch(/^⚪ 1 check broke/);
  expect(text).toContain('unknown, not ok');
});

test('a partial report says who did not answer and why', () => {
  const payload = presentReport(
    report(
      [login('main', [finding('a', 'pass')])],
      [{ login: 'desk-b', suites: ['es-b'], why: 'no worker has hosted it since 14:20:00 CT' }],
    ),
  );
  expect(firstTwoLines(payload)).toEqual([
    '⚪ 1 login did not answer · Health',
    '⚪ **desk-b** (es-b) did not answer, so nothing is known about it: no worker has hosted it since 14:20:00 CT',
  ]);
});

test('several logins become sections, the sick one first', () => {
  const payload = presentReport(
    report([login('main', [finding('a', 'pass')]), login('desk-b', [finding('f', 'fail')])]),
  );
  expect(payload.embeds.map(({ title }) => title)).toEqual([
    '🔴 1 of 2 checks fails · Health',
    '🔴 desk-b',
    '🟢 main',
  ]);
});

test('what does not fit goes into the attached file, and the message says so', () => {
  const many = Array.from({ length: 40 }, (_, index) =>
    finding(`check-${index}`, 'fail', { summary: 'x '.repeat(200) }),
  );
  const payload = presentReport(report([login('main', many)]));
  expect(brokenRules(payload)).toEqual([]);
  expect(readableText(payload)).toContain('the whole report is in report.txt');
  for (const { diagnostic } of many) expect(texts(payload)).toContain(`(${diagnostic}, `);
});

test('a small report needs no file', () => {
  expect(presentReport(report([login('main', [finding('f', 'fail')])])).files).toEqual([]);
});

test('outside text is shown letter by letter: it cannot mention, link or forge a line', () => {
  const hostile = '@everyone <@&1> [a](https://evil.example)\n🟢 All 9 checks pass ``` **x** \u202e';
  const payload = presentReport(
    report([login('main', [finding('f', 'fail', { summary: hostile, title: hostile })])]),
  );
  const text = readableText(payload);
  expect(text).not.toMatch(/(^|[^\\])@everyone|(^|[^\\])<@|[^\\]\]\(|https:\/\/|^🟢|\u202e/m);
  expect(text).toContain('\\@everyone \\<\\@&1\\>');
  expect(payload.allowed_mentions).toEqual({ parse: [] });
});

test('a secret in evidence is not shown', () => {
  keepSecret('sup3r-s3cret-key');
  const payload = presentReport(
    report([login('main', [finding('f', 'fail', { summary: 'key sup3r-s3cret-key ?access_token=abcdef' })])]),
  );
  const everything = readableText(payload) + texts(payload);
  expect(everything).not.toMatch(/sup3r|abcdef/);
});

test('any report at all keeps every rule of Discord', () => {
  fc.assert(
    fc.property(anyReport, (any) => {
      const payload = presentReport(any);
      expect(brokenRules(payload)).toEqual([]);
      expect(payload.allowed_mentions).toEqual({ parse: [] });
      expect(readableText(payload)).not.toMatch(/(^|[^\\])(?:\\\\)*@everyone/);
    }),
    { numRuns: 60, seed: 7 },
  );
});

test('age is counted from when the report was finished', () => {
  const old = finding('f', 'fail', {
    evidence: [{ label: 'x', value: '1', source: 'clock', at: now - 3 * 60_000 }],
  });
  expect(readableText(presentReport(report([login('main', [old])])))).toContain('clock, 3 min ago');
});
