// The guest's share: never more than a tenth in any window, waits and withholds are counted, a 429 stops everybody.
import { expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import { Meter, type Allowance, type Purpose } from '../../src/projectx/meter.ts';
import { startTuning } from '../../src/projectx/tuning.ts';
import { FakeClock } from '../fakes/clock.ts';

function make(turnMs = startTuning.turnMs) {
  const clock = new FakeClock();
  const meter = new Meter(clock, { ...startTuning, turnMs });
  const granted: { purpose: Purpose; at: number }[] = [];
  const refused: string[] = [];
  const ask = (purpose: Purpose, allowance: Allowance = 'general', signal?: AbortSignal): void => {
    meter.turn(allowance, purpose, signal).then(
      () => granted.push({ purpose, at: clock.now() }),
      (error: unknown) => refused.push(error instanceof OpsError ? error.code : 'other'),
    );
  };
  return { clock, meter, granted, refused, ask };
}

it('never lets more than 20 calls pass in any 60 s, nor 5 for bars in any 30 s, though one may be a second on its way', async () => {
  const { clock, granted, ask } = make(200_000);
  const bars = make(200_000);
  for (let index = 0; index < 55; index += 1) ask('diagnosis');
  for (let index = 0; index < 12; index += 1) bars.ask('diagnosis', 'history');
  await clock.forward(130_000);
  await bars.clock.forward(70_000);
  expect(granted).toHaveLength(55);
  expect(bars.granted).toHaveLength(12);
  const most = (times: readonly number[], windowMs: number): number =>
    Math.max(...times.map((at) => times.filter((other) => other > at - windowMs && other <= at).length));
  expect(
    most(
      granted.map(({ at }) => at),
      61_000,
    ),
  ).toBe(20);
  expect(
    most(
      bars.granted.map(({ at }) => at),
      31_000,
    ),
  ).toBe(5);
});

it('withholds polling when its part is used, so that a diagnosis still finds room, and counts it', async () => {
  const { clock, meter, granted, refused, ask } = make();
  for (let index = 0; index < 30; index += 1) ask('polling');
  await clock.forward(0);
  expect(granted).toHaveLength(17);
  expect(refused).toEqual(Array<string>(13).fill('allowance-spent'));
  ask('diagnosis');
  await clock.forward(0);
  expect(granted).toHaveLength(18);
  expect(meter.view()).toMatchObject({ used: 18, share: 20, allowance: 200, withheld: 13 });
  await clock.forward(61_000);
  expect(meter.view()).toMatchObject({ used: 0, withheld: 0 });
});

it('serves waiting calls by purpose, and gives up on those that waited too long', async () => {
  const { clock, granted, refused, ask } = make(8000);
  for (let index = 0; index < 10; index += 1) ask('session');
  await clock.forward(55_000);
  for (let index = 0; index < 10; index += 1) ask('diagnosis');
  await clock.forward(0);
  granted.length = 0;
  ask('recovery');
  ask('diagnosis');
  ask('session');
  await clock.forward(6000);
  expect(granted.map(({ purpose }) => purpose)).toEqual(['session', 'diagnosis', 'recovery']);
  for (let index = 0; index < 10; index += 1) ask('diagnosis');
  await clock.forward(9000);
  expect(refused.filter((code) => code === 'allowance-spent').length).toBeGreaterThan(0);
});

it('after a 429 everybody pauses: as long as asked, or 5 s where nothing was asked', async () => {
  const { clock, meter, granted, refused, ask } = make();
  meter.tooMany('Trade/search', undefined);
  ask('diagnosis');
  ask('polling');
  await clock.forward(4900);
  expect(granted).toHaveLength(0);
  expect(refused).toEqual(['gateway-rate-limited']);
  await clock.forward(200);
  expect(granted).toHaveLength(1);
  meter.tooMany('Trade/search', 30_000);
  ask('diagnosis');
  await clock.forward(0);
  expect(refused).toEqual(['gateway-rate-limited', 'gateway-rate-limited']);
  expect(meter.view().tooMany.map(({ retryAfterMs }) => retryAfterMs)).toEqual([undefined, 30_000]);
});

it('a withdrawn question leaves the queue and no timer', async () => {
  const { clock, granted, refused, ask } = make();
  for (let index = 0; index < 20; index += 1) ask('diagnosis');
  const stop = new AbortController();
  ask('diagnosis', 'general', stop.signal);
  await clock.forward(10);
  stop.abort();
  await clock.forward(61_000);
  expect(granted).toHaveLength(20);
  expect(refused).toEqual(['cancelled']);
  expect(clock.waiting).toBe(0);
});
