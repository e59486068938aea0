// How severe a page is, by what is at stake.
import { describe, expect, it } from 'vitest';
import type { Exposure } from '../../src/domain/order.ts';
import { severityMatrix } from '../../src/domain/severity.ts';
import type { SessionState } from '../../src/domain/suite.ts';
import { fakeLogin, lostHub, type FakeLogin } from '../fakes/view.ts';
import { held, open, sightings } from './sightings.ts';

describe('the severity', () => {
  it('of a lost hub is critical with a position and high without', () => {
    const severity = (fake: FakeLogin): string | undefined =>
      sightings(fakeLogin(open, fake), open)[0]?.symptom.severity;
    expect(severity({ user: lostHub(open - 2_000) })).toBe('high');
    expect(severity({ user: lostHub(open - 2_000), suites: held })).toBe('critical');
  });

  it.each(['flat', 'protected', 'unprotected', 'unknown'] as const)(
    'of a lost hub and of a refused session is that of the published matrix while the market is open: %s',
    (kind) => {
      const exposure: Exposure =
        kind === 'flat'
          ? { kind }
          : kind === 'unknown'
            ? { kind, why: 'its orders and positions have not been read yet' }
            : { kind, side: 'long', size: 2, uncovered: 2 };
      const suites = [{ patch: { exposure } }];
      const refused: SessionState = { kind: 'refused', sinceAt: open - 30_000, code: 9, reason: 'no access' };
      const severities = [
        { user: lostHub(open - 12_000), suites },
        { session: refused, suites },
      ].map((fake) => sightings(fakeLogin(open, fake), open)[0]?.symptom.severity);
      expect(severities).toEqual([severityMatrix.sight.open[kind], severityMatrix.access.open[kind]]);
    },
  );
});
