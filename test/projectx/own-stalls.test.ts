// A process that stood still: the gateway is not called slow for it, and an answer that came meanwhile is read.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { gatewayMs } from '../../src/domain/rest-outage.ts';
import { startTuning } from '../../src/projectx/tuning.ts';
import { asking } from './asking.ts';
import { ok, startFakeGateway, until, type FakeGateway } from './fake-gateway.ts';

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await startFakeGateway();
});
afterEach(() => gateway.stop());

function make() {
  const host = { lateMs: 70_000 };
  return { host, ...asking(gateway.apiUrl, () => host) };
}

/** An answer that comes when it is let go. */
function held(): { readonly let: () => void } {
  let go = (): void => undefined;
  const gone = new Promise<void>((resolve) => {
    go = resolve;
  });
  gateway.rest['Account/search'] = () => ({ ...ok({ accounts: [] }), after: gone });
  return { let: go };
}

it('the time of a call is that of the gateway, without what we stood still meanwhile', async () => {
  const { clock, host, rest, ask } = make();
  const answer = held();
  const asked = ask();
  await until('it is asked', () => gateway.calls.length === 1);
  clock.standStill(2_800);
  host.lateMs += 2_500;
  answer.let();
  expect(await asked).toBe('answered');
  const [record] = rest.records();
  expect(record).toMatchObject({ tookMs: 2_800, ownMs: 2_500 });
  expect(record === undefined ? 0 : gatewayMs(record)).toBe(300);
});

it('an answer that waits unread behind a stall is an answer, and none after that is a time-out', async () => {
  for (const comes of [true, false]) {
    const { clock, rest, ask } = make();
    const before = gateway.calls.length;
    const answer = held();
    const asked = ask();
    await until('it is asked', () => gateway.calls.length === before + 1);
    clock.standStill(startTuning.restTimeoutMs + 3_000);
    await clock.forward(1);
    if (comes) answer.let();
    else await clock.forward(1_000);
    expect(await asked).toBe(comes ? 'answered' : 'failed');
    expect(rest.records().at(-1)?.outcome).toBe(comes ? 'ok' : 'timeout');
  }
});

it('without a stall a time-out is one at its instant', async () => {
  const { clock, rest, ask } = make();
  held();
  const asked = ask();
  await until('it is asked', () => gateway.calls.length === 1);
  await clock.forward(startTuning.restTimeoutMs);
  expect(await asked).toBe('failed');
  expect(rest.records().at(-1)).toMatchObject({ outcome: 'timeout', tookMs: startTuning.restTimeoutMs });
});
