// One reading of an account: in an order in which no position can hold a fill that is not told with it.
import { expect, it } from 'vitest';
import { reconciliation } from '../../src/projectx/reconciliation.ts';
import type { Raw } from '../../src/projectx/wire-values.ts';

it('asks for fills only once the positions were told, and for orders meanwhile', async () => {
  const asked: string[] = [];
  const answers = new Map<string, (payload: Raw) => void>();
  const ask = (path: string): Promise<Raw> => {
    asked.push(path);
    return new Promise((resolve) => answers.set(path, resolve));
  };
  const reading = reconciliation(
    () => 0,
    () => undefined,
  ).ask(901, 0, ask);
  expect(asked).toEqual(['Position/searchOpen', 'Order/v2/query']);
  answers.get('Position/searchOpen')?.({ positions: [] });
  answers.get('Order/v2/query')?.({ orders: [], totalCount: 0 });
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked.at(-1)).toBe('Trade/search');
  answers.get('Trade/search')?.({ trades: [] });
  expect(await reading).toMatchObject({ positions: [], orders: [], fills: [] });
});
