// Chaos, the short version of `npm run chaos`: a few seeded runs on real processes; nothing may be lost, doubled or left hanging.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChaosDesk } from '../../bench/chaos/desk.ts';
import { journeys } from '../../bench/chaos/journeys.ts';
import { planFrom, planOf, pointsOf } from '../../bench/chaos/plan.ts';
import { rehearse, type Steps } from '../../bench/chaos/rehearsal.ts';
import { openSeries, type Series } from '../../bench/chaos/series.ts';
import { wordsOf } from '../../bench/chaos/trap.ts';
import { built } from '../fixtures/processes.ts';
import { hasServer } from '../fixtures/real-redis.ts';

const folder = path.join(fileURLToPath(new URL('../..', import.meta.url)), 'var', 'chaos-test');
const seeds = [1, 2, 3, 4, 5];

describe.skipIf(!hasServer)('a desk on which chaos falls', () => {
  let series: Series | undefined;
  let steps: Steps;

  beforeAll(async () => {
    await built();
    const desk = await openChaosDesk();
    series = openSeries(folder, { first: desk });
    steps = await rehearse(desk, console.log, 1_000);
  }, 240_000);
  afterAll(async () => {
    await series?.close();
  }, 30_000);

  it('can be struck at twelve points of every journey and more', () => {
    for (const { name } of journeys) expect(pointsOf(steps[name] ?? {}).length).toBeGreaterThanOrEqual(12);
  });

  it('can run again whatever line it has printed', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const plan = planOf(seed, steps);
      const line = `${plan.journey}; ${plan.fault} at ${wordsOf(plan.point)}`;
      expect(planFrom(`seed ${seed}: ${line}: well after 12 ms`)).toEqual(plan);
      expect(planFrom(`- seed ${seed}, ${line}: **lost** a page: the second`)).toEqual(plan);
    }
    expect(() => planFrom('a page; a fault at nowhere, asked and not heard')).toThrow(/not a line/);
  });

  it.each(seeds)(
    'loses, doubles and hangs nothing with seed %i',
    async (seed) => {
      const plan = planOf(seed, steps);
      const outcome = await series?.play(plan);
      const where = `seed ${seed}: ${plan.journey}; ${plan.fault} at ${wordsOf(plan.point)}`;
      console.log(`${where}: ${outcome?.recoveredMs ?? 'not struck'} ms`);
      expect(outcome?.wrong, where).toEqual([]);
    },
    150_000,
  );

  it('shows nothing twice afterwards', async () => {
    expect(await series?.close()).toEqual([]);
  }, 30_000);
});
