// What people wrote, as the thread, the timeline and the postmortem show it: whom it names, and its lines.
import { expect, test } from 'vitest';
import { fromMenu } from '../../../src/discord/message-menu.ts';
import { presentAnswer } from '../../../src/discord/presenter/answer.ts';
import { presentNote } from '../../../src/discord/presenter/note.ts';
import incidentCommand from '../../../commands/incident.ts';
import { pastAnswer, timeline } from '../../fixtures/past-incident.ts';
import { incident } from '../desk.ts';
import { brokenRules, readableText } from './discord-rules.ts';

const by = { id: '100000000000000004', name: 'Lena' };
const noted = (text: string) => {
  const payload = presentNote({ kind: 'noted', by, text, at: 0 }, () => []);
  expect(brokenRules(payload)).toEqual([]);
  expect(payload.allowed_mentions).toEqual({ parse: [] });
  return payload.content ?? '';
};

test('a note keeps whom it mentions, and calls nobody', () => {
  expect(noted('called <@567890123456789012> and <@&567890123456789013>, see <#567890123456789014>')).toMatch(
    /: called <@567890123456789012> and <@&567890123456789013>, see <#567890123456789014>$/,
  );
  expect(noted('@everyone *look* <@1>')).toMatch(/: \\@everyone \\\*look\\\* \\<\\@1\\>$/);
});

test('a note keeps its lines, as a quote that cannot pass for a line of ours', () => {
  expect(noted('one\r\n\n\n\n# two\n🟢 #12 is over')).toMatch(/:\n> one\n> \n> \\# two\n> 🟢 #12 is over$/);
  expect(noted('a\n'.repeat(750)).length).toBeLessThanOrEqual(2_000);
  expect(noted('*\n'.repeat(750))).toMatch(/\n> …$/);
});

test('the timeline keeps mentions of a note, and of nothing else', () => {
  const entries = [
    { at: 0, by, kind: 'noted', text: 'called <@567890123456789012>' },
    { at: 0, by: 'pitwatch', kind: 'joined', text: 'odd <@567890123456789012>' },
  ] as const;
  const text = readableText(
    presentAnswer({
      kind: 'incident',
      at: 0,
      known: { incident: incident(), refs: {} },
      timeline: entries,
      similar: [],
      playbook: undefined,
      as: 'timeline',
    }),
  );
  expect(text).toContain('called <@567890123456789012>');
  expect(text).toContain('odd \\<\\@567890123456789012\\>');
});

test('a postmortem names whom a note mentions where the name is known, else keeps the mention', () => {
  const ann = { id: '567890123456789012', name: 'Ann' };
  const story = [
    ...timeline,
    { at: 0, by: ann, kind: 'acknowledged', text: 'Ann has it' },
    { at: 0, by, kind: 'noted', text: 'called <@567890123456789012> and <@567890123456789099>' },
  ] as const;
  const payload = presentAnswer({ ...pastAnswer(), as: 'postmortem', timeline: story });
  expect(readableText(payload)).toContain('called \\@Ann and \\<\\@567890123456789099\\>');
  const written = payload.files.find(({ name }) => name.endsWith('.md'));
  const text = written !== undefined && 'text' in written ? written.text : '';
  expect(text).toContain('called \\@Ann and \\<\\@567890123456789099\\>');
});

test('a message from the menu keeps its lines', () => {
  const menu = fromMenu(
    {
      data: {
        type: 3,
        name: 'Add to timeline',
        target_id: '9',
        resolved: {
          messages: { '9': { content: 'one\ntwo <@567890123456789012>', author: { username: 'lena' } } },
        },
      },
    } as never,
    [incidentCommand],
  );
  expect(menu?.typed['text']).toBe('lena: one\ntwo <@567890123456789012>');
});
