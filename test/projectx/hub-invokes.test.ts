// Invocations of a hub are timed, one harmless one is repeated where nothing else is invoked, and a missing completion counts once.
import { expect, it } from 'vitest';
import { HubInvokes } from '../../src/projectx/hub-invokes.ts';
import { startTuning } from '../../src/projectx/tuning.ts';
import { FakeClock } from '../fakes/clock.ts';

interface Call {
  readonly method: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function stage() {
  const clock = new FakeClock();
  const took: (number | undefined)[] = [];
  const calls: Call[] = [];
  const invokes = new HubInvokes({ clock, tuning: startTuning, took: (ms) => took.push(ms) });
  const send = (method: string): Promise<void> =>
    new Promise((resolve, reject) => calls.push({ method, resolve, reject }));
  return { clock, took, calls, invokes, invoke: invokes.connected(send) };
}

it('times what is invoked, and probes a minute later, once at a time', async () => {
  const { clock, took, calls, invokes, invoke } = stage();
  const done = invoke('SubscribeOrders', [901]);
  await clock.forward(40);
  calls[0]?.resolve();
  await done;
  expect(took).toEqual([40]);
  await clock.forward(30_000);
  invokes.tick('SubscribeAccounts');
  expect(calls).toHaveLength(1);
  await clock.forward(31_000);
  invokes.tick('SubscribeAccounts');
  invokes.tick('SubscribeAccounts');
  expect(calls.map(({ method }) => method)).toEqual(['SubscribeOrders', 'SubscribeAccounts']);
  expect(invokes.waitingSinceAt).toBe(clock.now());
  await clock.forward(70);
  calls[1]?.resolve();
  await clock.forward(0);
  expect(took).toEqual([40, 70]);
  expect(invokes.waitingSinceAt).toBeUndefined();
});

it('no completion within the time allowed is one failure, however late it comes', async () => {
  const { clock, took, calls, invokes, invoke } = stage();
  const done = invoke('SubscribeOrders', [901]);
  await clock.forward(startTuning.ackTimeoutMs);
  invokes.tick('SubscribeAccounts');
  invokes.tick('SubscribeAccounts');
  expect(took).toEqual([undefined]);
  expect(calls).toHaveLength(1);
  calls[0]?.resolve();
  await done;
  expect(took).toEqual([undefined]);
});

it('a completion that was lost is told only until a later call is completed', async () => {
  const { clock, calls, invokes, invoke } = stage();
  const sentAt = clock.now();
  void invoke('SubscribeOrders', [901]);
  await clock.forward(startTuning.ackTimeoutMs);
  invokes.tick('SubscribeAccounts');
  const again = invoke('SubscribeOrders', [901]);
  expect(invokes.waitingSinceAt).toBe(sentAt);
  await clock.forward(50);
  calls[1]?.resolve();
  await again;
  expect(invokes.waitingSinceAt).toBeUndefined();
});

it('a hub that owes a completion is probed on, so that its recovery is seen', async () => {
  const { clock, took, calls, invokes } = stage();
  await clock.forward(startTuning.probeMs);
  invokes.tick('SubscribeAccounts');
  const sentAt = clock.now();
  for (let turn = 0; turn < 6; turn += 1) {
    await clock.forward(startTuning.ackTimeoutMs);
    invokes.tick('SubscribeAccounts');
  }
  expect(calls).toHaveLength(2);
  expect(invokes.waitingSinceAt).toBe(sentAt);
  calls[1]?.resolve();
  await clock.forward(0);
  expect(invokes.waitingSinceAt).toBeUndefined();
  expect(took).toEqual([undefined, 0]);
});

it('a refusal is a failure that the caller sees too; a lost connection is none', async () => {
  const { clock, took, calls, invokes, invoke } = stage();
  const refused = invoke('SubscribeOrders', [901]);
  calls[0]?.reject(new Error('no'));
  await expect(refused).rejects.toThrow('no');
  const lost = invoke('SubscribeTrades', [901]);
  invokes.disconnected();
  calls[1]?.reject(new Error('canceled'));
  await expect(lost).rejects.toThrow('canceled');
  expect(took).toEqual([undefined]);
  await clock.forward(120_000);
  invokes.tick('SubscribeAccounts');
  expect(calls).toHaveLength(2);
});

it('a market hub is never invoked again', async () => {
  const { clock, calls, invokes } = stage();
  await clock.forward(600_000);
  invokes.tick(undefined);
  expect(calls).toEqual([]);
});
