// Everything wrong at this moment, as the detectors see it; one that throws is logged and the others go on.
import type { DeskContext, DetectContext, Detector, Symptom } from '../domain/detector.ts';
import type { DeskView } from '../domain/desk.ts';
import { messageOf } from '../domain/errors.ts';
import type { LoginView } from '../domain/suite.ts';
import type { Log } from '../log.ts';
import type { Sighting } from './alarm.ts';

function ask(detector: Detector, detect: () => readonly Symptom[], log: Log): readonly Sighting[] {
  try {
    return detect().map((symptom) => ({ symptom, detector }));
  } catch (error) {
    log.error(
      { event: 'detector-threw', detector: detector.name, error: messageOf(error) },
      'a detector threw',
    );
    return [];
  }
}

export function sightLogin(
  detectors: readonly Detector[],
  login: LoginView,
  context: DetectContext,
  log: Log,
): readonly Sighting[] {
  const sightings: Sighting[] = [];
  for (const detector of detectors) {
    if (detector.watches !== 'login') continue;
    sightings.push(...ask(detector, () => detector.detect(login, context), log));
  }
  return sightings;
}

export function sightDesk(
  detectors: readonly Detector[],
  desk: DeskView,
  context: DeskContext,
  log: Log,
): readonly Sighting[] {
  return detectors.flatMap((detector) =>
    detector.watches === 'desk' ? ask(detector, () => detector.detect(desk, context), log) : [],
  );
}
