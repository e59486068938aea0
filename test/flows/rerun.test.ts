// Evidence asked for again: one question per press, however often the press arrives.
import { expect, it } from 'vitest';
import { evidenceTask } from '../../src/flows/act.ts';
import { rerunTicket } from '../../src/flows/rerun.ts';
import { anIncident } from '../fixtures/incidents.ts';

const ask = (why: string, now: number) =>
  rerunTicket({
    task: evidenceTask(anIncident('12', 'main')),
    by: { id: '1', name: 'Ada', roles: ['9'] },
    why,
    now,
    guildId: '4',
    channelId: '5',
  });

it('the same press twice, by two processes at other instants, is one question; another press is another', () => {
  expect(ask('press-1', 1_000).id).toBe(ask('press-1', 2_500).id);
  expect(ask('press-2', 1_000).id).not.toBe(ask('press-1', 1_000).id);
});

it('it is judged by the roles of who pressed, and has no reply to edit', () => {
  expect(ask('press-1', 1_000)).toMatchObject({
    grant: { tier: 'respond', roles: ['9'] },
    reply: { token: '', ephemeral: true },
    task: { incident: '12' },
  });
});
