// A postmortem in Discord: a short card, two whole files and a picture, whatever stands in it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alert } from '../../../src/domain/alert.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import type { TimelineEntry } from '../../../src/domain/timeline.ts';
import { presentAnswer } from '../../../src/discord/presenter/answer.ts';
import { asAscii } from '../../../src/discord/presenter/ascii.ts';
import { markdown } from '../../../src/discord/presenter/markdown.ts';
import type { MessagePayload } from '../../../src/discord/presenter/message.ts';
import { keepSecret } from '../../../src/log.ts';
import { anAlert } from '../../fakes/alerts.ts';
import {
  ann,
  night,
  pastAnswer,
  pastIncident,
  timeline,
  type IncidentAnswer,
} from '../../fixtures/past-incident.ts';
import { brokenRules, readableText, texts } from './discord-rules.ts';
import { anyExposure, anyText } from './reports.ts';

function file(payload: MessagePayload, ending: string): string {
  const found = payload.files.find(({ name }) => name.endsWith(ending));
  if (found === undefined || !('text' in found)) throw new Error(`no ${ending}`);
  return found.text;
}

const person = fc.record({ id: fc.constantFrom('1', '2'), name: anyText });
const anyAt = fc.integer({ min: night - 1e9, max: night + 1e9 });
const anyAlert: fc.Arbitrary<Alert> = fc
  .record({
    title: anyText,
    summary: anyText,
    remedy: anyText,
    sinceAt: anyAt,
    suites: fc.array(
      fc.record({ suite: anyText, contract: fc.option(anyText, { nil: undefined }), exposure: anyExposure }),
      { maxLength: 5 },
    ),
    evidence: fc.array(fc.record({ label: anyText, value: anyText, source: anyText, at: anyAt }), {
      maxLength: 4,
    }),
  })
  .map((more) => anAlert('hub-down', { login: 'main' }, night, more));
const anyRecovery = fc.option(
  fc.record({ at: anyAt, missed: fc.array(anyText, { maxLength: 4 }), proof: anyText }),
  { nil: undefined },
);
const anyState: fc.Arbitrary<Incident['state']> = fc.oneof(
  fc.constant<Incident['state']>({ kind: 'triggered' }),
  fc.record({ kind: fc.constant('acknowledged' as const), by: person, at: anyAt }),
  fc.record({
    kind: fc.constant('resolved' as const),
    at: anyAt,
    by: fc.oneof(fc.constant('recovery' as const), person),
    acknowledgedBy: fc.constant(undefined),
  }),
);
const anyTimeline: fc.Arbitrary<readonly TimelineEntry[]> = fc.array(
  fc.record({
    at: anyAt,
    by: fc.oneof(fc.constant('pitwatch' as const), person),
    kind: fc.constantFrom('opened', 'noted', 'called', 'acknowledged', 'recovered', 'withheld'),
    text: anyText,
  }),
  { maxLength: 30 },
);
const anyAnswer: fc.Arbitrary<IncidentAnswer> = fc
  .record({
    id: anyText,
    alerts: fc.array(fc.record({ alert: anyAlert, recovery: anyRecovery }), { maxLength: 10 }),
    state: anyState,
    timeline: anyTimeline,
    past: fc.nat(5),
  })
  .map(({ id, alerts, state, timeline: entries, past }) => {
    const known = pastIncident({ id, alerts, state });
    return pastAnswer({ known, timeline: entries, similar: Array.from({ length: past }, () => known) });
  });

test('the card says how bad, how long, what was at stake, and how fast people were told and moved', () => {
  const payload = presentAnswer(pastAnswer());
  const text = readableText(payload);
  expect(text).toContain('Postmortem of #12 Market hub down');
  expect(text).toContain('critical · lasted 12 min · began 02:14:05 CT');
  expect(text).toContain('mnq LONG 2 WITHOUT A STOP');
  expect(text).toContain('paged after 1.9 s (our goal 5 s): met');
  expect(text).toContain('acknowledged after 4 min (our goal 5 min): met');
  expect(text).toContain('2 · 02:18:15 CT Ann did it: Check your stops on the platform');
  expect(text).toContain('Bob: the router was rebooted by its firmware');
  expect(payload.files.map(({ name }) => name)).toEqual(['postmortem-12.md', 'postmortem-12.json']);
  expect(payload.pictures.map(({ name }) => name)).toEqual(['postmortem-12.png']);
});

test('the picture has a description that tells the same states', () => {
  const [picture] = presentAnswer(pastAnswer()).pictures;
  expect(picture?.description).toBe(
    'Timeline of incident 12: nobody has it from 02:14:07 CT, taken from 02:18:05 CT, over from 02:26:06 CT. 2 alerts fired; people did 4 things. The same is written in the files beside it.',
  );
});

test('the Markdown holds every part, and every entry of the timeline', () => {
  const text = file(presentAnswer(pastAnswer()), '.md');
  expect(text.match(/^## .*/gm)).toEqual([
    '## Impact',
    '## What was missed',
    '## What proved the recovery',
    '## What fired',
    '## Time to each step',
    '## Open follow-ups',
    '## Who',
    '## Steps: A hub is down',
    '## Evidence at the time',
    '## Similar ones before',
    '## What people did',
    '## Timeline',
  ]);
  for (const { text: words } of timeline) expect(text).toContain(markdown(words));
  expect(text).toContain('| page accepted by Discord | 2026-11-25 02:14:07.300 CT | 1.9 s |');
  expect(text).toContain('Stop the suite from trading blind: started, not finished by Ann');
});

test('the JSON holds the same facts as data', () => {
  const data = JSON.parse(file(presentAnswer(pastAnswer()), '.json')) as Record<string, unknown>;
  expect(data).toMatchObject({
    format: 'pitwatch-postmortem',
    version: 1,
    incident: '12',
    began: night,
    downtime: { kind: 'over', ms: 720_000 },
    timelineIsWhole: true,
    timelineLeftOut: 0,
  });
  expect(data['timeline']).toHaveLength(timeline.length);
  expect(data['followUps']).toHaveLength(3);
});

test('a beginning that is not kept any more is said, in the card and in both files', () => {
  const payload = presentAnswer(pastAnswer({ timeline: timeline.slice(3) }));
  expect(payload.embeds[0]?.footer?.text).toMatch(/oldest entries are no longer kept/);
  expect(file(payload, '.md')).toContain('The oldest entries are no longer kept.');
  expect(JSON.parse(file(payload, '.json'))).toMatchObject({ timelineIsWhole: false });
});

test('what is unknown is told as unknown', () => {
  const alerts = pastIncident().incident.alerts.map(({ alert }) => ({ alert, recovery: undefined }));
  const state = { kind: 'resolved', at: night + 60_000, by: ann, acknowledgedBy: undefined } as const;
  const payload = presentAnswer(pastAnswer({ known: pastIncident({ alerts, state }) }));
  expect(readableText(payload)).toMatch(/lasted at least/);
  expect(readableText(payload)).toMatch(/What was missed\n.*Not known/);
  expect(file(payload, '.md')).toContain('not seen well again');
});

test('a note cannot pass for somebody else’s deed', () => {
  const by = { id: '9', name: 'A' };
  const entry = { at: night, by, kind: 'noted', text: 'A nn did it: Check your stops' } as const;
  expect(readableText(presentAnswer(pastAnswer({ timeline: [entry] })))).toContain('CT A: A nn did it');
});

test('a thousand long notes fit: what is left out of the card is counted, the files hold all', () => {
  const many = Array.from(
    { length: 1_000 },
    (_, index): TimelineEntry => ({
      at: night + index * 1_000,
      by: ann,
      kind: 'noted',
      text: `note ${index} ${'x'.repeat(1_400)}`,
    }),
  );
  const payload = presentAnswer(pastAnswer({ timeline: many }));
  expect(brokenRules(payload)).toEqual([]);
  expect(readableText(payload)).toMatch(/…and 99\d more in postmortem-12\.md/);
  const text = file(payload, '.md');
  expect(text).toContain('note 999 ');
});

test('files that would be too large end early and say how much is left out', () => {
  const many = Array.from(
    { length: 2_000 },
    (_, index): TimelineEntry => ({
      at: night + index,
      by: ann,
      kind: 'noted',
      text: `note ${index} ${'é'.repeat(1_450)}`,
    }),
  );
  const payload = presentAnswer(pastAnswer({ timeline: many }));
  const [text, json] = [file(payload, '.md'), file(payload, '.json')];
  expect(text).toMatch(/Cut here, the file would be too large: \d+ lines are left out\.\n$/);
  const data = JSON.parse(json) as { timeline: unknown[]; timelineLeftOut: number; timelineIsWhole: boolean };
  expect(data.timeline.length + data.timelineLeftOut).toBe(2_000);
  expect(data.timelineIsWhole).toBe(false);
  expect(Buffer.byteLength(text) + Buffer.byteLength(json)).toBeLessThan(8 * 1024 * 1024);
});

test('a secret in a note reaches neither card nor files nor picture', () => {
  keepSecret('s3cr3t-key-of-the-desk');
  const note = { at: night, by: ann, kind: 'noted', text: 'I used s3cr3t-key-of-the-desk' } as const;
  const payload = presentAnswer(pastAnswer({ timeline: [note] }));
  const everything = readableText(payload) + texts(payload) + (payload.pictures[0]?.svg ?? '');
  expect(everything).toContain('I used …');
  expect(everything).not.toContain('s3cr3t');
});

/** Headings, list items and table rows: what a reader takes for the layout. */
function layout(text: string): { headings: number; cells: readonly number[]; odd: readonly string[] } {
  const lines = text.split('\n');
  const headings = lines.filter((line) => line.startsWith('#')).length;
  const rows = lines.filter((line) => line.startsWith('|'));
  // A pipe counts where no odd number of backslashes stands before it.
  const cells = rows.map((row) => (row.match(/(?<!\\)(?:\\\\)*\|/g) ?? []).length - 1);
  const known = /^(#{1,2} |\| |- |$|Written |No suite |Not known|None\.|The oldest |Cut here)/;
  return { headings, cells, odd: lines.filter((line) => !known.test(line)) };
}

test('whatever stands in it, the card keeps Discord’s rules and the Markdown its layout', () => {
  fc.assert(
    fc.property(anyAnswer, (answer) => {
      const payload = presentAnswer(answer);
      expect(brokenRules(payload)).toEqual([]);
      expect(brokenRules(asAscii(payload))).toEqual([]);
      expect(payload.allowed_mentions).toEqual({ parse: [] });
      expect(readableText(payload)).not.toMatch(/(^|[^\\])(?:\\\\)*(@everyone|<@)/);
      const text = file(payload, '.md');
      const { headings, cells, odd } = layout(text);
      expect(odd).toEqual([]);
      expect(headings).toBe(13);
      for (const count of cells) expect([3, 4, 6]).toContain(count);
      expect(text).not.toMatch(/(^|[^\\])(?:\\\\)*[<@]/);
      expect(text).not.toMatch(/[^\\](?:\\\\)*\]\(/);
      expect(() => JSON.parse(file(payload, '.json')) as unknown).not.toThrow();
    }),
    { numRuns: 80, seed: 7 },
  );
});

test('in the plain style for screen readers the same facts stand in ASCII, and the picture keeps its words', () => {
  const payload = asAscii(presentAnswer(pastAnswer({ similar: [pastIncident({ id: '9' })] })));
  const text = readableText(payload);
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  expect(text).toContain('critical | lasted 12 min | began 02:14:05 CT');
  expect(text).toContain('4 | 02:21:05 CT Bob: the router was rebooted by its firmware');
  expect(payload.pictures[0]?.description).toMatch(/^[\x20-\x7e]+$/);
  expect(brokenRules(payload)).toEqual([]);
});
