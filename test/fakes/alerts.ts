// Symptoms, detectors and alerts in few words.
import { alertKey, type Alert } from '../../src/domain/alert.ts';
import type { Detector, Place, Symptom } from '../../src/domain/detector.ts';
import type { Severity } from '../../src/domain/diagnostic.ts';
import type { Sighting } from '../../src/flows/alarm.ts';

export function aDetector(finding: string, causedBy: readonly string[] = []): Detector {
  return {
    name: finding,
    watches: 'login',
    findings: { [finding]: { title: `Title of ${finding}`, meaning: 'm', causes: ['c'], next: ['/health'] } },
    diagnostics: ['hub-connection'],
    causedBy,
    detect: () => [],
  };
}

export function aSighting(
  finding: string,
  place: Place,
  sinceAt: number,
  more: {
    readonly causedBy?: readonly string[];
    readonly suites?: readonly string[];
    readonly graceMs?: number;
    readonly severity?: Severity;
  } = {},
): Sighting {
  const symptom: Symptom = {
    finding,
    place,
    severity: more.severity ?? 'high',
    sinceAt,
    summary: `${finding} is wrong`,
    remedy: 'look',
    evidence: [],
    suites: more.suites ?? ['mnq'],
    ...(more.graceMs === undefined ? {} : { graceMs: more.graceMs }),
  };
  return { symptom, detector: aDetector(finding, more.causedBy) };
}

export function anAlert(finding: string, place: Place, sinceAt: number, more: Partial<Alert> = {}): Alert {
  return {
    key: alertKey(finding, place),
    finding,
    title: `Title of ${finding}`,
    place,
    severity: 'high',
    sinceAt,
    observedAt: sinceAt,
    summary: `${finding} is wrong`,
    remedy: 'look',
    evidence: [],
    suites: [{ suite: 'mnq', contract: 'CON.F.US.MNQ.Z26', exposure: { kind: 'flat' } }],
    causedBy: [],
    diagnostics: [],
    ...more,
  };
}
