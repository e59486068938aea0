// How often a Discord that does not let the bot in is asked.
import { expect, it } from 'vitest';
import { loginPauseMs } from '../../src/discord/login-pauses.ts';

const dayMs = 86_400_000;
const readyWaitMs = 20_000;

it('sends a Discord that never welcomes it fewer logins in a day than Discord allows', () => {
  let sent = 0;
  for (let at = 0; at < dayMs; at += readyWaitMs + loginPauseMs(sent - 1, sent)) sent += 1;
  expect(sent).toBeGreaterThan(800);
  expect(sent).toBeLessThan(950);
});

it('is soon back where it could not be reached, however long that was', () => {
  expect([0, 1, 2, 3, 4, 5, 500].map((attempt) => loginPauseMs(attempt, 0))).toEqual([
    500, 1_000, 2_000, 5_000, 15_000, 30_000, 30_000,
  ]);
});
