// A small share of the million generated ticks, bars and order stories, so that the large one cannot rot.
import { expect, it } from 'vitest';
import { checkBars, checkTicks } from '../../bench/properties/market.ts';
import { checkStories } from '../../bench/properties/stories.ts';
import { loadDiagnostics } from '../../src/catalogue.ts';

const seed = 20_261_126;

it('every seeded defect of ticks and bars is found, and nothing on a clean market', () => {
  expect(checkTicks(60, 400, seed)).toBe(24_000);
  expect(checkBars(200, 60, seed)).toBe(12_000);
});

it('order stories that go well are no finding in whatever order they are told, and each trouble has its name', async () => {
  expect(await checkStories(80, seed, await loadDiagnostics())).toBeGreaterThan(600);
});
