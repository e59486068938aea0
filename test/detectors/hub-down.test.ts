// A user hub that is back and whose missed events are still being asked for is given the time our share of the requests needs.
import { describe, expect, it } from 'vitest';
import type { HubView } from '../../src/domain/suite.ts';
import { backHub, fakeLogin, lostHub, subscriptionsOf } from '../fakes/view.ts';
import { held, open, sightings } from './sightings.ts';

function seen(hubs: { user?: Partial<HubView>; market?: Partial<HubView> }) {
  return sightings(fakeLogin(open, { ...hubs, suites: held }), open).find(
    ({ symptom }) => symptom.finding === 'hub-down',
  )?.symptom;
}

describe('a user hub that is connected again', () => {
  it('and subscribed gets time until what it missed was asked for', () => {
    const symptom = seen({ user: backHub('user', open - 4_000, open - 3_000) });
    expect(symptom?.graceMs).toBe(30_000);
    expect(symptom?.summary).toContain('what it missed has not been read over REST yet');
    expect(symptom?.summary).not.toContain('do not arrive');
  });

  it('gets none while a subscription is not acknowledged', () => {
    const waiting = subscriptionsOf('user', open - 3_000, { kind: 'waiting', sinceAt: open - 3_000 });
    const symptom = seen({
      user: { ...backHub('user', open - 4_000, open - 3_000), subscriptions: waiting },
    });
    expect(symptom).toBeDefined();
    expect(symptom?.graceMs).toBeUndefined();
  });

  it('gets none while the market hub is down with it', () => {
    const user = backHub('user', open - 4_000, open - 3_000);
    expect(seen({ user, market: lostHub(open - 4_000) })?.graceMs).toBeUndefined();
  });
});

it('a market hub whose subscriptions were refused for long is well with its first data, a moment before their answer is counted', () => {
  const backAt = open - 80_000;
  const waiting = subscriptionsOf('market', open, { kind: 'refused', at: open - 15_000, error: 'not now' });
  const back = { ...backHub('market', open - 81_000, backAt), subscriptions: waiting };
  const hearing = { ...back, proven: true, gaps: [{ startedAt: open - 81_000, endedAt: open - 10 }] };
  const found = (market: Partial<HubView>): readonly string[] =>
    sightings(fakeLogin(open, { market, suites: held }), open).map(({ symptom }) => symptom.finding);
  expect(found(back)).toEqual(['hub-down', 'subscriptions-missing']);
  expect(found(hearing)).toEqual([]);
});

it('a market hub that was just asked for another contract, after a roll, owes its acknowledgement from then on', () => {
  const asked = (agoMs: number): Partial<HubView> => ({
    subscriptions: subscriptionsOf('market', open, { kind: 'waiting', sinceAt: open - agoMs }),
  });
  const found = (market: Partial<HubView>): readonly string[] =>
    sightings(fakeLogin(open, { market, suites: held }), open).map(({ symptom }) => symptom.finding);
  expect(found(asked(19_000))).toEqual([]);
  expect(found(asked(20_000))).toEqual(['subscriptions-missing']);
});

it('a market hub that is connected again is down until its data comes, whatever was acknowledged', () => {
  expect(seen({ market: backHub('market', open - 4_000, open - 3_000) })?.graceMs).toBeUndefined();
});
