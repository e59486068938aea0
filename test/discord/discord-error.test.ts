// What went wrong in a call to Discord, told apart from what never reached it.
import { Routes } from 'discord.js';
import { expect, it } from 'vitest';
import { asOpsError } from '../../src/discord/discord-error.ts';

it('does not take an id that can stand in no address for trouble of Discord’s: it is not tried for minutes', () => {
  let thrown: unknown;
  try {
    Routes.channelMessages('\ud800');
  } catch (error) {
    thrown = error;
  }
  expect(asOpsError(thrown, 'A note')).toMatchObject({ code: 'bad-payload', retryable: false });
});

it('tries again where the way to Discord broke', () => {
  for (const error of [new TypeError('fetch failed'), new Error('read ECONNRESET')])
    expect(asOpsError(error, 'A note')).toMatchObject({ code: 'discord-unavailable', retryable: true });
});
