// How soon a fill is known that the hub never told, with one account and with three, and what that costs of our share; on the virtual clock.
import { describe, expect, it } from 'vitest';
import { virtually } from '../../bench/virtual/virtually.ts';
import { systemClock } from '../../src/clock.ts';
import type { SuiteSpec } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { startGateway } from '../../src/local/gateway/gateway.ts';
import { makeLog } from '../../src/log.ts';
import { openLogin } from '../../src/projectx/live-login.ts';
import { aSuite, loginTo } from '../fixtures/login-spec.ts';

const s = 1000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Run {
  /** From each fill until its position was known, ms. */
  readonly knownMs: readonly number[];
  /** Whether it was ever seen without the stop it was opened with. */
  readonly naked: boolean;
  /** Most of our requests in any window, and calls that were put off. */
  readonly used: number;
  readonly withheld: number;
  /** Longest time between two readings of everything of an account, ms. */
  readonly unreadMs: number;
}

async function openDesk(accounts: number, observe: SuiteSpec['observe'] = 'direct') {
  const names = Array.from({ length: accounts }, (_, index) => `PRAC-V2-${index + 1}`);
  const gateway = await startGateway({
    trader: 'off',
    eventsPerSecond: 2,
    accounts: names.map((name, index) => ({
      id: 901 + index,
      name,
      balanceCents: 5_000_000,
      brackets: 'auto-oco',
    })),
  });
  const login = openLogin({
    spec: loginTo(
      gateway,
      names.map((account) => aSuite({ name: account, account, depth: false, observe })),
    ),
    apiKey: gateway.apiKey,
    worker: 'w1',
    clock: systemClock,
    log: makeLog('silent'),
    thresholds: startThresholds,
  });
  login.start();
  return { names, gateway, login };
}

/** So many accounts, a dead user feed, and an entry with its stop on one of them, again and again. */
async function run(accounts: number, entries: number, quietMs: number): Promise<Run> {
  return await virtually({ startAt: Date.UTC(2026, 10, 18, 15) }, async () => {
    const { names, gateway, login } = await openDesk(accounts);
    let [used, withheld, naked, unreadMs] = [0, 0, false, 0];
    const look = async (ms: number): Promise<void> => {
      await pause(ms);
      const { meter, suites } = login.view();
      used = Math.max(used, meter.used);
      withheld = Math.max(withheld, meter.withheld);
      naked ||= suites.some(({ exposure }) => exposure.kind === 'unprotected');
      for (const { reconciledAt } of suites)
        unreadMs = Math.max(unreadMs, Date.now() - (reconciledAt ?? Date.now()));
    };
    for (let spent = 0; spent < quietMs; spent += s) await look(s);
    gateway.faults.inject({ fault: 'F4', hub: 'user' });
    const knownMs: number[] = [];
    for (let entry = 0; entry < entries; entry += 1) {
      const account = names[entry % accounts] ?? '';
      const order = async (method: string, body: object): Promise<void> => {
        const answer = await fetch(`${gateway.url}/sim/position`, {
          method,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ account, ...body }),
        });
        if (!answer.ok) throw new Error(await answer.text());
      };
      const size = (): number =>
        login.view().suites.find(({ spec }) => spec.name === account)?.position?.size ?? 0;
      await order('POST', { contract: 'MNQ', side: 'long', size: 2, protected: true });
      const filledAt = Date.now();
      while (size() !== 2 && Date.now() - filledAt < 120 * s) await look(100);
      knownMs.push(Date.now() - filledAt);
      await order('DELETE', {});
      // Entries must not keep step with what we ask.
      for (let second = 0; second < 83 + 7 * entry; second += 1) await look(s);
    }
    await login.close();
    await gateway.stop();
    return { knownMs, naked, used, withheld, unreadMs };
  });
}

describe('a fill that the hub never told', () => {
  it.each([
    [1, 10 * s],
    [3, 20 * s],
  ])('with %i account(s) is known within %i ms, and not without its stop', async (accounts, withinMs) => {
    for (const quietMs of [95, 124, 158, 203].map((seconds) => seconds * s)) {
      const { knownMs, naked, used, withheld } = await run(accounts, 1, quietMs);
      expect(Math.max(...knownMs), `after ${quietMs} ms`).toBeLessThanOrEqual(withinMs);
      expect([naked, withheld]).toEqual([false, 0]);
      expect(used).toBeLessThanOrEqual(20);
    }
  });

  it('again and again costs no more than a tenth of the allowance, and nothing is left unread for long', async () => {
    const { knownMs, naked, used, unreadMs } = await run(3, 6, 60 * s);
    expect(Math.max(...knownMs)).toBeLessThanOrEqual(40 * s);
    expect(naked).toBe(false);
    expect(used).toBeLessThanOrEqual(20);
    expect(unreadMs).toBeLessThanOrEqual(240 * s);
  });
});

/** The user hub is cut again and again, at any moment of the polling, and people ask for diagnoses meanwhile. */
async function cuts(accounts: number, pings: number): Promise<{ provenMs: number[]; used: number }> {
  return await virtually({ startAt: Date.UTC(2026, 10, 18, 15) }, async () => {
    const { gateway, login } = await openDesk(accounts);
    await pause(95 * s);
    const provenMs: number[] = [];
    let used = 0;
    for (let cut = 0; cut < 8; cut += 1) {
      for (let ping = 0; ping < pings; ping += 1) {
        await login.view().reads.ping(AbortSignal.timeout(5 * s));
        await pause(3 * s);
      }
      const { connections } = login.view().hubs.user;
      gateway.faults.inject({ fault: 'F1', hub: 'user' });
      const cutAt = Date.now();
      const isBack = (): boolean => {
        const { proven, connections: now } = login.view().hubs.user;
        return proven && now.length > connections.length;
      };
      while (!isBack() && Date.now() - cutAt < 120 * s) {
        await pause(50);
        used = Math.max(used, login.view().meter.used);
      }
      provenMs.push(Date.now() - cutAt);
      await pause((150 + 7 * cut) * s);
    }
    await login.close();
    await gateway.stop();
    return { provenMs, used };
  });
}

describe('what a user hub missed while it was away', () => {
  it.each([
    [1, 5 * s],
    [2, 35 * s],
    [3, 45 * s],
  ])(
    'with %i account(s) is known within %i ms of any cut, however much of our share is spent',
    async (accounts, withinMs) => {
      const { provenMs, used } = await cuts(accounts, 4);
      expect(Math.max(...provenMs)).toBeLessThanOrEqual(withinMs);
      expect(used).toBeLessThanOrEqual(20);
    },
  );
});

/** Positions with their brackets are closed on every account, and no hub tells what became of the orders. */
async function untoldEnds(accounts: number): Promise<{ knownMs: number; used: number; unreadMs: number }> {
  return await virtually({ startAt: Date.UTC(2026, 10, 18, 15) }, async () => {
    const { names, gateway, login } = await openDesk(accounts, 'rest');
    const position = async (method: string, account: string, body: object): Promise<void> => {
      await fetch(`${gateway.url}/sim/position`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ account, ...body }),
      });
    };
    let [used, unreadMs] = [0, 0];
    const look = async (): Promise<void> => {
      await pause(s);
      const { meter, suites } = login.view();
      used = Math.max(used, meter.used);
      for (const { reconciledAt } of suites)
        unreadMs = Math.max(unreadMs, Date.now() - (reconciledAt ?? Date.now()));
    };
    await pause(95 * s);
    for (const name of names)
      await position('POST', name, { contract: 'MNQ', side: 'long', size: 2, protected: true });
    for (let second = 0; second < 200; second += 1) await look();
    for (const name of names) await position('DELETE', name, {});
    const closedAt = Date.now();
    const areKnown = (): boolean =>
      login.view().suites.every((suite) => suite.orders().some(({ status }) => status === 'cancelled'));
    while (!areKnown() && Date.now() - closedAt < 300 * s) await look();
    const knownMs = Date.now() - closedAt;
    for (let second = 0; second < 100; second += 1) await look();
    await login.close();
    await gateway.stop();
    return { knownMs, used, unreadMs };
  });
}

describe('how an order ended that is listed no more', () => {
  it.each([
    [1, 60 * s],
    [3, 180 * s],
    [5, 240 * s],
  ])('with %i account(s) is known within %i ms, beside looks and readings', async (accounts, withinMs) => {
    const { knownMs, used, unreadMs } = await untoldEnds(accounts);
    expect(knownMs).toBeLessThanOrEqual(withinMs);
    expect(used).toBeLessThanOrEqual(20);
    expect(unreadMs).toBeLessThanOrEqual(300 * s);
  });
});
