// Ten thousand seeded interleavings: no page lost, none doubled, nobody called who has it, every story whole.
import fc from 'fast-check';
import { it } from 'vitest';
import { check, play, step } from '../fixtures/interleavings.ts';

it('keep every promise', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
      check(await play(steps));
    }),
    {
      numRuns: Number(process.env['INTERLEAVINGS'] ?? 10_000),
      seed: Number(process.env['SEED'] ?? 20_261_126),
    },
  );
}, 600_000);
