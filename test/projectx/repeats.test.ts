// A question sent again over a new connection: once, out of our share, and only where a kept connection can have been the reason.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Meter } from '../../src/projectx/meter.ts';
import { GatewayRest } from '../../src/projectx/rest.ts';
import { startTuning } from '../../src/projectx/tuning.ts';
import { FakeClock } from '../fakes/clock.ts';
import { ok, startFakeGateway, type FakeGateway } from './fake-gateway.ts';

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await startFakeGateway();
});
afterEach(() => gateway.stop());

function make() {
  const clock = new FakeClock(Date.now());
  const meter = new Meter(clock, startTuning);
  const rest = new GatewayRest({ apiUrl: gateway.apiUrl, clock, meter, tuning: startTuning });
  const token = () => Promise.resolve('a-token');
  const nothing = (): void => undefined;
  const bearer = { expiresAt: undefined, token, replace: token, accepted: nothing, refusedAnew: nothing };
  const ask = () =>
    rest.read('Account/search', {}, { bearer, purpose: 'polling' }).then(
      () => 'answered',
      () => 'failed',
    );
  return { meter, ask };
}

/** The socket dies once the question was read, as behind a proxy whose server is gone. */
function cutting(times = Number.POSITIVE_INFINITY): void {
  let cuts = 0;
  gateway.rest['Account/search'] = (_body, request) => {
    cuts += 1;
    if (cuts > times) return ok({ accounts: [] });
    request.socket.destroy();
    return { hang: true };
  };
}

it('a connection that was closed behind our back costs two of our requests and no answer', async () => {
  const { meter, ask } = make();
  expect(await ask()).toBe('answered');
  cutting(1);
  expect(await ask()).toBe('answered');
  expect(gateway.calls).toHaveLength(3);
  expect(meter.view().used).toBe(3);
});

it('a gateway that cuts every connection is asked no more often than the meter counts', async () => {
  const { meter, ask } = make();
  await ask();
  cutting();
  for (let asked = 0; asked < 30; asked += 1) expect(await ask()).toBe('failed');
  expect(gateway.calls.length).toBe(meter.view().used);
  expect(gateway.calls.length).toBeLessThanOrEqual(meter.view().share);
});
