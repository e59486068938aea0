// Is REST asked of a silent contract in time, sparingly, and is only a trade between two answers taken for trading?
import { describe, expect, it } from 'vitest';
import type { ContractFeed, Feed } from '../../src/domain/freshness.ts';
import { SilenceWatch } from '../../src/projectx/silence-watch.ts';

const t0 = 1_800_000_000_000;

function silentFeed(contracts: readonly (Partial<ContractFeed> & { contractId: string })[]): Feed {
  return {
    kind: 'judged',
    mute: undefined,
    silence: { silentSinceAt: t0, limitMs: 60_000, quietElsewhere: false },
    contracts: contracts.map((one) => ({
      name: one.contractId,
      suites: [],
      inactive: false,
      hoursUnknown: false,
      streams: [],
      silentSinceAt: t0,
      limitMs: 120_000,
      paceKnown: false,
      tradesElsewhere: false,
      quietElsewhere: false,
      mute: false,
      stopped: [],
      lateMs: undefined,
      aheadMs: undefined,
      ...one,
    })),
  };
}

/** Steps once a second and writes down what was asked, in s after the silence began. */
async function asked(
  feed: Feed | ((s: number) => Feed),
  seconds: number,
  newest: (contractId: string, s: number) => number,
) {
  let s = 0;
  const rolls: number[] = [];
  const trades: string[] = [];
  const told: string[] = [];
  const quiet: string[] = [];
  const missing = new Set<string>();
  const watch = new SilenceWatch({
    lookForRoll: () => {
      rolls.push(s);
      return Promise.resolve();
    },
    lookForTrades: (id) => {
      trades.push(`${id} ${s}`);
      return Promise.resolve(newest(id, s));
    },
    told: (id, { fromAt, toAt }) => told.push(`${id} ${(fromAt - t0) / 1000}-${(toAt - t0) / 1000}`),
    quiet: (id, at) => quiet.push(`${id} ${at === undefined ? 'trades' : (at - t0) / 1000}`),
    missing: (id, fromAt) => missing.add(`${id} ${fromAt - t0}`),
    now: () => t0 + s * 1000,
  });
  for (; s <= seconds; s += 1) {
    watch.step(typeof feed === 'function' ? feed(s) : feed, t0 + s * 1000);
    await Promise.resolve();
    await Promise.resolve();
  }
  return { rolls, trades, told, quiet, missing: [...missing] };
}

describe('a contract that fell silent', () => {
  it('is looked up six seconds before its silence is called mute, and once a minute after that', async () => {
    const paced = silentFeed([{ contractId: 'MNQ', paceKnown: true, limitMs: 20_000 }]);
    expect((await asked(paced, 80, () => 0)).rolls).toEqual([14, 74]);
  });

  it('with a hub that is silent as a whole is looked up before the hub is called mute', async () => {
    const feed = silentFeed([{ contractId: 'ZB', paceKnown: true, limitMs: 300_000 }]);
    const hub: Feed = {
      ...feed,
      ...{ silence: { silentSinceAt: t0, limitMs: 15_000, quietElsewhere: false } },
    };
    expect((await asked(hub, 30, () => 0)).rolls).toEqual([9]);
  });

  it('is known to lack its prints only where it is told to be mute', async () => {
    const one = (mute: boolean) => silentFeed([{ contractId: 'MNQ', paceKnown: true, mute }]);
    expect((await asked(one(false), 5, () => 0)).missing).toEqual([]);
    expect((await asked(one(true), 5, () => 0)).missing).toEqual(['MNQ 0']);
  });

  const lastPrint = (secondsBefore: number): ContractFeed['streams'] => [
    {
      kind: 'trade',
      seenAt: t0,
      exchangeAt: t0 - secondsBefore * 1_000,
      silentSinceAt: t0,
      usualGapMs: 300,
      roughGapMs: 300,
      lullMs: 0,
      pause: undefined,
      lagMs: 0,
    },
  ];

  it('that has shown its pace is asked for trades six seconds before its silence, or the hub’s, would be called mute', async () => {
    const alone = silentFeed([
      { contractId: 'MNQ', paceKnown: true, limitMs: 40_000, streams: lastPrint(2) },
    ]);
    expect((await asked(alone, 40, () => t0)).trades).toEqual(['MNQ 34']);
    const silence = { silentSinceAt: t0, limitMs: 15_000, quietElsewhere: false };
    expect((await asked({ ...alone, ...{ silence } }, 15, () => t0)).trades).toEqual(['MNQ 9']);
  });

  it('is quiet where one answer tells no trade newer than its last print, and is asked on until one comes', async () => {
    const feed = (s: number) =>
      silentFeed([
        { contractId: 'ZB', paceKnown: true, limitMs: s > 14 ? 60_000 : 20_000, streams: lastPrint(2) },
      ]);
    const { quiet, told } = await asked(feed, 80, (_id, s) => (s < 60 ? t0 - 2_000 : t0 + 58_000));
    expect(quiet).toEqual(['ZB 14', 'ZB 24', 'ZB 34', 'ZB 49', 'ZB trades']);
    expect(told).toEqual(['ZB 14-64']);
  });

  it('is not quiet any more once it is called mute, be it that the answer came late or that others were asked first', async () => {
    const thin = { contractId: 'ZB', paceKnown: true, limitMs: 20_000, streams: lastPrint(2) };
    const others = silentFeed([thin, { contractId: 'GC' }]);
    const first = await asked(others, 40, () => t0 - 2_000);
    expect(first.trades).toEqual(['GC 6', 'GC 16', 'GC 26', 'ZB 36']);
    expect(first.quiet).toEqual(['GC trades', 'GC 16', 'GC 26']);
    let answer: (newest: number) => void = () => undefined;
    let at = t0 + 14_000;
    const quiet: (number | undefined)[] = [];
    const watch = new SilenceWatch({
      lookForRoll: () => Promise.resolve(),
      lookForTrades: () => new Promise((resolve) => (answer = resolve)),
      told: () => undefined,
      quiet: (_id, since) => quiet.push(since),
      missing: () => undefined,
      now: () => at,
    });
    watch.step(silentFeed([thin]), at);
    at = t0 + 21_000;
    answer(t0 - 2_000);
    await Promise.resolve();
    await Promise.resolve();
    expect(quiet).toEqual([]);
  });

  it('is not quiet where REST tells a trade that the feed never told', async () => {
    const feed = silentFeed([{ contractId: 'ZB', paceKnown: true, limitMs: 20_000, streams: lastPrint(2) }]);
    expect((await asked(feed, 16, () => t0 + 5_000)).quiet).toEqual(['ZB trades']);
  });

  it('of which no print ever came is quiet from the second answer that tells nothing newer', async () => {
    expect((await asked(silentFeed([{ contractId: 'ZB' }]), 30, () => 0)).quiet).toEqual([
      'ZB trades',
      'ZB 16',
      'ZB 26',
    ]);
  });

  it('that speaks more often than the others is asked first', async () => {
    const feed = silentFeed([
      { contractId: 'ZB', paceKnown: true, limitMs: 16_000, streams: lastPrint(2) },
      { contractId: 'MNQ', paceKnown: true, limitMs: 15_000, streams: lastPrint(2) },
    ]);
    expect((await asked(feed, 12, () => t0)).trades).toEqual(['MNQ 9']);
  });

  it('of unknown pace trades where the newest trade moves on between two answers', async () => {
    const feed = silentFeed([{ contractId: 'MNQ' }]);
    const { trades, told } = await asked(feed, 40, (_id, s) => t0 + (s - 1) * 1000);
    expect(trades).toEqual(['MNQ 6', 'MNQ 16']);
    expect(told).toEqual(['MNQ 6-16']);
  });

  it('in a market that stands still is not told to trade, and is soon asked for less often', async () => {
    const feed = silentFeed([{ contractId: 'ZB' }]);
    const { trades, told } = await asked(feed, 100, () => t0 - 9_000);
    expect(told).toEqual([]);
    expect(trades).toEqual(['ZB 6', 'ZB 16', 'ZB 26', 'ZB 56', 'ZB 86']);
  });

  it('is held against what it was itself told, and several of them share three calls in half a minute', async () => {
    const feed = silentFeed([{ contractId: 'ZB' }, { contractId: 'MNQ' }]);
    const { trades, told } = await asked(feed, 46, (id, s) => (id === 'MNQ' ? t0 + s * 1000 : 0));
    expect(trades).toEqual(['ZB 6', 'ZB 16', 'ZB 26', 'MNQ 36', 'MNQ 46']);
    expect(told).toEqual(['MNQ 36-46']);
  });
});
