// Exhibits on a phone: narrow tables keep their columns, wide ones become lines, nothing is cut without saying so.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exhibitEmbed, tableLines } from '../../../src/discord/presenter/exhibit.ts';
import { embedSize } from '../../../src/discord/presenter/message.ts';
import { presentReport } from '../../../src/discord/presenter/report.ts';
import type { Exhibit, TableExhibit } from '../../../src/domain/exhibit.ts';
import { brokenRules } from './discord-rules.ts';
import { anyText, finding, login, now, report } from './reports.ts';

const ages: TableExhibit = {
  kind: 'table',
  title: 'Ages',
  columns: ['stream', 'age', 'events'],
  rows: [
    ['quote', '120 ms', '9041'],
    ['1min bar', '48 s', '12'],
  ],
};

const shown = (exhibit: Exhibit, room = 4_000) => exhibitEmbed({ suite: 'mnq', exhibit }, room);

describe('a table', () => {
  it('keeps its columns where a phone has room for them, figures at the right', () => {
    expect(shown(ages).embed.description).toBe(
      ['```', 'stream       age  events', 'quote     120 ms    9041', '1min bar    48 s      12', '```'].join(
        '\n',
      ),
    );
  });

  it('becomes one line for each row where it is too wide for a phone', () => {
    const wide: TableExhibit = {
      ...ages,
      columns: ['order', 'what', 'state'],
      rows: [['3091187744', 'sell stop 2 MNQ @ 25,400.25 good till cancelled', 'open for 3 min']],
    };
    expect(shown(wide).embed.description).toBe(
      '**3091187744** what sell stop 2 MNQ \\@ 25,400.25 good till cancelled · state open for 3 min',
    );
  });

  it('says how many lines are in the file where not all fit', () => {
    const rows = Array.from({ length: 400 }, (_, index) => [`row ${index}`, '1 s', '2']);
    const { embed, whole } = shown({ ...ages, rows }, 1_000);
    expect(whole).toBe(false);
    expect(embed.description).toMatch(/```\n-# … \d+ more lines in report\.txt$/);
    expect(embedSize(embed)).toBeLessThanOrEqual(1_000);
  });

  it('cannot be broken out of by a cell', () => {
    const [, row] = tableLines({ ...ages, rows: [['```\n@everyone', 'a', 'b']] });
    expect(row).toBe("''' @everyone  a    b");
  });
});

describe('a timeline', () => {
  const exchangeAt = Date.parse('2025-11-05T15:01:12.204Z');
  const entry = { exchangeAt, receivedAt: exchangeAt + 41, source: 'user hub', text: 'open' };

  it('tells exchange time to the millisecond, and how much later it was received', () => {
    expect(shown({ kind: 'timeline', title: 'Order 7', entries: [entry] }).embed.description).toBe(
      '`09:01:12.204 CT` user hub: open · received 41 ms later',
    );
  });

  it('says so where only the time of receipt is known', () => {
    const entries = [{ ...entry, exchangeAt: undefined }];
    expect(shown({ kind: 'timeline', title: 'Order 7', entries }).embed.description).toBe(
      '`09:01:12.245 CT` user hub: open · time of receipt',
    );
  });

  it('keeps the newest where not all fit', () => {
    const entries = Array.from({ length: 200 }, (_, index) => ({ ...entry, text: `event ${index}` }));
    const text = shown({ kind: 'timeline', title: 'Order 7', entries }, 900).embed.description ?? '';
    expect(text).toMatch(/^-# … \d+ earlier lines in report\.txt\n/);
    expect(text.endsWith('event 199 · received 41 ms later')).toBe(true);
  });
});

describe('the steps of a sequence', () => {
  it('say which is done, which it hangs at, and which were not begun', () => {
    const { embed } = shown({
      kind: 'steps',
      title: 'Start',
      steps: [
        { name: 'Token', status: 'pass', said: 'Logged in.', tookMs: 210, evidence: [] },
        {
          name: 'Sockets',
          status: 'waiting',
          said: 'The market hub has not answered for 12 s.',
          evidence: [],
        },
        { name: 'First data', status: 'open', said: 'Waits for the sockets.', evidence: [] },
      ],
    });
    expect(embed.description).toBe(
      '🟢 **Token** · 210 ms\nLogged in.\n⏳ **Sockets**\nThe market hub has not answered for 12 s.\n▫️ **First data**\nWaits for the sockets.',
    );
  });
});

describe('a report with exhibits', () => {
  it('shows them after what is wrong and before what is well', () => {
    const one = login('main', [finding('f', 'fail'), finding('p', 'pass')]);
    const { embeds } = presentReport(report([{ ...one, exhibits: [{ suite: 'mnq', exhibit: ages }] }]));
    expect(embeds.map(({ title }) => title)).toEqual(['🔴 1 of 2 checks fails · Health', 'Ages · mnq']);
  });

  it('never breaks a rule of Discord, whatever is in them, and attaches what does not fit', () => {
    const anyExhibit: fc.Arbitrary<Exhibit> = fc.oneof(
      fc.record({
        kind: fc.constant('table' as const),
        title: anyText,
        columns: fc.array(anyText, { maxLength: 5 }),
        rows: fc.array(fc.array(anyText, { maxLength: 6 }), { maxLength: 60 }),
        note: anyText,
      }),
      fc.record({
        kind: fc.constant('timeline' as const),
        title: anyText,
        entries: fc.array(
          fc.record({
            exchangeAt: fc.option(fc.integer({ min: now - 1e7, max: now }), { nil: undefined }),
            receivedAt: fc.integer({ min: now - 1e7, max: now }),
            source: anyText,
            text: anyText,
          }),
          { maxLength: 80 },
        ),
      }),
    );
    fc.assert(
      fc.property(fc.array(anyExhibit, { maxLength: 4 }), (exhibits) => {
        const one = login('main', [finding('p', 'pass')]);
        const payload = presentReport(
          report([{ ...one, exhibits: exhibits.map((exhibit) => ({ suite: 'mnq', exhibit })) }]),
        );
        expect(brokenRules(payload)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
