// What the desk writes itself is what it reads: a ticket of every origin has the shape of one.
import { expect, it } from 'vitest';
import { rerunTicket } from '../../src/flows/rerun.ts';
import { isTicket, knownRefs } from '../../src/queue/shapes.ts';

const task = {
  kind: 'examine',
  title: 'Evidence',
  diagnostics: 'all',
  parts: [{ login: 'main', suites: ['mnq'] }],
  incident: '12',
} as const;

it('takes evidence that is asked for again, to which nobody waits for a reply, by whoever asked', () => {
  for (const id of ['1100000000000000003', '']) {
    const by = { id, name: 'Lena', roles: [] };
    const ticket = rerunTicket({ task, by, why: '7', now: 1_000, guildId: '1', channelId: '' });
    expect(isTicket(ticket)).toBe(true);
    expect(isTicket(JSON.parse(JSON.stringify(ticket)))).toBe(true);
  }
});

it('takes nothing without a reply, a person or a time', () => {
  const by = { id: '3', name: 'Lena', roles: [] };
  const ticket = rerunTicket({ task, by, why: '7', now: 1_000, guildId: '1', channelId: '2' });
  for (const name of ['reply', 'askedBy', 'askedAt', 'task', 'grant'] as const)
    expect(isTicket({ ...ticket, [name]: undefined })).toBe(false);
});

it('believes of what Discord knows only ids that can stand in an address', () => {
  const known = { messageId: '11', threadName: 'hub', sentAt: 7 };
  for (const wrong of ['\ud800', '11/messages/12', '-1', '', '123456789012345678901', 11])
    expect(knownRefs({ ...known, channelId: wrong, threadId: wrong, stepsId: wrong })).toEqual(known);
});
