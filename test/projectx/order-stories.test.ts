// What our own diagnosis calls each scripted order story and each fault of the exchange, lived through on a simulated gateway whose clock is moved by hand.
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { loadDiagnostics } from '../../src/catalogue.ts';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { LoginReport } from '../../src/domain/report.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import orderTimeline from '../../src/exhibits/order-timeline.ts';
import { examine } from '../../src/flows/examine.ts';
import { startGateway, type Gateway } from '../../src/local/gateway/gateway.ts';
import type { StoryRecord } from '../../src/local/gateway/story.ts';
import { makeLog } from '../../src/log.ts';
import { openLogin, type LiveLogin } from '../../src/projectx/live-login.ts';
import { handClock, monday } from '../local/gateway/harness.ts';
import { aSuite, loginTo } from '../fixtures/login-spec.ts';

/** Open, with an end of the day. */
const marketAt = (at: number): MarketPhase => ({
  kind: 'open',
  openedAt: at - 3_600_000,
  closesAt: at + 3_600_000,
});

const diagnostics = await loadDiagnostics();
const trading = diagnostics
  .filter(({ topics }) => topics?.some((topic) => topic === 'orders' || topic === 'positions'))
  .map(({ name }) => name);

let gateway: Gateway | undefined;
let login: LiveLogin | undefined;

afterEach(async () => {
  await login?.close();
  await gateway?.stop();
});

/** Sockets take real time, whatever the clock says. */
const realMs = 4;

async function open(instrument = 'MNQ', startAt = monday) {
  const clock = handClock(startAt);
  const started = await startGateway({
    clock,
    trader: 'off',
    eventsPerSecond: 6,
    hubTimes: { clientTimeoutMs: 86_400_000 },
  });
  gateway = started;
  const live = openLogin({
    spec: loginTo(started, [aSuite({ name: 'suite', instrument, depth: false })]),
    apiKey: started.apiKey,
    worker: 'test',
    clock,
    log: makeLog('silent'),
    thresholds: startThresholds,
    // A clock that jumps must not look like a link that hangs.
    tuning: {
      pingMs: 3_600_000,
      pongTimeoutMs: 3_600_000,
      connectTimeoutMs: 3_600_000,
      ackTimeoutMs: 3_600_000,
      restTimeoutMs: 3_600_000,
      turnMs: 3_600_000,
    },
  });
  login = live;
  live.start();
  const forward = async (ms: number, step = 250) => {
    for (let left = ms; left > 0; left -= step) {
      clock.forward(Math.min(step, left));
      await pause(realMs);
    }
  };
  const suite = () => {
    const [first] = live.view().suites;
    if (first === undefined) throw new Error('the login has no suite');
    return first;
  };
  for (
    let tries = 0;
    suite().reconciledAt === undefined || suite().trading.hubSinceAt === undefined;
    tries += 1
  ) {
    if (tries > 1_000) throw new Error('the books were never read');
    await forward(50, 50);
  }
  await forward(2_000);
  const ask = (): Promise<LoginReport> =>
    examine({
      login: live.view(),
      suites: [],
      diagnostics,
      wanted: trading,
      clock,
      market: () => marketAt(clock.now()),
      thresholds: startThresholds,
      signal: new AbortController().signal,
      deadlineMs: 5_000,
    });
  return {
    forward,
    suite,
    inject: (fault: Readonly<Record<string, unknown>>) => started.faults.inject(fault),
    /** Puts a protected position on, as the page does; the exchange may refuse it (409), as F11 has it. */
    async buy(): Promise<void> {
      const body = { account: 'PRAC-V2-1', contract: instrument, side: 'long', size: 2 };
      const answer = await fetch(`${started.url}/sim/position`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      // Read in any case: an answer nobody reads keeps its connection for whoever runs next in this process.
      const words = await answer.text();
      if (answer.status !== 201 && answer.status !== 409) throw new Error(words);
    },
    tell: (story: string): StoryRecord =>
      started.stories.tell({ story, accountId: 901, contract: instrument }),
    /** What stands without a cause above it, most grave first. */
    async labels(): Promise<readonly string[]> {
      const { findings } = await ask();
      return findings.flatMap(({ label, status, consequenceOf }) =>
        label === undefined || consequenceOf !== undefined ? [] : [`${status} ${label}`],
      );
    },
    /** Sides of the position as they followed each other, flat ones too. */
    sides: (): readonly string[] =>
      suite()
        .trading.past()
        .positions.map(({ side }) => side),
    timeline(orderId: number): readonly string[] {
      const [shown] = orderTimeline.show(suite(), {
        now: clock.now(),
        market: marketAt(clock.now()),
        marketOf: () => marketAt(clock.now()),
        thresholds: startThresholds,
        signal: new AbortController().signal,
        subject: String(orderId),
      });
      if (shown?.kind !== 'timeline') throw new Error('no timeline');
      return shown.entries.map(({ source, text }) => `${source}: ${text}`);
    },
  };
}

/** Asks at these times of the story, ms after its beginning. */
async function asked(
  desk: Awaited<ReturnType<typeof open>>,
  times: readonly number[],
): Promise<readonly (readonly string[])[]> {
  const answers: (readonly string[])[] = [];
  let passed = 0;
  for (const at of times) {
    await desk.forward(at - passed, 500);
    passed = at;
    answers.push(await desk.labels());
  }
  return answers;
}

describe('stories without a trouble', () => {
  it.each([
    'bracket-by-target',
    'bracket-by-stop',
    'protected-position',
    'suspended-children',
    'fill-before-answer',
    'partial-then-cancel',
  ])('%s: nothing is named from beginning to end', async (story) => {
    const desk = await open();
    desk.tell(story);
    expect(await asked(desk, [1_000, 6_000, 12_000, 25_000, 40_000, 60_000])).toEqual(
      Array<readonly string[]>(6).fill([]),
    );
  });
});

describe('stories of a trouble', () => {
  it('unprotected-position: warned of at once, failed after ten seconds', async () => {
    const desk = await open();
    desk.tell('unprotected-position');
    expect(await asked(desk, [2_000, 12_000])).toEqual([['warn naked-position'], ['fail naked-position']]);
  });

  it('duplicate-order: named, and so is the half without a stop', async () => {
    const desk = await open();
    desk.tell('duplicate-order');
    const [, early, late, after] = await asked(desk, [2_000, 7_000, 25_000, 70_000]);
    expect(early).toEqual(['warn naked-position', 'warn duplicate-order']);
    expect(late).toEqual(['fail naked-position', 'warn duplicate-order']);
    expect(after).toEqual(['warn duplicate-order']);
  });

  it('forgotten-position: told from 15:00 in Chicago, warned of at 15:05, failed at 15:10', async () => {
    // Monday 23 November 2026 is standard time: 15:00 CT is 21:00 UTC.
    const desk = await open('MNQ', Date.parse('2026-11-23T21:00:00Z'));
    desk.tell('forgotten-position');
    const minute = 60_000;
    expect(await asked(desk, [4 * minute, 6 * minute, 11 * minute])).toEqual([
      [],
      ['warn open-towards-close'],
      ['fail open-towards-close'],
    ]);
  });

  it('wrong-side-stop: the rejection is the cause of the missing stop', async () => {
    const desk = await open();
    desk.tell('wrong-side-stop');
    const [bare, closed] = await asked(desk, [12_000, 62_000]);
    expect(bare).toEqual(['fail protection-rejected']);
    expect(closed).toEqual(['warn order-rejected']);
  });

  it.each([
    ['rejected-with-id', 2_000, 'warn order-rejected'],
    ['refusals', 18_000, 'warn order-rejected'],
    ['expired-order', 32_000, 'warn order-expired'],
  ] as const)('%s is named', async (story, at, label) => {
    const desk = await open();
    desk.tell(story);
    expect(await asked(desk, [at])).toEqual([[label]]);
  });
});

describe('order faults of the exchange', () => {
  it.each([
    [{ fault: 'F8', restMs: 1_000 }, 'fail protection-too-large'],
    [{ fault: 'F9', mode: 'rejected' }, 'fail protection-rejected'],
    [{ fault: 'F9', mode: 'never-created' }, 'fail naked-position'],
    [{ fault: 'F11' }, 'warn order-rejected'],
  ] as const)('%j is %s', async (fault, label) => {
    const desk = await open();
    desk.inject(fault);
    await desk.buy();
    expect((await asked(desk, [30_000])).flat()).toEqual([label]);
  });
});

describe('the accident of reference 4.5', () => {
  it('is named as it goes: rejected, left behind, naked, over', async () => {
    const desk = await open('ZB');
    desk.tell('accident');
    const rejected = 'warn order-rejected';
    expect(await asked(desk, [2_000, 12_000, 200_000, 204_000, 216_000, 258_000])).toEqual([
      [rejected],
      ['fail orphan-order', rejected],
      ['fail orphan-order', rejected],
      ['warn naked-position', rejected],
      ['fail naked-position', rejected],
      [rejected],
    ]);
  });

  it('is told in full by the timeline of the order that was left behind', async () => {
    const desk = await open('ZB');
    const told = desk.tell('accident');
    await asked(desk, [258_000]);
    const lost = told.truth.find(({ what }) => what === 'naked')?.orderIds[0] ?? 0;
    const [entry, , opened] = desk.sides();
    expect(desk.timeline(lost)).toEqual([
      expect.stringMatching(/^user hub: pending: (buy|sell) limit 15 @ /),
      'user hub: open',
      expect.stringMatching(`^user hub: position: ${entry} 15 @ `),
      `user hub: position: ${entry} 15 → flat, and 10 s later this order is still working`,
      expect.stringMatching(/^user hub: filled, 15 of 15 filled @ /),
      expect.stringMatching(/^user hub: fill \d+: /),
      expect.stringMatching(/^REST Trade\/search: fill \d+: .*, confirmed$/),
      expect.stringMatching(`^user hub: position: flat → ${opened} 15 @ `),
      `judged here: no working stop for ${opened} 15 from here on`,
      `user hub: position: ${opened} 15 → flat`,
      `judged here: ${opened} 15 was without a stop for 52 s, until here`,
    ]);
  });

  it('tells nothing of the position beside the order that was refused, once it is over', async () => {
    const desk = await open('ZB');
    const told = desk.tell('accident');
    const refused = told.truth.find(({ what }) => what === 'refused')?.orderIds[0] ?? 0;
    await asked(desk, [220_000]);
    expect(desk.timeline(refused).filter((line) => line.includes('without a stop'))).toEqual([]);
  });
});
