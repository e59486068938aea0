// What the bot saw last, for the time when nothing can be asked: the desk, the open incidents, who is called, the last answers.
import type { Callee } from '../domain/callees.ts';
import type { Clock } from '../domain/clock.ts';
import type { DeskView, LoginPulse } from '../domain/desk.ts';
import type { DirectPage } from '../domain/direct-line.ts';
import { reachOf, reachOfIncident } from '../domain/grant.ts';
import type { ExamineTask, KnownIncident, LastSeen, Task } from '../domain/job.ts';
import type { Report } from '../domain/report.ts';

export interface SeenLast {
  /** An answer that was given; the next to the same question takes its place. */
  keep(task: ExamineTask, report: Report): void;
  /** A page that goes into the channel without a record. */
  hear(page: DirectPage): void;
  /** What has to do with the task; everything where there is none, or where it asks no host. */
  about(task: Task | undefined): LastSeen;
}

export interface SeenLastOptions {
  readonly desk: { latest(): DeskView; seenAt(): number | undefined };
  readonly pager: {
    incidents(): readonly KnownIncident[];
    readAt(): number | undefined;
    callees(circle: 'primary'): readonly Callee[];
  };
  /** Sights of the hosts of this very process, which need no store. */
  readonly shown: () => readonly LoginPulse[];
  readonly clock: Pick<Clock, 'now'>;
}

const mostKept = 50;
/** A report this old says nothing about now that is worth reading. */
const reportLifeMs = 60 * 60_000;

export function seenLast({ desk, pager, shown, clock }: SeenLastOptions): SeenLast {
  const reports = new Map<string, Report>();
  const direct = new Map<string, DirectPage>();

  function view(): DeskView {
    const latest = desk.latest();
    const here = shown();
    const pulses = new Map(latest.pulses.map((pulse) => [pulse.login, pulse]));
    for (const pulse of here)
      if (pulse.at >= (pulses.get(pulse.login)?.at ?? 0)) pulses.set(pulse.login, pulse);
    return { roster: latest.roster, pulses: [...pulses.values()] };
  }

  return {
    keep(task, report) {
      const question = questionOf(task);
      reports.delete(question);
      reports.set(question, report);
      bound(reports);
    },
    hear(page) {
      direct.set(page.id, page);
      bound(direct);
    },
    about(task) {
      const whole = view();
      const parts = task?.kind === 'examine' ? task.parts : undefined;
      const open = pager.incidents().filter(({ incident }) => incident.state.kind !== 'resolved');
      const report = task?.kind === 'examine' ? reports.get(questionOf(task)) : undefined;
      const isOld = report === undefined || clock.now() - report.finishedAt > reportLifeMs;
      return {
        desk: parts === undefined ? whole : partOf(whole, parts),
        deskAt: desk.seenAt(),
        incidents:
          task?.kind === 'examine' ? open.filter(({ incident }) => touches(incident, reachOf(task))) : open,
        incidentsAt: pager.readAt(),
        // What was decided before they were read last has its record by now.
        direct: [...direct.values()].filter(({ decidedAt }) => decidedAt > (pager.readAt() ?? 0)),
        called: pager.callees('primary'),
        ...(isOld ? {} : { report }),
        hostHere: shown().length > 0,
      };
    },
  };
}

function bound(kept: Map<string, unknown>): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= mostKept) break;
    kept.delete(oldest);
  }
}

/** The same question to the same suites: what one may read of it, the other may. */
function questionOf({ parts, diagnostics, exhibits, subject }: ExamineTask): string {
  return JSON.stringify([parts, diagnostics, exhibits, subject]);
}

function partOf({ roster, pulses }: DeskView, parts: ExamineTask['parts']): DeskView {
  const suitesOf = (login: string): readonly string[] =>
    parts.find((part) => part.login === login)?.suites ?? [];
  const wanted = new Set(parts.map(({ login }) => login));
  const keep = <T extends { readonly suite: string }>(login: string, suites: readonly T[]): readonly T[] =>
    suites.filter(({ suite }) => suitesOf(login).includes(suite));
  return {
    roster: roster
      .filter(({ login }) => wanted.has(login))
      .map((entry) => ({ ...entry, suites: keep(entry.login, entry.suites) })),
    pulses: pulses
      .filter(({ login }) => wanted.has(login))
      .map((pulse) => ({ ...pulse, suites: keep(pulse.login, pulse.suites) })),
  };
}

function touches(incident: KnownIncident['incident'], parts: ReturnType<typeof reachOf>): boolean {
  return reachOfIncident(incident).some(({ login, suites }) =>
    parts.some(
      (part) =>
        part.login === login &&
        (suites.length === 0 ||
          part.suites.length === 0 ||
          suites.some((suite) => part.suites.includes(suite))),
    ),
  );
}
