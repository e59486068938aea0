// What should have happened by now and did not: a page Discord never took, a call nobody made, a silence that nobody ended. Pure.
import { headline } from './lead.ts';
import type { Incident } from './incident.ts';
import type { KnownIncident } from './job.ts';
import { careStep, digestAfterMs } from './incident-due.ts';
import { isFiring } from './incident-rules.ts';
import { freeSince, type Silence } from './silence.ts';

/** How late something may be before it is told: the pager looks every second, so this is a pager that does not. */
export const lateMs = 20_000;

export interface Overdue {
  /** The same thing late again has the same key. */
  readonly key: string;
  /** A full sentence for a text message. */
  readonly text: string;
  /** Since when it is late. */
  readonly dueAt: number;
}

/** What calls people in an incident's thread, and has not reached Discord yet. */
export interface CallWaiting {
  readonly id: string;
  readonly incident: string;
  readonly queuedAt: number;
}

/**
 * Everything late at `now`, in the order of the incidents.
 * @param calls those that wait: many of one incident are told together, as its oldest
 * @param sinceAt since when whoever asks has seen without a break: what came due before could not be seen to be done
 */
export function overdue(
  known: readonly KnownIncident[],
  silences: readonly Silence[],
  calls: readonly CallWaiting[],
  now: number,
  sinceAt: number,
): readonly Overdue[] {
  return known
    .flatMap((one) =>
      lateOf(
        one,
        silences,
        now,
        calls.filter(({ incident }) => incident === one.incident.id),
      ),
    )
    .filter(({ dueAt }) => now >= Math.max(dueAt, sinceAt) + lateMs);
}

/** Since when no silence holds back any more what fires of these keys; undefined = each is held back now. Nothing firing is free. */
function freeOf(
  { alerts }: Incident,
  silences: readonly Silence[],
  now: number,
  keys?: readonly string[],
): number | undefined {
  const firing = alerts.filter(
    ({ alert, recovery }) => recovery === undefined && keys?.includes(alert.key) !== false,
  );
  const free = firing.flatMap(({ alert }) => freeSince(silences, alert, now) ?? []);
  if (free.length > 0) return Math.min(...free);
  return firing.length === 0 ? 0 : undefined;
}

function callOf(
  calls: readonly CallWaiting[],
  late: (what: string, dueAt: number, words: string) => Overdue,
): readonly Overdue[] {
  const [first] = calls.toSorted((a, b) => a.queuedAt - b.queuedAt);
  if (first === undefined) return [];
  return [
    late(
      'thread-call',
      first.queuedAt,
      'a call in its thread has not reached Discord. Check on the platform yourself.',
    ),
  ];
}

function lateOf(
  { incident, refs }: KnownIncident,
  silences: readonly Silence[],
  now: number,
  calls: readonly CallWaiting[],
): readonly Overdue[] {
  const { id, state, severity, flapping, untold, toldAt, care } = incident;
  const title = headline(incident);
  const late = (what: string, dueAt: number, words: string): Overdue => ({
    key: `${id}:${what}:${dueAt}`,
    dueAt,
    text: `Incident #${id} (${severity}, ${title}): ${words}`,
  });
  // One that ended before its page was taken is still owed to somebody.
  const page =
    incident.paged && refs.acceptedAt === undefined
      ? [
          late(
            'page',
            Math.max(incident.decidedAt, incident.pagedAt ?? 0, care.roundAt),
            'its page has not reached Discord, so nobody may know. Check positions and stops on the platform.',
          ),
        ]
      : [];
  // Behind a page that waits, a call waits too: that is told with the page.
  const owed = page.length > 0 ? page : callOf(calls, late);
  const free = freeOf(incident, silences, now);
  switch (state.kind) {
    case 'resolved':
      return owed;
    case 'suppressed':
      return free === undefined || !isFiring(incident)
        ? owed
        : [
            ...owed,
            late(
              'silence',
              free === 0 ? state.silence.toAt : free,
              'its silence is over and it still fires, but nobody has been called. Check on the platform yourself.',
            ),
          ];
    default: {
      const step = careStep(incident, state);
      const untoldFree = freeOf(incident, silences, now, untold);
      return [
        ...owed,
        ...(step === undefined || free === undefined
          ? []
          : [
              late(
                step.kind,
                Math.max(step.dueAt, free),
                'a call or reminder that was due has not been sent. Check whether somebody has it.',
              ),
            ]),
        ...(flapping.kind === 'flapping' && free !== undefined
          ? [
              late(
                'flapping',
                Math.max(flapping.overAt, free),
                'its flapping ended, but nobody was told how. See its thread.',
              ),
            ]
          : []),
        ...(untold.length === 0 || untoldFree === undefined
          ? []
          : [
              late(
                'digest',
                Math.max((toldAt.at(-1) ?? incident.openedAt) + digestAfterMs, untoldFree),
                `${untold.length} alerts that joined it have not been announced. See /incident show ${id}.`,
              ),
            ]),
      ];
    }
  }
}
