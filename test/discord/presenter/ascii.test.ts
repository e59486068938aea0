// The plain style: every sign a word, nothing but ASCII from us, and still within Discord's rules.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asAscii, asciiText } from '../../../src/discord/presenter/ascii.ts';
import { presentAnswer } from '../../../src/discord/presenter/answer.ts';
import { presentCard, presentPage, threadName } from '../../../src/discord/presenter/incident.ts';
import { presentNote } from '../../../src/discord/presenter/note.ts';
import { incident } from '../desk.ts';
import { brokenRules, readableText } from './discord-rules.ts';
import { anyText, finding, login, report } from './reports.ts';

const ada = { id: '1', name: 'Ada' };
const oncall = [{ kind: 'role', id: '1100000000000000030' }] as const;
const isAscii = (text: string): boolean => /^[\n\x20-\x7e]*$/.test(text);

it('a page, a card, a note and a thread’s name are ASCII through and through, and say as much', () => {
  const page = asAscii(presentPage(incident(), oncall));
  expect(isAscii(readableText(page))).toBe(true);
  expect(page.content).toMatch(/^\[critical\] #12 Market hub down \| mnq, es \| mnq LONG 2 WITHOUT A STOP/);
  expect(page.allowed_mentions).toEqual({ parse: [], roles: [oncall[0].id] });
  const taken = incident({ state: { kind: 'acknowledged', by: ada, at: Date.now() } });
  expect(isAscii(readableText(asAscii(presentCard(taken, []))))).toBe(true);
  expect(asciiText(threadName(taken))).toMatch(/^\[taken\] #12/);
  const note = presentNote({ kind: 'called', circle: 'secondary', why: 'nobody-moved', at: 0 }, () => oncall);
  expect(asAscii(note).content).toMatch(/^\[escalated\] Nobody has taken this yet/);
});

it('a report is too, and letters of names stay as they are', () => {
  const text = readableText(
    asAscii(
      presentAnswer(
        report([login('main', [finding('hub', 'fail'), finding('feed', 'warn'), finding('rest', 'pass')])]),
      ),
    ),
  );
  expect(isAscii(text)).toBe(true);
  expect(text).toMatch(/\[(ok|critical|warning|high|unknown)\]/);
  expect(asciiText('José Müller 🔴')).toBe('José Müller [critical]');
});

it('keeps Discord’s rules whatever stands in it', () => {
  fc.assert(
    fc.property(anyText, fc.array(anyText, { maxLength: 40 }), (a, many) => {
      for (const text of [a, '🔴'.repeat(600), `${'…'.repeat(3_000)}${a}`]) {
        const explanation = { title: text, meaning: text, causes: many, next: many };
        const payload = presentAnswer({
          kind: 'explanation',
          finding: text,
          severity: 'high',
          explanation,
          source: text,
        });
        expect(brokenRules(asAscii(payload))).toEqual([]);
      }
    }),
    { numRuns: 30, seed: 5 },
  );
});
