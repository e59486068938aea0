// One question asked of the suite that an account's ledger makes, in an open market.
import type { Diagnostic, Verdict } from '../../src/domain/diagnostic.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import type { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { viewOf } from './trading.ts';
import { fakeLogin, firstSuite } from './view.ts';

const hourMs = 3_600_000;

export async function askedOf(asked: Diagnostic, ledger: AccountLedger, now: number): Promise<Verdict> {
  const open = { kind: 'open', openedAt: now - hourMs, closesAt: now + hourMs } as const;
  return await asked.examine(firstSuite(fakeLogin(now, { suites: [{ patch: viewOf(ledger) }] })), {
    now,
    market: open,
    marketOf: () => open,
    thresholds: startThresholds,
    signal: new AbortController().signal,
  });
}
