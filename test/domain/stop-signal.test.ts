// Waiting that ends with a stop leaves nothing behind on a signal that lives as long as its process.
import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { pause, underAny, unlessStopped } from '../../src/domain/stop-signal.ts';
import { FakeClock } from '../fakes/clock.ts';

const listeners = ({ signal }: AbortController): number => getEventListeners(signal, 'abort').length;

it('work under two signals ends with the first that aborts, with its reason, and lets go of both', async () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const ended = underAny([one.signal, other.signal], (signal) => {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(signal.reason), { once: true });
    });
  });
  other.abort('stopping');
  expect(await ended).toBe('stopping');
  expect([listeners(one), listeners(other)]).toEqual([0, 0]);
});

it('work under a signal that is aborted already begins aborted', async () => {
  const one = new AbortController();
  one.abort('over');
  expect(await underAny([one.signal], (signal) => Promise.resolve(signal.aborted))).toBe(true);
});

it('lets go where the work fails too', async () => {
  const one = new AbortController();
  await expect(underAny([one.signal], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(unlessStopped(one.signal, Promise.reject(new Error('no')), () => 'x')).rejects.toThrow('no');
  expect(listeners(one)).toBe(0);
});

it('what waits for work or the stop hears whichever comes first', async () => {
  const one = new AbortController();
  expect(await unlessStopped(one.signal, Promise.resolve('work'), () => 'stop')).toBe('work');
  const never = unlessStopped(one.signal, new Promise<string>(() => undefined), () => 'stop');
  one.abort();
  expect(await never).toBe('stop');
  expect(await unlessStopped(one.signal, Promise.resolve('work'), () => 'stop')).toBe('stop');
  expect(listeners(one)).toBe(0);
});

it('a pause leaves nothing on its signal when it is over, and ends with the signal', async () => {
  const clock = new FakeClock();
  const one = new AbortController();
  const over: string[] = [];
  for (const ms of [10, 20]) void pause(clock, ms, one.signal).then(() => over.push(`${ms} ms`));
  await clock.forward(10);
  expect([over, listeners(one)]).toEqual([['10 ms'], 1]);
  one.abort();
  await clock.forward(0);
  expect([over, listeners(one), clock.waiting]).toEqual([['10 ms', '20 ms'], 0, 0]);
  await pause(clock, 1_000, one.signal);
});
