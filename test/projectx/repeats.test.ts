// A question sent again over a new connection: once, out of our share, and only where a kept connection can have been the reason.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { asking } from './asking.ts';
import { ok, startFakeGateway, type FakeGateway } from './fake-gateway.ts';

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await startFakeGateway();
});
afterEach(() => gateway.stop());

const make = () => asking(gateway.apiUrl);

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
