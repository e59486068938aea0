// Commands that name somebody: a bot, or who is not in the server, is never called and never given an incident.
import { expect, it } from 'vitest';
import incident from '../../commands/incident.ts';
import oncall from '../../commands/oncall.ts';
import type { PlanContext } from '../../src/discord/command.ts';
import type { Picked } from '../../src/domain/picked.ts';
import { context, incident as open } from '../discord/desk.ts';

const people: Readonly<Record<string, Picked>> = {
  '1': { name: 'Ada', kind: 'member' },
  '2': { name: 'Carl', kind: 'bot' },
  '3': { name: 'Gone', kind: 'stranger' },
};
const there: PlanContext = {
  ...context,
  incidents: [{ incident: open(), refs: {} }],
  asked: { by: { id: '7', name: 'Ann' }, channelId: '20', people },
};
const swap = (person: string) => oncall.plan({ subcommand: 'swap', person }, there);
const assign = (person: string) => incident.plan({ subcommand: 'assign', person, incident: '12' }, there);

it.each([swap, assign])('a person of the server is taken by their name', (plan) => {
  expect(JSON.stringify(plan('1'))).toContain('{"id":"1","name":"Ada"}');
});

it.each([
  ['a bot', '2', /Carl is a bot/],
  ['who is not in the server', '3', /Gone is not in this server/],
  ['whom Discord did not resolve', '4', /The user 4 is not in this server/],
])('%s is refused with the way out', (_, id, words) => {
  for (const plan of [swap(id), assign(id)]) {
    expect(plan).toMatchObject({
      kind: 'answer',
      answer: {
        kind: 'refusal',
        text: expect.stringMatching(words) as string,
        wayOut: expect.stringContaining('Pick a person of this server') as string,
      },
    });
  }
});
