// A wrong clock of this machine, as the detectors see it.
import { describe, expect, it } from 'vitest';
import { fakeLogin, restRecord } from '../fakes/view.ts';
import { open, pages } from './sightings.ts';

describe('a worker whose clock is wrong', () => {
  const rest = (skewMs: number) =>
    [50, 40, 30, 20, 10].map((age) => {
      const record = restRecord(open - age * 1_000, 'Status/ping');
      return { ...record, tookMs: 40, serverAt: Math.floor((record.at + skewMs) / 1_000) * 1_000 };
    });
  const told = (skewMs: number) => {
    const view = fakeLogin(open, { rest: rest(skewMs) });
    const suites = view.suites.map((suite) => ({
      ...suite,
      streams: suite.streams.map((stream) => ({
        ...stream,
        lastExchangeAt: (stream.lastReceivedAt ?? open) + skewMs - 40,
      })),
    }));
    return pages({ ...view, suites }, open);
  };

  it('is told by its clock, ahead or behind, and not as data that is late', () => {
    expect(told(-90_000)).toEqual(['clock-skewed']);
    expect(told(90_000)).toEqual(['clock-skewed']);
  });

  it('is no alarm as long as ages are right to a few seconds', () => {
    expect(told(-4_000)).toEqual([]);
    expect(told(0)).toEqual([]);
  });
});
