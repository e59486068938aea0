// The alarm for a login that nobody hosts.
import { describe, expect, it } from 'vitest';
import type { Symptom } from '../../src/domain/detector.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { detectors, open } from './sightings.ts';

describe('a login that nobody hosts', () => {
  const detector = detectors.find((one) => one.name === 'host-lost');
  const roster = [
    {
      login: 'desk-a',
      since: open - 3_600_000,
      suites: [{ suite: 'mnq', instrument: 'MNQ', observe: 'direct' as const }],
    },
  ];
  const pulse = (at: number) => ({
    login: 'desk-a',
    worker: 'worker-1',
    hostedAt: at,
    at,
    session: 'active',
    sessionExpiresAt: undefined,
    hubs: { user: { state: 'connected', sinceAt: at }, market: { state: 'connected', sinceAt: at } },
    suites: [],
  });
  const found = (
    pulses: readonly ReturnType<typeof pulse>[],
    since = open - 3_600_000,
  ): readonly Symptom[] => {
    if (detector?.watches !== 'desk') throw new Error('host-lost must watch the desk');
    const entries = roster.map((entry) => ({ ...entry, since }));
    return detector.detect({ roster: entries, pulses }, { now: open, thresholds: startThresholds });
  };

  it('is told when its pulse is older than the limit', () => {
    expect(found([pulse(open - 8_000)])).toEqual([]);
    const [lost] = found([pulse(open - 8_001)]);
    expect(lost).toMatchObject({
      finding: 'host-lost',
      place: { login: 'desk-a' },
      sinceAt: open - 8_001,
      suites: ['mnq'],
    });
  });

  it('is judged by when its pulse came here, whatever the clock of its worker says', () => {
    const behind = { ...pulse(open - 60_000), heardAt: open - 500 };
    expect(found([behind])).toEqual([]);
    const ahead = { ...pulse(open + 60_000), heardAt: open - 8_001 };
    expect(found([ahead])).toMatchObject([{ finding: 'host-lost', sinceAt: open - 8_001 }]);
  });

  it('looks at the newest pulse', () => {
    expect(found([pulse(open - 60_000), pulse(open - 500)])).toEqual([]);
  });

  it('is told when no worker ever took it, once the start is over', () => {
    expect(found([], open - 23_000)).toEqual([]);
    expect(found([], open - 23_001).map((one) => one.finding)).toEqual(['host-lost']);
  });
});
