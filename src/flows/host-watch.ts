// The watch over the watchers: a login that no worker hosts is an incident like any other.
import type { AlertSuite } from '../domain/alert.ts';
import type { Clock } from '../domain/clock.ts';
import type { DeskView } from '../domain/desk.ts';
import type { Detector } from '../domain/detector.ts';
import { messageOf } from '../domain/errors.ts';
import type { IncidentStore } from '../domain/incident.ts';
import { lettersLogin, type LettersWaiting } from '../domain/letter.ts';
import type { Playbook } from '../domain/playbook.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import type { Log } from '../log.ts';
import { plainRecovery } from './alarm.ts';
import type { DeskSight } from './desk-sight.ts';
import { firstSteps } from './first-steps.ts';
import type { LetterSight } from './letter-sight.ts';
import { sightDesk } from './sight.ts';
import { watch, type Watch } from './watch.ts';

export interface HostWatchOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly thresholds: Thresholds;
  readonly store: IncidentStore;
  readonly detectors: readonly Detector[];
  readonly playbooks: readonly Playbook[];
  readonly sight: DeskSight;
  readonly letters: Pick<LetterSight, 'latest'>;
  /** The logins that should be hosted. */
  readonly logins: () => Promise<readonly string[]>;
}

/** Watches with the detectors of the desk until closed. */
export function watchHosts(options: HostWatchOptions): Watch {
  const { clock, log, thresholds, store, detectors, playbooks, sight, letters } = options;
  const own = detectors.filter((detector) => detector.watches === 'desk');
  return watch({
    clock,
    log,
    thresholds,
    store,
    sight: (now) =>
      sight.clear(now, thresholds.hostLostMs)
        ? sightDesk(own, seen(sight.latest(), letters.latest()), { now, thresholds }, log)
        : undefined,
    stakes: (suites) => lastKnownStakes(sight.latest(), suites),
    recovery: (alert, _now, wellSinceAt) => {
      if (alert.place.login === lettersLogin)
        return plainRecovery(wellSinceAt, 'every dead letter was sent again or dismissed');
      const pulse = sight.latest().pulses.find((one) => one.login === alert.place.login);
      return plainRecovery(
        wellSinceAt,
        `worker ${pulse?.worker ?? 'unknown'} hosts ${alert.place.login} and is heard of again`,
      );
    },
    onDecision: ({ posts, incident }) => {
      const isPaged = posts.some(({ kind }) => kind === 'page');
      const steps = isPaged ? firstSteps(incident, playbooks, clock.now()) : undefined;
      if (steps === undefined) return;
      store.post([steps]).catch((error: unknown) => {
        log.error(
          { event: 'steps-lost', incident: incident.id, error: messageOf(error) },
          'the thread got no steps',
        );
      });
    },
    playbooks,
    inherits: { logins: async () => [...(await options.logins()), lettersLogin], detectors: own },
    judgeAt: clock.now() + thresholds.hostLostMs,
  });
}

function seen(desk: DeskView, letters: LettersWaiting | undefined): DeskView {
  return letters === undefined ? desk : { ...desk, letters };
}

function lastKnownStakes(desk: DeskView, suites: readonly string[]): readonly AlertSuite[] {
  return desk.pulses
    .flatMap((pulse) => pulse.suites)
    .filter((suite) => suites.includes(suite.suite))
    .map((suite) => ({ suite: suite.suite, contract: suite.contract, exposure: suite.exposure }));
}
