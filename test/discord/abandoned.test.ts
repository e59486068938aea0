// Who waits for a bot that is gone gets an end; whoever had an answer from it keeps that, even where it could not write down that it had answered.
import type { APIMessage } from 'discord-api-types/v10';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import { abandoned } from '../../src/flows/refused-words.ts';
import type { Claim } from '../../src/queue/claims.ts';
import { startDesk, type Desk } from './desk.ts';

let desk: Desk;
let claimed: Claim[];
beforeEach(async () => {
  claimed = [];
  desk = await startDesk({
    claims: {
      take(claim) {
        claimed.push(claim);
        return Promise.resolve(true);
      },
      settle: () => undefined,
      leave: () => undefined,
    },
  });
});
afterEach(() => desk.stop());

/** A command that was acknowledged and is without its answer. */
async function waiting(): Promise<Claim> {
  const { local } = desk;
  local.type({ user: local.users.lead, channel: local.channelId, command: 'health', options: {} });
  await local.expect(() => replies()[0]);
  const [claim] = claimed;
  if (claim === undefined) throw new Error('it was acknowledged without being taken');
  return claim;
}
const replies = (): readonly APIMessage[] => desk.local.messages(desk.local.channelId, desk.local.users.lead);
const words = (): string => JSON.stringify(replies());

describe('somebody who waits for a bot that is gone', () => {
  it('is told so', async () => {
    const claim = await waiting();
    await desk.bot.messenger.deliverEnd(claim, abandoned);
    expect(replies()).toHaveLength(1);
    expect(words()).toContain('was stopped while it worked on this');
  });

  it('keeps the answer that it had brought before it was gone', async () => {
    const claim = await waiting();
    await desk.bot.messenger.deliverAnswer(claim, { kind: 'done', text: 'All is well.' });
    await desk.bot.messenger.deliverEnd(claim, abandoned);
    expect(replies()).toHaveLength(1);
    expect(words()).toContain('All is well.');
  });

  it('is told in the channel where the reply cannot be reached', async () => {
    const claim = await waiting();
    const reply = { ...claim.reply, token: 'no-such-token' };
    await desk.bot.messenger.deliverEnd({ ...claim, reply }, abandoned);
    expect(words()).toContain('was stopped while it worked on this');
  });

  it('is told later where Discord does not say whether it was answered', async () => {
    const claim = await waiting();
    desk.local.faults.inject({ fault: 'server-error', route: '/webhooks/' });
    await expect(desk.bot.messenger.deliverEnd(claim, abandoned)).rejects.toThrow(OpsError);
    expect(words()).not.toContain('was stopped');
  });
});
