// What the second channel did not take waits in order, and says how old it is once it is taken.
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { retelling } from '../../src/flows/retelling.ts';
import { standstill } from '../../src/flows/standstill.ts';
import { FakeClock } from '../fakes/clock.ts';

function channel() {
  const clock = new FakeClock();
  const taken: string[] = [];
  const line = { down: false };
  const telling = retelling(
    (text) => {
      if (line.down) return Promise.reject(new Error('no way through'));
      taken.push(text);
      return Promise.resolve();
    },
    clock,
    pino({ level: 'silent' }),
  );
  return { clock, taken, line, telling };
}

test('what is taken within a minute stands as it was said, in order and once', async () => {
  const { clock, taken, line, telling } = channel();
  line.down = true;
  telling.say('First.');
  telling.say('Second.');
  await telling.tell();
  await clock.forward(59_000);
  line.down = false;
  await telling.tell();
  await telling.tell();
  expect(taken).toEqual(['First.', 'Second.']);
});

test('what waited for longer says since when it is so', async () => {
  const { clock, taken, line, telling } = channel();
  line.down = true;
  telling.say('Redis does not answer.');
  await telling.tell();
  await clock.forward(5 * 60_000);
  telling.say('The bot works again.');
  line.down = false;
  await telling.tell();
  expect(taken[0]).toMatch(
    /^Redis does not answer\. \(This was so at \d\d:\d\d:\d\d CT; it could not be told here before\.\)$/,
  );
  expect(taken[1]).toBe('The bot works again.');
});

test('of more than twenty that wait the oldest are dropped, and whoever said them is told so', async () => {
  const { taken, line, telling } = channel();
  const dropped: number[] = [];
  const told: number[] = [];
  line.down = true;
  for (let index = 0; index < 23; index += 1)
    telling.say(`Word ${index}.`, {
      told: () => told.push(index),
      dropped: () => dropped.push(index),
    });
  await telling.tell();
  expect([dropped, told]).toEqual([[0, 1, 2], []]);
  telling.say('Word 0, said anew.', { told: () => told.push(0) });
  line.down = false;
  await telling.tell();
  expect(dropped).toEqual([0, 1, 2]);
  expect(told).toEqual([...Array.from({ length: 20 }, (_, index) => index + 3), 0]);
  expect(taken.at(-1)).toBe('Word 0, said anew.');
});

test('a process stood still where it was not asked for longer than its limit, and knows when it woke', () => {
  const still = standstill(3_000);
  expect([still.notice(1_000), still.awakeSinceAt()]).toEqual([0, Number.NEGATIVE_INFINITY]);
  expect([still.notice(4_000), still.awakeSinceAt()]).toEqual([0, Number.NEGATIVE_INFINITY]);
  expect([still.notice(7_001), still.awakeSinceAt()]).toEqual([3_001, 7_001]);
  expect([still.notice(7_500), still.awakeSinceAt()]).toEqual([0, 7_001]);
});
