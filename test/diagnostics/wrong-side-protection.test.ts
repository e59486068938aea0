// Protection on the wrong side: told at once, but not of a stop that the position before had and whose end is on its way.
import { describe, expect, it } from 'vitest';
import diagnostic from '../../src/diagnostics/wrong-side-protection.ts';
import type { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { askedOf } from '../fakes/asked.ts';
import { anOrder, aPosition, ledgerSince } from '../fakes/trading.ts';

const t0 = Date.parse('2026-03-04T16:00:00Z');
const second = 1_000;
const turnedAt = t0 + 10 * second;

async function told(ledger: AccountLedger, now: number): Promise<string> {
  const verdict = await askedOf(diagnostic, ledger, now);
  return verdict.status === 'fail'
    ? `fail since ${((verdict.sinceAt ?? 0) - t0) / second} s`
    : verdict.status;
}

/** Long 2 with its stop, turned into short 1 ten seconds later. */
function turnedRound(between: readonly number[] = []): AccountLedger {
  const ledger = ledgerSince(t0);
  ledger.takePosition(aPosition('long', 2, t0 + second));
  ledger.takeOrder(anOrder('9', t0 + second));
  for (const at of between) ledger.takePosition(aPosition('flat', 0, at));
  ledger.takePosition(aPosition('short', 1, turnedAt));
  return ledger;
}

describe('a position that was turned round', () => {
  it('leaves the stop of the one before ten seconds to go, with or without a moment of being flat', async () => {
    for (const ledger of [turnedRound(), turnedRound([turnedAt - 100])]) {
      expect(await told(ledger, turnedAt)).toBe('pass');
      expect(await told(ledger, turnedAt + 9_900)).toBe('pass');
      expect(await told(ledger, turnedAt + 10 * second)).toBe('fail since 10 s');
    }
  });

  it('says at once that its new stop stands on the wrong side', async () => {
    const ledger = turnedRound([turnedAt - 100]);
    ledger.takeOrder(anOrder('9', t0 + second, { status: 'cancelled', receivedAt: turnedAt }));
    ledger.takeOrder(anOrder('10', turnedAt + 200));
    expect(await told(ledger, turnedAt + 300)).toBe('fail since 10.2 s');
  });
});

describe('a stop on the wrong side', () => {
  it('is told at once where no other position was before', async () => {
    const ledger = ledgerSince(t0);
    ledger.takeOrder(anOrder('9', t0 + second));
    ledger.takePosition(aPosition('short', 1, t0 + second + 100));
    expect(await told(ledger, t0 + 2 * second)).toBe('fail since 1 s');
  });

  it('is no more than a missing stop once its cancellation is under way', async () => {
    const ledger = ledgerSince(t0, { positions: [aPosition('short', 2, t0)] });
    ledger.takeOrder(anOrder('9', t0 + second, { status: 'pending-cancellation' }));
    expect(await told(ledger, t0 + 2 * second)).toBe('pass');
  });
});
