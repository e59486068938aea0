// Puts the parts that the hosts answered together into the one report a person reads, naming what did not come.
import type { AskResult, ExaminePart, TaskTicket } from '../domain/job.ts';
import { heardAt, type DeskView } from '../domain/desk.ts';
import type { MissingPart, Report } from '../domain/report.ts';

/** Why a login did not answer in time, from what the desk last heard of its host. */
export function silenceOf(part: ExaminePart, desk: DeskView, now: number): string {
  const pulse = desk.pulses.find((one) => one.login === part.login);
  if (pulse === undefined) return `no worker has ever hosted ${part.login}: start one (npm run worker)`;
  const age = Math.max(0, Math.round((now - heardAt(pulse)) / 1_000));
  return age > 5
    ? `worker ${pulse.worker} hosts it but was last heard of ${age} s ago`
    : `worker ${pulse.worker} is alive (heard ${age} s ago) but did not answer in time`;
}

/** Pure. `missing` are the parts nobody answered before the deadline. */
export function assemble(
  ticket: Pick<TaskTicket, 'task' | 'askedAt'>,
  results: readonly AskResult[],
  missing: readonly ExaminePart[],
  desk: DeskView,
  now: number,
): Report {
  const failed: readonly MissingPart[] = results.flatMap((result) =>
    result.kind === 'failed'
      ? [{ login: result.login, suites: suitesOf(ticket, result.login), why: result.why }]
      : [],
  );
  return {
    kind: 'report',
    title: ticket.task.kind === 'examine' ? ticket.task.title : 'Report',
    askedAt: ticket.askedAt,
    finishedAt: now,
    logins: results
      .flatMap((result) => (result.kind === 'report' ? [result.report] : []))
      .sort((a, b) => a.login.localeCompare(b.login)),
    missing: [
      ...failed,
      ...missing.map((part) => ({ login: part.login, suites: part.suites, why: silenceOf(part, desk, now) })),
    ],
  };
}

function suitesOf(ticket: Pick<TaskTicket, 'task'>, login: string): readonly string[] {
  return ticket.task.kind === 'examine'
    ? (ticket.task.parts.find((part) => part.login === login)?.suites ?? [])
    : [];
}
