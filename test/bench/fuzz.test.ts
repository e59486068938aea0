// A short run of the fuzzing: what no gateway, person, file or process should send is taken without a crash, and what is right after it is seen.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { grounds } from '../../bench/fuzz/grounds.ts';
import { watchProcess } from '../../bench/fuzz/ground.ts';

let stop: () => void;
beforeAll(() => {
  stop = watchProcess();
});
afterAll(() => {
  stop();
});

it.each(grounds)(
  '$name: five hundred cases, and life goes on',
  async (ground) => {
    const { cases } = await ground.run(500, 7);
    expect(cases).toBe(500);
  },
  60_000,
);
