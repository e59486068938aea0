// What the gateway's own words about a refused order mean, in one sentence.
import { expect, it } from 'vitest';
import { refusalMeaning } from '../../src/domain/refusals.ts';
import { anOrder } from '../fakes/trading.ts';

const now = Date.UTC(2026, 10, 18, 15);
const context = {
  market: { kind: 'open', openedAt: 0, closesAt: now + 3_600_000 },
  account: undefined,
  contract: undefined,
} as const;
const meaning = (words: string): string =>
  refusalMeaning(anOrder('1', now, { status: 'rejected', words }), context);

it.each([
  ['Invalid stop loss ticks (-3). Ticks should be at least 4 away.', /at least 4 ticks/],
  ['Bracket ticks should be at least 4 away.', /at least 4 ticks/],
  ['Invalid stop loss ticks (40). Ticks should be less than zero when longing.', /signed from the fill/],
  ['Brackets cannot be used with Position Brackets.', /Position Brackets mode/],
  ['Order would exceed buying power', /enough funds/],
  ['Quux', /does not know this refusal/],
])('%s', (words, expected) => {
  expect(meaning(words)).toMatch(expected);
});
