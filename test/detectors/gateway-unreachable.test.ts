// A login that fails: the lost session is told while pings are answered, the gateway where they fail as well.
import { describe, expect, it } from 'vitest';
import { fakeLogin, lostHub, restRecord } from '../fakes/view.ts';
import { contextAt, detectors, open } from './sightings.ts';

describe('a login that fails while the hubs are away', () => {
  const lostLogin = (rest: ReturnType<typeof restRecord>[]) =>
    detectors
      .flatMap((detector) =>
        detector.watches === 'login'
          ? detector.detect(
              fakeLogin(open, {
                rest,
                session: { kind: 'expired', sinceAt: open - 60_000, expiresAt: undefined, why: 'REST 401' },
                market: lostHub(open - 60_000),
                user: lostHub(open - 60_000),
              }),
              contextAt(open),
            )
          : [],
      )
      .filter(({ finding }) =>
        ['gateway-unreachable', 'session-expired', 'gateway-failing'].includes(finding),
      );
  const login = (ago: number) =>
    restRecord(open - ago, 'Auth/loginKey', { outcome: 'server-error', status: 503, detail: 'HTTP 503' });
  const ping = (ago: number, patch = {}) => restRecord(open - ago, 'Status/ping', patch);

  it('is a lost session while pings are answered, however many logins failed since the last of them', () => {
    const rest = [login(50_000), login(40_000), ping(20_000), login(18_000), login(10_000), login(5_000)];
    const told = lostLogin(rest);
    expect(told.map(({ finding }) => finding)).toEqual(['session-expired']);
    expect(told[0]?.summary).toContain('it is the login that fails');
  });

  it('is a gateway that is unreachable where the newest ping failed as well', () => {
    const dead = ping(4_000, { outcome: 'timeout', status: undefined, detail: 'no answer within 10 s' });
    const rest = [login(50_000), ping(20_000), login(18_000), login(10_000), dead];
    expect(lostLogin(rest).map(({ finding }) => finding)).toContain('gateway-unreachable');
  });
});
