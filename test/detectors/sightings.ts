// What the detectors see in a login, and what of it a person would be paged for.
import { loadDetectors } from '../../src/catalogue.ts';
import { cmeCalendars } from '../../src/domain/cme-calendar.ts';
import type { DetectContext, Detector, Symptom } from '../../src/domain/detector.ts';
import { encloses } from '../../src/domain/belonging.ts';
import { phaseAt } from '../../src/domain/session-clock.ts';
import type { LoginView } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';

export const detectors = await loadDetectors();
/** A Wednesday, 10:00 in Chicago. */
export const open = Date.parse('2026-03-04T16:00:00Z');
export const dailyBreak = Date.parse('2026-03-04T22:30:00Z');
export const weekend = Date.parse('2026-03-07T16:00:00Z');

export function contextAt(now: number): DetectContext {
  return {
    now,
    thresholds: startThresholds,
    market: (suite) => phaseAt(cmeCalendars, suite.spec.instrument, now),
  };
}

export interface Seen {
  readonly detector: Detector;
  readonly symptom: Symptom;
}

export function sightings(login: LoginView, now: number): readonly Seen[] {
  return detectors.flatMap((detector) =>
    detector.watches === 'login'
      ? detector.detect(login, contextAt(now)).map((symptom) => ({ detector, symptom }))
      : [],
  );
}

/** Those that nothing else explains: what a person would be paged for. */
export function pages(login: LoginView, now: number): readonly string[] {
  const all = sightings(login, now);
  return all
    .filter(
      (one) =>
        !all.some(
          (other) =>
            other !== one &&
            one.detector.causedBy.includes(other.symptom.finding) &&
            encloses(other.symptom.place, one.symptom.place),
        ),
    )
    .map(({ symptom }) => symptom.finding);
}

export const held = [
  { instrument: 'MNQ', exposure: { kind: 'protected', side: 'long', size: 1 } },
  { instrument: 'ES' },
] as const;
