// Orders, fills and positions: each trouble has its own label after the time the reference gives it, and a trade that goes well has none.
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { loadDiagnostics } from '../../src/catalogue.ts';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { Finding } from '../../src/domain/report.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { examine } from '../../src/flows/examine.ts';
import type { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { FakeClock } from '../fakes/clock.ts';
import { aFill, anOrder, answer, aPosition, ledgerSince, viewOf } from '../fakes/trading.ts';
import { fakeLogin, lostHub, type FakeLogin, type FakeSuite } from '../fakes/view.ts';

const diagnostics = (await loadDiagnostics()).filter(({ topics }) =>
  topics?.some((topic) => topic === 'orders' || topic === 'positions'),
);
/** A Wednesday, 10:00 in Chicago. */
const t0 = Date.parse('2026-03-04T16:00:00Z');
const second = 1_000;
const open: MarketPhase = { kind: 'open', openedAt: t0 - 3_600_000, closesAt: t0 + 6 * 3_600_000 };

async function findings(
  ledger: AccountLedger,
  now: number,
  suite: FakeSuite = {},
  login: FakeLogin = {},
): Promise<readonly Finding[]> {
  const view = fakeLogin(now, {
    ...login,
    suites: [{ ...suite, patch: { ...viewOf(ledger), ...suite.patch } }],
  });
  const report = await examine({
    login: view,
    suites: [],
    diagnostics: await loadDiagnostics(),
    wanted: diagnostics.map(({ name }) => name),
    clock: new FakeClock(now),
    market: () => open,
    thresholds: startThresholds,
    signal: new AbortController().signal,
    deadlineMs: 5_000,
  });
  return report.findings;
}

async function labels(...given: Parameters<typeof findings>): Promise<readonly string[]> {
  return (await findings(...given)).flatMap(({ label, status, consequenceOf }) =>
    label === undefined || consequenceOf !== undefined ? [] : [`${status} ${label}`],
  );
}

const stop = (more: Parameters<typeof anOrder>[2] = {}) => anOrder('9', t0, more);

describe('a position', () => {
  it('covered by its stop, by two that add up, or by a waiting bracket child, is well', async () => {
    const covers = [
      [stop()],
      [stop({ size: 1 }), anOrder('10', t0, { size: 1, type: 'trailing-stop' })],
      [stop({ status: 'suspended', parentOrderId: '1' })],
    ];
    for (const orders of covers) {
      const ledger = ledgerSince(t0, { positions: [aPosition('long', 2, t0)], orders });
      expect(await labels(ledger, t0 + 60 * second)).toEqual([]);
    }
  });

  it('without a stop is warned of at once and fails after ten seconds, critical from the first moment', async () => {
    const ledger = ledgerSince(t0);
    ledger.takePosition(aPosition('long', 2, t0 + second));
    expect(await labels(ledger, t0 + 2 * second)).toEqual(['warn naked-position']);
    expect(await labels(ledger, t0 + 11 * second)).toEqual(['fail naked-position']);
    const [finding] = await findings(ledger, t0 + 11 * second);
    expect(finding).toMatchObject({
      severity: 'critical',
      summary: 'mnq: long 2 has had no working stop for 10 s.',
    });
  });

  it('covered in part says how much is not', async () => {
    const ledger = ledgerSince(t0, { positions: [aPosition('long', 3, t0)], orders: [stop()] });
    const [finding] = await findings(ledger, t0 + 20 * second);
    expect(finding?.summary).toContain('1 of long 3 has had no working stop');
  });

  it('counts from the moment its stop went', async () => {
    const ledger = ledgerSince(t0, { positions: [aPosition('long', 2, t0)], orders: [stop()] });
    ledger.takeOrder(
      stop({ status: 'cancelled', updatedAt: t0 + 60 * second, receivedAt: t0 + 60 * second }),
    );
    expect(await labels(ledger, t0 + 65 * second)).toEqual(['warn naked-position']);
    expect(await labels(ledger, t0 + 70 * second)).toEqual(['fail naked-position']);
  });

  it('whose stop stands on its own side has one cause, and the missing stop is its consequence', async () => {
    const ledger = ledgerSince(t0, {
      positions: [aPosition('long', 2, t0)],
      orders: [stop({ side: 'buy' })],
    });
    const all = await findings(ledger, t0 + 20 * second);
    expect(all[0]).toMatchObject({ label: 'wrong-side-protection', consequences: ['naked-position'] });
    expect(await labels(ledger, t0 + 20 * second)).toEqual(['fail wrong-side-protection']);
  });

  it('that is covered may have a stop entry on its own side', async () => {
    const orders = [stop(), anOrder('10', t0, { side: 'buy', stopPrice: new Decimal('25500') })];
    const ledger = ledgerSince(t0, { positions: [aPosition('long', 2, t0)], orders });
    expect(await labels(ledger, t0 + 60 * second)).toEqual([]);
  });

  it('whose stop was rejected is told by the rejection', async () => {
    const ledger = ledgerSince(t0, { positions: [aPosition('long', 2, t0)] });
    ledger.takeOrder(
      stop({
        status: 'rejected',
        updatedAt: t0 + second,
        receivedAt: t0 + second,
        words: 'Invalid stop price',
      }),
    );
    const all = await findings(ledger, t0 + 15 * second);
    expect(all[0]).toMatchObject({ label: 'protection-rejected', consequences: ['naked-position'] });
    expect(all[0]?.summary).toContain('“Invalid stop price”');
    expect(all[0]?.evidence[0]?.value).toContain('wrong side of the market');
  });

  it('is not judged where the account or its orders were never read', async () => {
    const ledger = ledgerSince(t0);
    const all = await findings(ledger, t0 + second, { patch: { reconciledAt: undefined } });
    expect(all.filter(({ status }) => status === 'pass').map(({ diagnostic }) => diagnostic)).toEqual([
      'account-permission',
    ]);
  });
});

describe('an order left behind', () => {
  /** Short 15 with stop and target placed by themselves; the stop fills, the target stays (reference 4.5). */
  function accident(): AccountLedger {
    const ledger = ledgerSince(t0);
    ledger.takePosition(aPosition('short', 15, t0 + second));
    ledger.takeOrder(anOrder('20', t0 + 1_100, { side: 'buy', size: 15 }));
    ledger.takeOrder(
      anOrder('21', t0 + 1_200, {
        side: 'buy',
        size: 15,
        type: 'limit',
        stopPrice: undefined,
        limitPrice: new Decimal('25300'),
      }),
    );
    ledger.takeOrder(
      anOrder('20', t0 + 1_100, {
        side: 'buy',
        size: 15,
        status: 'filled',
        fillVolume: 15,
        updatedAt: t0 + 1_400,
        receivedAt: t0 + 1_400,
      }),
    );
    ledger.takeFill(aFill('31', t0 + 1_400, { orderId: '20', size: 15 }));
    ledger.takePosition(aPosition('short', 0, t0 + 1_410, { side: 'flat' }));
    return ledger;
  }

  it('is told ten seconds after the first flat event, three minutes before it fills', async () => {
    expect(await labels(accident(), t0 + 11 * second)).toEqual([]);
    expect(await labels(accident(), t0 + 11_500)).toEqual(['fail orphan-order']);
    const [finding] = await findings(accident(), t0 + 12 * second);
    expect(finding?.summary).toMatch(/mnq is flat, but buy limit 15 @ 25300 has been left working for 10 s/);
  });

  it('that fills is a position without a stop', async () => {
    const ledger = accident();
    ledger.takePosition(aPosition('long', 15, t0 + 203 * second));
    ledger.takeOrder(
      anOrder('21', t0, {
        side: 'buy',
        size: 15,
        status: 'filled',
        fillVolume: 15,
        updatedAt: t0 + 203 * second,
        receivedAt: t0 + 203 * second,
      }),
    );
    ledger.takeFill(aFill('32', t0 + 203 * second, { orderId: '21', size: 15 }));
    expect(await labels(ledger, t0 + 214 * second)).toEqual(['fail naked-position']);
  });

  it('is no entry that waits for its price while flat', async () => {
    const entry = anOrder('40', t0 + 30 * second, { side: 'buy', receivedAt: t0 + 30 * second });
    const ledger = accident();
    ledger.takeOrder(
      anOrder('21', t0, {
        side: 'buy',
        size: 15,
        status: 'cancelled',
        updatedAt: t0 + 2 * second,
        receivedAt: t0 + 2 * second,
      }),
    );
    ledger.takeOrder(entry);
    expect(await labels(ledger, t0 + 90 * second)).toEqual([]);
  });

  it('is a bracket child whose parent is gone, but none whose parent still works', async () => {
    const parent = anOrder('50', t0, {
      type: 'limit',
      side: 'buy',
      stopPrice: undefined,
      limitPrice: new Decimal('25000'),
    });
    const child = stop({ status: 'suspended', parentOrderId: '50' });
    expect(await labels(ledgerSince(t0, { orders: [parent, child] }), t0 + 60 * second)).toEqual([]);
    expect(await labels(ledgerSince(t0, { orders: [child] }), t0 + 60 * second)).toEqual([
      'fail orphan-order',
    ]);
  });
});

describe('an order', () => {
  it('pending for ten seconds is warned of, for a minute fails, counted from when it became so', async () => {
    const ledger = ledgerSince(t0);
    ledger.takeOrder(anOrder('9', t0, { status: 'pending' }));
    ledger.takeOrder(
      anOrder('9', t0, { status: 'pending', receivedAt: t0 + 50 * second, updatedAt: t0 + 50 * second }),
    );
    expect(await labels(ledger, t0 + 9 * second)).toEqual([]);
    expect(await labels(ledger, t0 + 12 * second)).toEqual(['warn order-stuck']);
    expect(await labels(ledger, t0 + 61 * second)).toEqual(['fail order-stuck']);
  });

  it('sent twice within a client’s time-out is told, but not two that a tag tells apart, nor an entry after an exit', async () => {
    const market = {
      type: 'market' as const,
      side: 'buy' as const,
      stopPrice: undefined,
      status: 'filled' as const,
      fillVolume: 2,
    };
    const twice = (more: Parameters<typeof anOrder>[2] = {}) => {
      const ledger = ledgerSince(t0, { positions: [aPosition('long', 4, t0)], orders: [stop({ size: 4 })] });
      ledger.takeOrder(
        anOrder('1', t0, { ...market, customTag: more.customTag === undefined ? undefined : 'a' }),
      );
      ledger.takeOrder(anOrder('2', t0 + 31 * second, { ...market, receivedAt: t0 + 31 * second, ...more }));
      for (const id of ['1', '2']) ledger.takeFill(aFill(`${id}0`, t0 + 31 * second, { orderId: id }));
      return ledger;
    };
    expect(await labels(twice(), t0 + 40 * second)).toEqual(['warn duplicate-order']);
    expect(await labels(twice({ customTag: 'b' }), t0 + 40 * second)).toEqual([]);
    expect(await labels(twice({ createdAt: t0 + 50 * second }), t0 + 60 * second)).toEqual([]);
    const turned = twice();
    turned.takeFill(aFill('15', t0 + 20 * second, { orderId: '3', side: 'sell' }));
    expect(await labels(turned, t0 + 40 * second)).toEqual([]);
  });

  it('rejected is told for five minutes with what it probably means', async () => {
    const ledger = ledgerSince(t0);
    ledger.takeOrder(anOrder('9', t0, { status: 'rejected' }));
    expect(await labels(ledger, t0 + 60 * second)).toEqual(['warn order-rejected']);
    expect(await labels(ledger, t0 + 301 * second)).toEqual([]);
  });

  it('filled worse than its limit is told', async () => {
    const ledger = ledgerSince(t0);
    const limit = {
      type: 'limit' as const,
      side: 'buy' as const,
      stopPrice: undefined,
      limitPrice: new Decimal('25410'),
    };
    ledger.takeOrder(anOrder('1', t0, { ...limit, status: 'filled', fillVolume: 2 }));
    ledger.takeFill(aFill('10', t0, { price: new Decimal('25410.25') }));
    expect(await labels(ledger, t0 + second)).toEqual(['fail fill-worse-than-limit']);
  });

  it('filled in part and then cancelled, with the bracket of the whole, is told', async () => {
    const ledger = ledgerSince(t0);
    ledger.takePosition(aPosition('long', 1, t0));
    ledger.takeOrder(anOrder('1', t0, { type: 'limit', side: 'buy', status: 'cancelled', fillVolume: 1 }));
    ledger.takeOrder(stop({ parentOrderId: '1' }));
    ledger.takeFill(aFill('10', t0, { size: 1 }));
    expect(await labels(ledger, t0 + 9 * second)).toEqual([]);
    expect(await labels(ledger, t0 + 11 * second)).toEqual(['fail protection-too-large']);
  });
});

describe('what the hub did not tell', () => {
  it('is a fill that REST knows and that no earlier answer had', async () => {
    const ledger = ledgerSince(t0);
    answer(ledger, t0 + 20 * second, {
      fills: [aFill('10', t0 + 5 * second)],
      positions: [aPosition('flat', 0, t0)],
    });
    expect(await labels(ledger, t0 + 21 * second)).toEqual([]);
    expect(await labels(ledger, t0 + 26 * second)).toEqual(['fail fill-missed']);
  });

  it('is no fill from before the subscription, found when reconciling after it', async () => {
    const ledger = ledgerSince(t0, { fills: [aFill('10', t0 - 5 * second)] });
    expect(await labels(ledger, t0 + 60 * second)).toEqual([]);
    ledger.hubLost(t0 + 90 * second);
    ledger.hubSubscribed(t0 + 100 * second);
    answer(ledger, t0 + 101 * second, { fills: [aFill('11', t0 + 90 * second)] });
    answer(ledger, t0 + 121 * second);
    expect(await labels(ledger, t0 + 140 * second)).toEqual([]);
  });

  it('and then told all the same, late, is well', async () => {
    const ledger = ledgerSince(t0);
    answer(ledger, t0 + 20 * second, { fills: [aFill('10', t0 + 5 * second)] });
    ledger.takeFill(aFill('10', t0 + 5 * second, { receivedAt: t0 + 27 * second }));
    expect(await labels(ledger, t0 + 30 * second)).toEqual([]);
    expect(JSON.stringify(await findings(ledger, t0 + 30 * second))).toContain(': 1 fill agrees.');
  });

  it('with a position that it should have made is one trouble: the drift is its consequence', async () => {
    const ledger = ledgerSince(t0);
    const told = {
      positions: [aPosition('long', 2, t0)],
      orders: [stop()],
      fills: [aFill('10', t0 + 5 * second)],
    };
    answer(ledger, t0 + 20 * second, told);
    answer(ledger, t0 + 25 * second, told);
    const all = await findings(ledger, t0 + 27 * second);
    expect(all[0]).toMatchObject({ label: 'fill-missed', consequences: ['position-drift'] });
    expect(await labels(ledger, t0 + 27 * second)).toEqual(['fail fill-missed']);
  });

  it('about the position alone is a drift after five seconds, and over when the hub says the same', async () => {
    const ledger = ledgerSince(t0);
    const told = { positions: [aPosition('long', 2, t0)], orders: [stop()] };
    answer(ledger, t0 + 20 * second, told);
    expect(await labels(ledger, t0 + 24 * second)).toEqual([]);
    expect(await labels(ledger, t0 + 26 * second)).toEqual(['fail position-drift']);
    ledger.takePosition(aPosition('long', 2, t0 + 27 * second));
    expect(await labels(ledger, t0 + 28 * second)).toEqual([]);
  });

  it('is not judged while an answer crosses an event', async () => {
    const ledger = ledgerSince(t0);
    ledger.takePosition(aPosition('long', 2, t0 + 20 * second + 5));
    ledger.takeOrder(stop({ receivedAt: t0 + 20 * second + 6 }));
    answer(ledger, t0 + 20 * second);
    expect(ledger.position('CON.F.US.MNQ.Z25')?.size).toBe(2);
    expect(await labels(ledger, t0 + 40 * second)).toEqual([]);
  });

  it('is unknown while the user hub is down, and said so', async () => {
    const ledger = ledgerSince(t0);
    const all = await findings(ledger, t0 + 60 * second, {}, { user: lostHub(t0 + 30 * second) });
    for (const name of ['fill-missed', 'position-drift']) {
      const finding = all.find(({ diagnostic }) => diagnostic === name);
      expect(finding).toMatchObject({ status: 'skip', consequenceOf: 'hub-connection' });
    }
  });
});

describe('the account', () => {
  it('that may not trade is a warning when flat and fails with a position', async () => {
    const account = { ...fakeLogin(t0).suites[0]?.account, canTrade: false } as never;
    expect(await labels(ledgerSince(t0), t0, { patch: { account } })).toEqual(['warn account-locked']);
    const held = ledgerSince(t0, { positions: [aPosition('long', 2, t0)], orders: [stop()] });
    expect(await labels(held, t0, { patch: { account } })).toEqual(['fail account-locked']);
  });
});

describe('the end of the day', () => {
  const held = (at: number) =>
    ledgerSince(at, { positions: [aPosition('long', 2, at)], orders: [anOrder('9', at)] });

  it.each([
    [
      'winter',
      '2026-03-04T21:04:59Z',
      '2026-03-04T21:05:00Z',
      '2026-03-04T21:10:00Z',
      '2026-03-04T23:00:00Z',
    ],
    [
      'summer',
      '2026-03-11T20:04:59Z',
      '2026-03-11T20:05:00Z',
      '2026-03-11T20:10:00Z',
      '2026-03-11T22:00:00Z',
    ],
  ])('warns of a position at 15:05 CT and fails at 15:10 in %s', async (_, before, soon, over, next) => {
    const at = (iso: string) => labels(held(Date.parse(iso) - second), Date.parse(iso));
    expect(await at(before)).toEqual([]);
    expect(await at(soon)).toEqual(['warn open-towards-close']);
    expect(await at(over)).toEqual(['fail open-towards-close']);
    expect(await at(next)).toEqual([]);
  });

  it('asks nothing of a suite that is flat', async () => {
    expect(await labels(ledgerSince(t0), Date.parse('2026-03-04T21:12:00Z'))).toEqual([]);
  });
});
