// Bracket children that wait for an entry: they protect what it has filled, and nothing else that is held.
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import naked from '../../src/diagnostics/naked-position.ts';
import partial from '../../src/diagnostics/order-partial.ts';
import stuck from '../../src/diagnostics/order-stuck.ts';
import type { Diagnostic } from '../../src/domain/diagnostic.ts';
import type { Order } from '../../src/domain/order.ts';
import { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { askedOf } from '../fakes/asked.ts';
import { accountId, anOrder, answer, aPosition, contractId, ledgerSince } from '../fakes/trading.ts';

const t0 = Date.parse('2026-03-04T16:00:00Z');
const second = 1_000;

async function told(asked: Diagnostic, ledger: AccountLedger, now: number): Promise<string> {
  const verdict = await askedOf(asked, ledger, now);
  return verdict.status === 'skip' ? verdict.reason : `${verdict.status}: ${verdict.summary}`;
}

const entry = (more: Partial<Order> = {}): Order =>
  anOrder('50', t0, {
    type: 'limit',
    side: 'buy',
    size: 3,
    stopPrice: undefined,
    limitPrice: new Decimal('25300'),
    ...more,
  });
const child = anOrder('51', t0, { size: 3, status: 'suspended', parentOrderId: '50' });
const stop = anOrder('9', t0);

const held = (size: number, orders: readonly Order[]): AccountLedger =>
  ledgerSince(t0, { positions: [aPosition('long', size, t0)], orders });

describe('a bracket child that waits for an entry', () => {
  it('does not protect what is held beside it', async () => {
    const ledger = held(2, [entry(), child]);
    expect(ledger.exposure(contractId)).toEqual({
      kind: 'unprotected',
      side: 'long',
      size: 2,
      uncovered: 2,
    });
    expect(await told(naked, ledger, t0 + 20 * second)).toContain(
      'fail: mnq: long 2 has had no working stop',
    );
  });

  it('protects as much as its entry has filled', () => {
    const part = entry({ fillVolume: 1 });
    expect(held(1, [part, child]).exposure(contractId).kind).toBe('protected');
    expect(held(3, [part, child, stop]).exposure(contractId).kind).toBe('protected');
    expect(held(3, [part, child]).exposure(contractId)).toMatchObject({ uncovered: 2 });
  });

  it('protects nothing once its entry is gone unfilled, and is no stop that is too large', async () => {
    const gone = entry({ status: 'cancelled' });
    expect(held(2, [gone, child]).exposure(contractId)).toMatchObject({ uncovered: 2 });
    expect(await told(partial, held(2, [stop, gone, child]), t0 + 20 * second)).toMatch(/^pass/);
  });

  it('counts whole once its entry is filled, or where nobody told of that', () => {
    expect(held(3, [entry({ status: 'filled', fillVolume: 3 }), child]).exposure(contractId).kind).toBe(
      'protected',
    );
    expect(held(3, [child]).exposure(contractId).kind).toBe('protected');
  });

  it('does not make the stops too large for the position', async () => {
    expect(await told(partial, held(2, [stop, entry(), child]), t0 + 20 * second)).toMatch(/^pass/);
    expect(await told(partial, held(1, [entry({ fillVolume: 1 }), child]), t0 + 20 * second)).toMatch(
      /^pass/,
    );
    const woken = { ...child, status: 'open' as const };
    expect(await told(partial, held(1, [woken]), t0 + 20 * second)).toContain(
      'fail: mnq: working stops for 3, but the position is only long 1.',
    );
  });
});

it('a stop whose size was never told is doubt, neither protection nor its absence', () => {
  expect(held(2, [anOrder('9', t0, { size: 0 })]).exposure(contractId)).toEqual({
    kind: 'unknown',
    why: 'an order that might be its stop has an unknown status, type, side or size',
  });
  expect(held(2, [stop, anOrder('10', t0, { size: 0 })]).exposure(contractId).kind).toBe('protected');
});

it('an entry that has just been filled makes no stop too large before its position is told', async () => {
  const ledger = held(2, [stop, entry(), child]);
  const at = t0 + 40 * second;
  ledger.takeOrder(entry({ status: 'filled', fillVolume: 3, updatedAt: at, receivedAt: at }));
  expect(await told(partial, ledger, at + 20)).not.toMatch(/^fail/);
  expect(await told(partial, ledger, at + 11 * second)).toMatch(/^fail/);
});

describe('stops that are too large for the position', () => {
  const large = anOrder('9', t0, { size: 3 });
  const tooLarge = 'fail: mnq: working stops for 3, but the position is only long 2.';

  it('are told however often REST tells them again, and however a trailing stop moves', async () => {
    const ledger = held(2, [large]);
    expect(await told(partial, ledger, t0 + 5 * second)).toContain('ask again');
    for (const at of [15, 25, 35].map((seconds) => t0 + seconds * second)) {
      answer(ledger, at, { positions: [aPosition('long', 2, t0)], orders: [large] });
      ledger.takeOrder({ ...large, stopPrice: new Decimal(25400 + at - t0), updatedAt: at, receivedAt: at });
      expect(await told(partial, ledger, at + second)).toBe(tooLarge);
    }
  });

  it('are explained by an entry of this position that was filled in part, and by no other order', async () => {
    const part = { size: 3, fillVolume: 2, status: 'cancelled' } as const;
    const now = t0 + 20 * second;
    const before = entry({ ...part, updatedAt: t0 - second, receivedAt: t0 - second });
    expect(await told(partial, held(2, [large, before]), now)).toBe(tooLarge);
    expect(await told(partial, held(2, [large, entry({ ...part, side: 'sell' })]), now)).toBe(tooLarge);
    expect(await told(partial, held(2, [large, entry(part)]), now)).toContain('was filled for only 2');
  });

  it('are none while the rest of the entry works and would fill before them', async () => {
    const part = (more: Partial<Order> = {}): Order =>
      entry({ fillVolume: 2, limitPrice: new Decimal('25405'), ...more });
    const now = t0 + 20 * second;
    expect(await told(partial, held(2, [large, part()]), now)).toMatch(/^pass: .*still to come of its entry/);
    const tooFar = entry({ limitPrice: new Decimal('25395') });
    expect(await told(partial, held(2, [large, tooFar]), now)).toBe(tooLarge);
    const atStop = entry({ type: 'stop', limitPrice: undefined, stopPrice: new Decimal('25500') });
    expect(await told(partial, held(2, [large, atStop]), now)).toBe(tooLarge);
    const four = anOrder('9', t0, { size: 4 });
    expect(await told(partial, held(2, [four, part()]), now)).toMatch(/^fail/);
  });

  it('are told a moment after the rest of the entry was cancelled', async () => {
    const part = entry({ fillVolume: 2, limitPrice: new Decimal('25405') });
    const ledger = held(2, [large, part]);
    const at = t0 + 60 * second;
    ledger.takeOrder({ ...part, status: 'cancelled', updatedAt: at, receivedAt: at });
    expect(await told(partial, ledger, at + 5 * second)).toContain('ask again');
    expect(await told(partial, ledger, at + 11 * second)).toContain('was filled for only 2');
  });

  it('are told of REST alone once a second answer shows them too', async () => {
    const ledger = new AccountLedger(accountId);
    const both = { positions: [aPosition('long', 2, t0)], orders: [large] };
    answer(ledger, t0, both);
    expect(await told(partial, ledger, t0 + 12 * second)).toContain('ask again');
    answer(ledger, t0 + 15 * second, both);
    expect(await told(partial, ledger, t0 + 15 * second)).toBe(tooLarge);
  });
});

it('an order that REST alone once found pending hangs only where the next answer still has it so', async () => {
  const pending = anOrder('9', t0, { status: 'pending' });
  const ledger = new AccountLedger(accountId);
  answer(ledger, t0, { orders: [pending] });
  expect(await told(stuck, ledger, t0 + 12 * second)).toMatch(/^pass/);
  answer(ledger, t0 + 15 * second, { orders: [pending] });
  expect(await told(stuck, ledger, t0 + 16 * second)).toContain('has been pending for 16 s');
});
