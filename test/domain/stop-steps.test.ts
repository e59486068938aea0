// The five steps of a stop: what the host before wrote, what the gateway shows is left, and what cannot be told.
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import type { EndBefore, StopRecord } from '../../src/domain/stop-record.ts';
import { stopSteps } from '../../src/domain/stop-steps.ts';
import { anOrder } from '../fakes/trading.ts';
import { fakeLogin, firstSuite, lostHub, type FakeLogin, type FakeSuite } from '../fakes/view.ts';

const now = Date.parse('2026-03-04T16:00:00Z');
const record: StopRecord = {
  worker: 'w1',
  hostedAt: now - 3_600_000,
  why: 'the worker closes',
  beganAt: now - 60_000,
  handlersOffAt: now - 59_990,
  sockets: { user: 'closed', market: 'closed' },
  socketsAt: now - 59_950,
  releasedAt: now - 59_900,
  failures: [],
  loopsLeft: 0,
};
const letGo = (more: Partial<StopRecord> = {}): EndBefore => ({
  kind: 'let-go',
  record: { ...record, ...more },
});

function steps(before: EndBefore, suite: FakeSuite = {}, login: FakeLogin = {}) {
  const view = fakeLogin(now, { ...login, suites: [suite] });
  return stopSteps(before, firstSuite(view), now);
}
const statuses = (list: ReturnType<typeof steps>): readonly string[] => list.map(({ status }) => status);

describe('an orderly stop', () => {
  it('has five steps done, those of the host with their times', () => {
    const list = steps(letGo());
    expect(statuses(list)).toEqual(['pass', 'pass', 'pass', 'pass', 'pass']);
    expect(list.map(({ tookMs }) => tookMs)).toEqual([10, 50, undefined, 100, undefined]);
  });

  it('with a socket cut, something unreleased or a loop left fails there', () => {
    const sockets = { user: 'closed', market: 'cut' } as const;
    const list = steps(letGo({ sockets, failures: ['questions: Redis is away'], loopsLeft: 2 }));
    expect(statuses(list)).toEqual(['pass', 'fail', 'pass', 'fail', 'fail']);
    expect(list[1]?.said).toContain('market hub');
    expect(list[3]?.said).toContain('Redis is away');
  });

  it('tells working orders and never cancels them', () => {
    const orders = [anOrder('77', now, { status: 'open' }), anOrder('78', now, { status: 'suspended' })];
    const [, , left] = steps(letGo(), { patch: { orders: () => orders } });
    expect(left?.status).toBe('fail');
    expect(left?.said).toMatch(/order 77 .*order 78 .*cancels nothing/s);
    expect(left?.evidence).toHaveLength(2);
  });

  it('tells a position that stays open, with or without its stop', () => {
    const bare = steps(letGo(), { exposure: { kind: 'unprotected', side: 'long', size: 2, uncovered: 2 } });
    expect(bare[4]).toMatchObject({
      status: 'fail',
      said: expect.stringContaining('long 2, 2 of it without a stop') as string,
    });
    const covered = steps(letGo(), { exposure: { kind: 'protected', side: 'short', size: 1 } });
    expect(covered[4]).toMatchObject({
      status: 'fail',
      said: expect.stringContaining('short 1, with a stop') as string,
    });
  });
});

describe('what cannot be told', () => {
  it('of a host that vanished is its failure', () => {
    const list = steps({ kind: 'vanished', worker: 'w0', hostedAt: now - 120_000 });
    expect(statuses(list)).toEqual(['fail', 'fail', 'pass', 'fail', 'skip']);
    expect(list[0]?.said).toContain('killed, or cut off from Redis');
  });

  it.each<EndBefore>([{ kind: 'none' }, { kind: 'unread', why: 'Redis is away' }])(
    'of a host that is not known ($kind) is skipped, never passed',
    (before) => {
      expect(statuses(steps(before))).toEqual(['skip', 'skip', 'pass', 'skip', 'skip']);
    },
  );

  it('of orders that were never read, or not for long, is skipped', () => {
    const unread = steps(letGo(), { patch: { reconciledAt: undefined } });
    expect(unread[2]).toMatchObject({ status: 'skip' });
    expect(unread[4]).toMatchObject({ status: 'skip' });
    const old = { patch: { reconciledAt: now - 300_000 } };
    expect(steps(letGo(), old, { user: lostHub(now - 200_000) })[2]).toMatchObject({ status: 'skip' });
    expect(steps(letGo(), old)[2]).toMatchObject({ status: 'pass' });
  });

  it('an order in a state we do not know counts as working', () => {
    const odd = anOrder('79', now, { status: 'unknown', limitPrice: new Decimal('25000') });
    expect(steps(letGo(), { patch: { orders: () => [odd] } })[2]?.status).toBe('fail');
  });
});
