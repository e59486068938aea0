// Grace by exposure, inhibition by cause and recovery after a quiet while.
import { describe, expect, it } from 'vitest';
import type { Exposure } from '../../src/domain/order.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { graceFor, makeAlarm, type Alarm } from '../../src/flows/alarm.ts';
import { aSighting, anAlert } from '../fakes/alerts.ts';

const t0 = 1_000_000_000;
const market = { login: 'main', hub: 'market' } as const;

function alarmWith(exposure: Exposure): Alarm {
  return makeAlarm({
    thresholds: startThresholds,
    stakes: (suites) => suites.map((suite) => ({ suite, contract: undefined, exposure })),
  });
}
const unprotected: Exposure = { kind: 'unprotected', side: 'long', size: 2, uncovered: 2 };

describe('an alarm that insists', () => {
  it('fires beside the cause that would hold another back', () => {
    const cause = aSighting('hub-down', market, t0);
    const suite = { login: 'main', suite: 'mnq' };
    const held = aSighting('position-drift', suite, t0, { causedBy: ['hub-down'] });
    const naked = aSighting('naked-position', suite, t0, { causedBy: ['hub-down'] });
    const insisting = { ...naked, detector: { ...naked.detector, insists: true } };
    const { firing } = alarmWith(unprotected).look([cause, held, insisting], t0);
    expect(firing.map(({ finding, insists }) => [finding, insists])).toEqual([
      ['hub-down', undefined],
      ['naked-position', true],
    ]);
  });
});

describe('what is at stake', () => {
  it('when it grows is told again as what it is now, and when it shrinks nothing is lowered', () => {
    let exposure: Exposure = { kind: 'flat' };
    const alarm = makeAlarm({
      thresholds: startThresholds,
      stakes: (suites) => suites.map((suite) => ({ suite, contract: undefined, exposure })),
    });
    const seen = [aSighting('hub-down', market, t0)];
    alarm.look(seen, t0);
    expect(alarm.look(seen, t0 + 10_000).firing.map(({ severity }) => severity)).toEqual(['high']);
    expect(alarm.look(seen, t0 + 11_000).firing).toEqual([]);
    exposure = unprotected;
    expect(alarm.look(seen, t0 + 12_000).firing).toMatchObject([{ severity: 'critical', sinceAt: t0 }]);
    expect(alarm.look(seen, t0 + 13_000).firing).toEqual([]);
    exposure = { kind: 'flat' };
    expect(alarm.look(seen, t0 + 14_000).firing).toEqual([]);
    expect(alarm.look([], t0 + 15_000).recovered).toEqual([]);
  });
});

describe('what goes on changing', () => {
  const lasting = (forText: string) => {
    const { symptom, detector } = aSighting('hub-down', market, t0);
    const evidence = [{ label: 'down', value: forText, source: 'market hub', at: t0 }];
    return [{ detector, symptom: { ...symptom, summary: `The hub is down for ${forText}.`, evidence } }];
  };

  it('is told once, and its recovery knows how it stood last', () => {
    let exposure: Exposure = unprotected;
    const alarm = makeAlarm({
      thresholds: startThresholds,
      stakes: (suites) => suites.map((suite) => ({ suite, contract: undefined, exposure })),
    });
    expect(alarm.look(lasting('12 s'), t0).firing).toHaveLength(1);
    for (let minute = 1; minute <= 5; minute += 1)
      expect(alarm.look(lasting(`${minute} min`), t0 + minute * 60_000).firing).toEqual([]);
    exposure = { kind: 'unprotected', side: 'long', size: 5, uncovered: 5 };
    expect(alarm.look(lasting('5 min'), t0 + 301_000).firing).toEqual([]);
    alarm.look([], t0 + 302_000);
    const { recovered } = alarm.look([], t0 + 302_000 + startThresholds.resolveAfterMs);
    expect(recovered).toMatchObject([
      {
        alert: { summary: 'The hub is down for 12 s.' },
        wellSinceAt: t0 + 302_000,
        last: {
          at: t0 + 301_000,
          summary: 'The hub is down for 5 min.',
          evidence: [{ value: '5 min' }],
          suites: [{ exposure }],
        },
      },
    ]);
  });

  it('is told of to its card when something else is at stake, at most every half minute, and as it is by then', () => {
    let exposure: Exposure = unprotected;
    const alarm = makeAlarm({
      thresholds: startThresholds,
      stakes: (suites) => suites.map((suite) => ({ suite, contract: undefined, exposure })),
    });
    const restated = (afterMs: number) =>
      alarm.look(lasting(`${afterMs} ms`), t0 + afterMs).restated.map(({ last }) => last.suites[0]?.exposure);
    expect(restated(0)).toEqual([]);
    exposure = { kind: 'unprotected', side: 'long', size: 3, uncovered: 3 };
    expect(restated(5_000)).toEqual([]);
    exposure = { kind: 'unprotected', side: 'long', size: 5, uncovered: 3 };
    expect(restated(29_999)).toEqual([]);
    expect(restated(30_000)).toEqual([exposure]);
    // Only its age goes on.
    expect(restated(90_000)).toEqual([]);
    exposure = { kind: 'flat' };
    expect(restated(90_500)).toEqual([exposure]);
    exposure = unprotected;
    expect(restated(91_000)).toEqual([]);
    expect(restated(120_500)).toEqual([exposure]);
  });

  it('is written anew seldom once its card is an hour old, for Discord takes few edits of it and its end needs one', () => {
    let size = 1;
    const alarm = makeAlarm({
      thresholds: startThresholds,
      stakes: (suites) =>
        suites.map((suite) => ({
          suite,
          contract: undefined,
          exposure: { kind: 'unprotected', side: 'long', size, uncovered: 1 },
        })),
    });
    const at: number[] = [];
    for (let second = 0; second <= 3 * 3_600; second += 5) {
      size += 1;
      const { firing, restated } = alarm.look(lasting(`${second} s`), t0 + second * 1_000);
      expect(firing.length).toBe(second === 0 ? 1 : 0);
      if (restated.length > 0) at.push(second);
    }
    expect(at.slice(0, 3)).toEqual([30, 60, 90]);
    const late = at.filter((second) => second >= 3_600);
    expect(late.length).toBeGreaterThanOrEqual(11);
    expect(late.length).toBeLessThanOrEqual(13);
  });

  it('is told anew by a host that took it over, which does not know what the card says', () => {
    const alarm = alarmWith({ kind: 'flat' });
    alarm.inherit([anAlert('hub-down', market, t0)], t0);
    const restated = (afterMs: number) => alarm.look(lasting('long'), t0 + afterMs).restated.length;
    expect([0, 29_000, 30_000, 61_000].map(restated)).toEqual([0, 0, 1, 0]);
  });

  it('and is back as it was told, says so to a card that may say something else', () => {
    let exposure: Exposure = unprotected;
    const alarm = makeAlarm({
      thresholds: startThresholds,
      stakes: (suites) => suites.map((suite) => ({ suite, contract: undefined, exposure })),
    });
    alarm.look(lasting('12 s'), t0);
    exposure = { kind: 'flat' };
    expect(alarm.look(lasting('12 s'), t0 + 30_000).restated).toHaveLength(1);
    exposure = unprotected;
    alarm.look(lasting('12 s'), t0 + 31_000);
    alarm.look([], t0 + 32_000);
    const { recovered } = alarm.look([], t0 + 32_000 + startThresholds.resolveAfterMs);
    expect(recovered).toMatchObject([{ last: { at: t0 + 31_000, suites: [{ exposure: unprotected }] } }]);
  });

  it('is there as it stands now for a store that has lost it, and bears the instants at which it was told', () => {
    let exposure: Exposure = unprotected;
    const alarm = makeAlarm({
      thresholds: startThresholds,
      stakes: (suites) => suites.map((suite) => ({ suite, contract: undefined, exposure })),
    });
    alarm.look(lasting('12 s'), t0);
    exposure = { kind: 'unprotected', side: 'long', size: 5, uncovered: 5 };
    alarm.look(lasting('5 min'), t0 + 300_000);
    expect(alarm.told()).toMatchObject([
      {
        summary: 'The hub is down for 5 min.',
        evidence: [{ value: '5 min' }],
        suites: [{ exposure }],
        sinceAt: t0,
        observedAt: t0,
      },
    ]);
  });

  it('and what stays as it was told has nothing to add', () => {
    const alarm = alarmWith(unprotected);
    alarm.look(lasting('12 s'), t0);
    alarm.look(lasting('5 min'), t0 + 1_000);
    alarm.look(lasting('12 s'), t0 + 2_000);
    alarm.look([], t0 + 3_000);
    const { recovered } = alarm.look([], t0 + 3_000 + startThresholds.resolveAfterMs);
    expect(recovered).toHaveLength(1);
    expect(recovered[0]).not.toHaveProperty('last');
  });
});

describe('grace', () => {
  it.each([
    ['flat', { kind: 'flat' }, 10_000],
    ['protected', { kind: 'protected', side: 'long', size: 1 }, 3_000],
    ['unprotected', unprotected, 0],
    ['unknown', { kind: 'unknown', why: 'not reconciled' }, 3_000],
  ] satisfies [string, Exposure, number][])(
    'of a %s suite is what the thresholds say',
    (_name, exposure, expected) => {
      expect(graceFor([exposure], startThresholds)).toBe(expected);
    },
  );

  it('is none as soon as one of several suites is unprotected', () => {
    expect(graceFor([{ kind: 'flat' }, unprotected], startThresholds)).toBe(0);
  });

  it('holds a hub drop of a flat suite for ten seconds and not a moment longer', () => {
    const alarm = alarmWith({ kind: 'flat' });
    const seen = [aSighting('hub-down', market, t0)];
    const first = alarm.look(seen, t0);
    expect(first.firing).toEqual([]);
    expect(first.nextDueAt).toBe(t0 + 10_000);
    expect(alarm.look(seen, t0 + 9_999).firing).toEqual([]);
    expect(alarm.look(seen, t0 + 10_000).firing.map((alert) => alert.key)).toEqual(['hub-down@main/market']);
  });

  it('forgets a drop that healed within the grace', () => {
    const alarm = alarmWith({ kind: 'flat' });
    alarm.look([aSighting('hub-down', market, t0)], t0);
    alarm.look([], t0 + 5_000);
    const again = alarm.look([aSighting('hub-down', market, t0 + 8_000)], t0 + 11_000);
    expect(again.firing).toEqual([]);
    expect(again.nextDueAt).toBe(t0 + 18_000);
  });

  it('ends at once when the position loses its stop during the grace', () => {
    let exposure: Exposure = { kind: 'protected', side: 'long', size: 1 };
    const alarm = makeAlarm({
      thresholds: startThresholds,
      stakes: (suites) => suites.map((suite) => ({ suite, contract: undefined, exposure })),
    });
    const seen = [aSighting('hub-down', market, t0)];
    expect(alarm.look(seen, t0 + 100).firing).toEqual([]);
    exposure = unprotected;
    const [alert] = alarm.look(seen, t0 + 200).firing;
    expect(alert?.severity).toBe('critical');
  });
});

describe('telling', () => {
  it('tells a thing once, however often it is seen', () => {
    const alarm = alarmWith(unprotected);
    const seen = [aSighting('hub-down', market, t0)];
    expect(alarm.look(seen, t0).firing).toHaveLength(1);
    for (let at = t0; at < t0 + 60_000; at += 500) expect(alarm.look(seen, at).firing).toEqual([]);
  });

  it('leaves a consequence to its cause', () => {
    const alarm = alarmWith(unprotected);
    const changes = alarm.look(
      [
        aSighting('hub-down', market, t0),
        aSighting('feed-mute', { ...market, contract: 'MNQ' }, t0, { causedBy: ['hub-down'] }),
      ],
      t0,
    );
    expect(changes.firing.map((alert) => alert.finding)).toEqual(['hub-down']);
  });

  it('tells what a cause leaves behind once the cause is over, and nothing where it goes with it a moment later', () => {
    const seen = [
      aSighting('session-expired', { login: 'main' }, t0),
      aSighting('hub-down', market, t0, { causedBy: ['session-expired'] }),
    ];
    const left = seen.slice(1);
    const alarm = alarmWith(unprotected);
    alarm.look(seen, t0);
    const ended = alarm.look(left, t0 + 45_000);
    expect(ended.firing).toEqual([]);
    expect(ended.nextDueAt).toBe(t0 + 48_000);
    const over = alarm.look(left, t0 + 48_000);
    expect(over.firing.map((alert) => alert.finding)).toEqual(['hub-down']);
    expect(over.recovered.map(({ alert }) => alert.finding)).toEqual(['session-expired']);

    const other = alarmWith(unprotected);
    other.look(seen, t0);
    other.look(left, t0 + 45_000);
    expect(other.look([], t0 + 45_600).firing).toEqual([]);
    expect(other.look([], t0 + 48_000).recovered.map(({ alert }) => alert.finding)).toEqual([
      'session-expired',
    ]);
  });

  it('does not let a cause on the other hub hide a symptom', () => {
    const alarm = alarmWith(unprotected);
    const changes = alarm.look(
      [
        aSighting('hub-down', { login: 'main', hub: 'user' }, t0),
        aSighting('feed-mute', { ...market, contract: 'MNQ' }, t0, { causedBy: ['hub-down'] }),
      ],
      t0,
    );
    expect(changes.firing.map((alert) => alert.finding).sort()).toEqual(['feed-mute', 'hub-down']);
  });
});

describe('recovery', () => {
  it('comes after the thing stayed well for a while', () => {
    const alarm = alarmWith(unprotected);
    alarm.look([aSighting('hub-down', market, t0)], t0);
    expect(alarm.look([], t0 + 1_000).recovered).toEqual([]);
    expect(alarm.look([], t0 + 3_999).recovered).toEqual([]);
    expect(alarm.look([], t0 + 4_000).recovered.map(({ alert }) => alert.key)).toEqual([
      'hub-down@main/market',
    ]);
  });

  it('counts the downtime to when it became well, not to when that was sure', () => {
    const alarm = alarmWith(unprotected);
    alarm.look([aSighting('hub-down', market, t0)], t0);
    alarm.look([], t0 + 1_000);
    expect(alarm.look([], t0 + 4_200).recovered[0]?.wellSinceAt).toBe(t0 + 1_000);
  });

  it('starts over when the thing comes back in between, and tells nothing twice', () => {
    const alarm = alarmWith(unprotected);
    alarm.look([aSighting('hub-down', market, t0)], t0);
    alarm.look([], t0 + 1_000);
    const back = alarm.look([aSighting('hub-down', market, t0 + 2_000)], t0 + 2_000);
    expect(back.firing).toEqual([]);
    expect(alarm.look([], t0 + 4_500).recovered).toEqual([]);
    expect(alarm.look([], t0 + 7_500).recovered).toHaveLength(1);
  });

  it('is not told of one hub while both are seen down', () => {
    const alarm = alarmWith(unprotected);
    alarm.look([aSighting('hub-down', market, t0)], t0);
    const both = [aSighting('hub-down', { login: 'main' }, t0)];
    expect(alarm.look(both, t0 + 100).firing.map((alert) => alert.key)).toEqual(['hub-down@main']);
    expect(alarm.look(both, t0 + 20_000).recovered).toEqual([]);
    alarm.look([], t0 + 21_000);
    expect(alarm.look([], t0 + 24_000).recovered).toHaveLength(2);
  });

  it('is not told of a consequence while its cause hides it', () => {
    const alarm = alarmWith(unprotected);
    const mute = aSighting('feed-mute', { ...market, contract: 'MNQ' }, t0, { causedBy: ['hub-down'] });
    const changes = alarm.look([mute], t0);
    expect(changes.firing).toHaveLength(1);
    const down = [aSighting('hub-down', market, t0 + 1_000)];
    for (let at = t0 + 1_000; at < t0 + 60_000; at += 1_000)
      expect(alarm.look(down, at).recovered).toEqual([]);
  });

  it('of an alert told by an earlier host waits until this one can judge', () => {
    const alarm = alarmWith({ kind: 'flat' });
    alarm.inherit([anAlert('hub-down', market, t0)], t0 + 20_000);
    expect(alarm.look([], t0 + 19_999).recovered).toEqual([]);
    expect(alarm.look([], t0 + 23_000).recovered).toHaveLength(1);
  });

  it('never tells again what an earlier host has told', () => {
    const alarm = alarmWith({ kind: 'flat' });
    alarm.inherit([anAlert('hub-down', market, t0, { severity: 'critical' })], t0 + 20_000);
    expect(alarm.look([aSighting('hub-down', market, t0 + 5_000)], t0 + 6_000).firing).toEqual([]);
  });
});
