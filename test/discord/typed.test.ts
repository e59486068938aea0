// What was typed, and who was picked in an option: what Discord resolved says whether a call can reach them.
import { ComponentType } from 'discord-api-types/v10';
import { expect, it } from 'vitest';
import incident from '../../commands/incident.ts';
import silence from '../../commands/silence.ts';
import { readNote } from '../../src/discord/note-form.ts';
import { peopleIn, readHalfTyped, readTyped } from '../../src/discord/typed.ts';

it('takes half a character for none, and whole ones as they are', () => {
  const add = { name: 'add', type: 1, options: [{ name: 'reason', type: 3, value: 'x\ud800y 😀' }] };
  expect(readTyped(silence, [add])).toMatchObject({ kind: 'typed', typed: { reason: 'xy 😀' } });
});

it('tells a person of the server from a bot and from who is not in the server', () => {
  const data = {
    resolved: {
      users: {
        '1': { username: 'ada', global_name: 'Ada L.' },
        '2': { username: 'carl-bot', bot: true },
        '3': { username: 'gone', global_name: null },
      },
      members: { '1': { nick: 'Ada' }, '2': { nick: null } },
    },
  };
  expect({ ...peopleIn(data) }).toEqual({
    '1': { name: 'Ada', kind: 'member' },
    '2': { name: 'carl-bot', kind: 'bot' },
    '3': { name: 'gone', kind: 'stranger' },
  });
  expect({ ...peopleIn({}) }).toEqual({});
});

it('offers choices for one option while another is only half typed, and takes no half for a whole', () => {
  const severity = {
    name: 'severity',
    type: 1,
    options: [
      { name: 'level', type: 3, value: 'cri' },
      { name: 'incident', type: 3, value: '1', focused: true },
    ],
  };
  const reading = readHalfTyped(incident, [severity]);
  expect(reading).toMatchObject({ kind: 'typed', focused: 'incident' });
  expect(reading.kind === 'typed' && { ...reading.typed }).toEqual({ subcommand: 'severity', incident: '1' });
  expect(readTyped(incident, [severity]).kind).toBe('malformed');
});

it('loses no note to a sign that is two places long: characters are counted as the document of Discord’s API counts them', () => {
  const text = '🧯'.repeat(1_500);
  const note = { name: 'note', type: 1, options: [{ name: 'text', type: 3, value: text }] };
  expect(readTyped(incident, [note])).toMatchObject({ kind: 'typed', typed: { text } });
  const longer = { ...note, options: [{ name: 'text', type: 3, value: `${text}!` }] };
  expect(readTyped(incident, [longer])).toEqual({
    kind: 'malformed',
    text: 'The option text of /incident note holds at most 1500 characters, and 1501 came.',
  });
  const form = (value: string) =>
    readNote({
      data: {
        custom_id: 'incident:12:note',
        components: [
          {
            type: ComponentType.Label,
            id: 1,
            component: { type: ComponentType.TextInput, id: 2, custom_id: 'text', value },
          },
        ],
      },
    });
  expect(form(text)).toEqual({ incident: '12', text });
  expect(form(`${text}!`)).toBeUndefined();
});
