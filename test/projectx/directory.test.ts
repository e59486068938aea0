// Which contract an instrument means, also where a gateway does not say which are active.
import { expect, it } from 'vitest';
import { pickContract } from '../../src/projectx/directory.ts';
import { toContract } from '../../src/projectx/wire-market.ts';
import { mnq } from './fake-gateway.ts';

const now = Date.UTC(2026, 10, 18, 15);
/** MNQ of that month and year, as the gateway tells it. */
const contract = (month: string, active?: boolean) =>
  toContract(
    { ...mnq, id: `CON.F.US.MNQ.${month}`, name: `MNQ${month}`, activeContract: active },
    () => undefined,
  ) ?? expect.unreachable('a contract that cannot be read');
const picked = (...contracts: ReturnType<typeof contract>[]) =>
  pickContract(contracts, 'MNQ', now)?.id.slice(-3);

it('where nothing is said of any, the nearest that has not expired is meant, and it counts as active', () => {
  expect(picked(contract('H27'), contract('U26'), contract('Z26'), contract('M27'))).toBe('Z26');
  expect(contract('Z26').activeContract).toBe(true);
});

it('one that is said to be active goes before those of which nothing is said', () => {
  expect(picked(contract('Z26'), contract('H27', true))).toBe('H27');
});

it('the nearest of several active ones is meant, and the last where none is', () => {
  expect(picked(contract('H27', true), contract('Z26', true))).toBe('Z26');
  expect(picked(contract('U26', false), contract('Z26', false))).toBe('Z26');
});
