// Who was picked in an option: what Discord resolved says whether a call can reach them.
import { expect, it } from 'vitest';
import { peopleIn } from '../../src/discord/typed.ts';

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
