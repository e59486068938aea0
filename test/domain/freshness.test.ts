// Is a contract judged by its own pace, and is the state that a fresh subscription is given first not taken for late data?
import { describe, expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { feedOf } from '../../src/domain/freshness.ts';
import type { LoginView, StreamView } from '../../src/domain/suite.ts';
import { startThresholds as thresholds } from '../../src/domain/thresholds.ts';
import { fakeLogin } from '../fakes/view.ts';

const now = Date.UTC(2026, 10, 18, 15, 0, 0);
const open: MarketPhase = { kind: 'open', openedAt: now - 3_600_000 * 10, closesAt: now + 3_600_000 };
const context = { now, thresholds, market: () => open };

/** MNQ as usual, and ES with streams as given. */
function login(es: (stream: StreamView) => StreamView): LoginView {
  const view = fakeLogin(now, {
    hostedAt: now - 3_600_000,
    suites: [{ instrument: 'MNQ' }, { instrument: 'ES' }],
  });
  return {
    ...view,
    suites: view.suites.map((suite) =>
      suite.spec.instrument === 'ES' ? { ...suite, streams: suite.streams.map(es) } : suite,
    ),
  };
}

const esOf = (view: LoginView) => {
  const feed = feedOf(view, context);
  return feed.kind === 'judged' ? feed.contracts.find(({ name }) => name.startsWith('ES')) : undefined;
};
const silent =
  (ms: number) =>
  (stream: StreamView): StreamView => ({
    ...stream,
    lastReceivedAt: now - ms,
    lastExchangeAt: now - ms - 50,
  });

describe('a contract alone', () => {
  it('is mute after forty of its own usual gaps, not before', () => {
    const paced = (ms: number) => (stream: StreamView) => ({ ...silent(ms)(stream), usualGapMs: 4_000 });
    expect(esOf(login(paced(150_000)))?.mute).toBe(false);
    expect(esOf(login(paced(165_000)))?.mute).toBe(true);
  });

  it('of unknown pace may be a thin one: a minute of silence says nothing, five do', () => {
    const unknown = (ms: number) => (stream: StreamView) => ({
      ...silent(ms)(stream),
      usualGapMs: undefined,
    });
    expect(esOf(login(unknown(100_000)))?.mute).toBe(false);
    expect(esOf(login(unknown(310_000)))?.mute).toBe(true);
  });

  it('that was rolled to in mid-session is silent from when it was asked for, not from the opening', () => {
    const rolled = (ms: number) => (stream: StreamView) => ({
      ...stream,
      lastReceivedAt: undefined,
      lastExchangeAt: undefined,
      firstOnConnectionAt: undefined,
      usualGapMs: undefined,
      wantedSinceAt: now - ms,
    });
    expect(esOf(login(rolled(20_000)))).toMatchObject({ mute: false, stopped: [] });
    expect(esOf(login(rolled(310_000)))?.mute).toBe(true);
  });

  it('of unknown pace is mute at once where REST told trades in its silence, and their events had time to come', () => {
    const seenWith = (silentMs: number, fromMs: number, toMs: number) => {
      const view = login((stream) => ({ ...silent(silentMs)(stream), usualGapMs: undefined }));
      const suites = view.suites.map((suite) =>
        suite.spec.instrument === 'ES'
          ? { ...suite, data: { ...suite.data, elsewhere: { fromAt: now - fromMs, toAt: now - toMs } } }
          : suite,
      );
      return esOf({ ...view, suites });
    };
    expect(seenWith(18_000, 12_000, 3_000)).toMatchObject({ mute: true, tradesElsewhere: true });
    // Its events may still be on their way, the answer is of before the silence, or it has not lasted.
    expect(seenWith(18_000, 12_000, 1_000)?.mute).toBe(false);
    expect(seenWith(18_000, 19_000, 3_000)?.mute).toBe(false);
    expect(seenWith(14_000, 12_000, 3_000)?.mute).toBe(false);
  });

  const quietFor = (silentMs: number, quietMs: number | undefined, tradedMs?: number) => {
    const view = login(silent(silentMs));
    const suites = view.suites.map((suite) =>
      suite.spec.instrument === 'ES'
        ? {
            ...suite,
            data: {
              ...suite.data,
              quietAt: quietMs === undefined ? undefined : now - quietMs,
              elsewhere: tradedMs === undefined ? undefined : { fromAt: now - tradedMs, toAt: now - 3_000 },
            },
          }
        : suite,
    );
    return esOf({ ...view, suites });
  };

  it('is given three times its patience where REST tells no trade of it either, and not for ever', () => {
    const limitMs = quietFor(1_000, undefined)?.limitMs ?? Number.NaN;
    const beyond = limitMs + 1_000;
    expect(quietFor(beyond, undefined)).toMatchObject({ mute: true, quietElsewhere: false });
    expect(quietFor(beyond, 5_000)).toMatchObject({
      mute: false,
      quietElsewhere: true,
      limitMs: 3 * limitMs,
    });
    expect(quietFor(3 * limitMs, 5_000)?.mute).toBe(true);
  });

  it('is mute as ever where REST was asked before its silence, too long ago, or has told a trade since', () => {
    const beyond = (quietFor(1_000, undefined)?.limitMs ?? Number.NaN) + 1_000;
    expect(quietFor(beyond, beyond + 1_000)?.mute).toBe(true);
    expect(quietFor(Math.max(beyond, 50_000), 46_000)?.mute).toBe(true);
    expect(quietFor(beyond, 5_000, 12_000)).toMatchObject({ mute: true, quietElsewhere: false });
  });

  it('alone on its hub is given the same, and the hub with it', () => {
    const hubOf = (quietMs: number | undefined) => {
      const view = login(silent(20_000));
      const suites = view.suites
        .filter(({ spec }) => spec.instrument === 'ES')
        .map((suite) => ({
          ...suite,
          data: { ...suite.data, quietAt: quietMs === undefined ? undefined : now - quietMs },
        }));
      const feed = feedOf({ ...view, suites }, context);
      return feed.kind === 'judged' ? feed : undefined;
    };
    expect(hubOf(undefined)?.mute).toMatchObject({ quietElsewhere: false });
    expect(hubOf(5_000)).toMatchObject({ mute: undefined, silence: { quietElsewhere: true } });
  });

  it('is not late by the first thing it is given: that is stamped when it last changed', () => {
    const late = (first: boolean) => (stream: StreamView) => ({
      ...stream,
      lastReceivedAt: now - 500,
      lastExchangeAt: now - 120_000,
      firstOnConnectionAt: first ? now - 500 : now - 60_000,
    });
    expect(esOf(login(late(true)))?.lateMs).toBeUndefined();
    expect(esOf(login(late(false)))?.lateMs).toBe(119_500);
  });
});

describe('prints that stop while quotes and depth go on', () => {
  const prints = (ms: number, rough: number | undefined) => (stream: StreamView) =>
    stream.kind === 'trade'
      ? { ...silent(ms)(stream), usualGapMs: undefined, roughGapMs: rough, lullMs: 1_000 }
      : stream;
  const stoppedOf = (ms: number, rough: number | undefined) =>
    esOf(login(prints(ms, rough)))?.stopped.map(({ kind }) => kind);

  it('are told from a few gaps only, with twice the patience', () => {
    expect(stoppedOf(40_000, 300)).toEqual([]);
    expect(stoppedOf(46_000, 300)).toEqual(['trade']);
    expect(stoppedOf(46_000, 2_000)).toEqual([]);
    expect(stoppedOf(165_000, 2_000)).toEqual(['trade']);
  });

  describe('though the day volume in the quotes goes on rising', () => {
    const told = (ms: number, usualGapMs: number | undefined, unprinted: number) => {
      const view = login((stream) =>
        stream.kind === 'trade' ? { ...silent(ms)(stream), usualGapMs, lullMs: 20_000 } : stream,
      );
      const suites = view.suites.map((suite) => ({ ...suite, data: { ...suite.data, unprinted } }));
      return esOf({ ...view, suites })?.stopped.map(({ kind }) => kind);
    };

    it('are proven to be missing, so their own lulls earn no more patience', () => {
      expect(told(22_000, 1_900, 6)).toEqual([]);
      expect(told(23_000, 1_900, 6)).toEqual(['trade']);
      expect(told(23_000, 1_900, 2)).toEqual([]);
      expect(told(23_000, 4_000, 6)).toEqual([]);
      expect(told(41_000, 4_000, 6)).toEqual(['trade']);
    });

    it('are missed after a minute even where none ever came', () => {
      expect(told(59_000, undefined, 6)).toEqual([]);
      expect(told(61_000, undefined, 6)).toEqual(['trade']);
    });
  });

  it('are never told where not even a few have come', () => {
    expect(stoppedOf(3_000_000, undefined)).toEqual([]);
  });
});
