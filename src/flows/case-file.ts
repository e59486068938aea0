// What follows a page into its thread: the first steps at once, the evidence as soon as it is gathered; the page waits for neither.
import type { Alert } from '../domain/alert.ts';
import type { Clock } from '../domain/clock.ts';
import { messageOf, OpsError } from '../domain/errors.ts';
import type { Incident, IncidentStore, Post } from '../domain/incident.ts';
import type { Playbook } from '../domain/playbook.ts';
import type { LoginReport } from '../domain/report.ts';
import type { Log } from '../log.ts';
import { firstSteps } from './first-steps.ts';

export interface CaseFileOptions {
  readonly store: Pick<IncidentStore, 'post' | 'open'>;
  readonly playbooks: readonly Playbook[];
  readonly clock: Clock;
  readonly log: Log;
  /** Asks the diagnostics of an alert about its suites. */
  readonly ask: (suites: readonly string[], wanted: readonly string[] | 'all') => Promise<LoginReport>;
}

/** An examination keeps a process busy; where the bot lives in the same one, the page goes first. */
const headStartMs = 100;
/** An outage of five minutes is got over; what comes later is read in the channel anyway. */
const againMs = 1_000;
const mostTries = 400;

export interface CaseFiles {
  equip(incident: Incident, alert: Alert): void;
  /** What the host before did not come to: asked anew for what was paged lately; a post that is there already stays one. */
  catchUp(login: string): Promise<void>;
}

/** Older than this, and people have looked for themselves. */
const catchUpMs = 15 * 60_000;

/** Never throws and never rejects: what could not be told is in the log. */
export function caseFiles(options: CaseFileOptions): CaseFiles {
  const { store, playbooks, clock, log, ask } = options;

  /** Each post has an id of its own, so trying again through an outage of the queue brings it once. */
  async function post(one: Post): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await store.post([one]);
        return;
      } catch (error) {
        const again = error instanceof OpsError && error.retryable && tries < mostTries;
        if (!again) throw error;
      }
      await new Promise<void>((resolve) => clock.after(againMs, resolve));
    }
  }

  /** What to do comes before what was found: people can begin while the evidence is gathered. */
  async function guide(incident: Incident): Promise<void> {
    const steps = firstSteps(incident, playbooks, clock.now());
    if (steps === undefined) return;
    try {
      await post(steps);
    } catch (error) {
      log.error(
        { event: 'steps-lost', incident: incident.id, error: messageOf(error) },
        'the thread got no steps',
      );
    }
  }

  async function gather({ id }: Incident, alert: Alert): Promise<void> {
    const base = { id: `${id}-evidence`, incident: id, queuedAt: clock.now() } as const;
    const suites = alert.suites.map((one) => one.suite);
    try {
      await new Promise<void>((resolve) => clock.after(headStartMs, resolve));
      const startedAt = clock.now();
      const report = await ask(suites, alert.diagnostics);
      await post({
        ...base,
        kind: 'evidence',
        report: {
          kind: 'report',
          title: `Evidence for incident #${id}`,
          askedAt: startedAt,
          finishedAt: clock.now(),
          logins: [report],
          missing: [],
        },
      });
    } catch (error) {
      log.error(
        { event: 'evidence-failed', incident: id, error: messageOf(error) },
        'no evidence for the thread',
      );
      const note = { kind: 'evidence-failed', why: messageOf(error) } as const;
      await post({ ...base, kind: 'note', note }).catch((failure: unknown) => {
        log.error(
          { event: 'evidence-lost', incident: id, error: messageOf(failure) },
          'not even that could be told',
        );
      });
    }
  }

  function equip(incident: Incident, alert: Alert): void {
    void guide(incident);
    void gather(incident, alert);
  }

  return {
    equip,
    async catchUp(login) {
      try {
        const { incidents } = await store.open(login);
        for (const incident of incidents) {
          const [first] = incident.alerts;
          const isRecent = clock.now() - incident.openedAt < catchUpMs;
          if (incident.paged && isRecent && first !== undefined) equip(incident, first.alert);
        }
      } catch (error) {
        log.warn(
          { event: 'evidence-unread', login, error: messageOf(error) },
          'whether a thread lacks evidence is not known',
        );
      }
    },
  };
}
