// What should have happened by now and did not: a page Discord never took, a call nobody made, a silence that nobody ended. Pure.
import type { KnownIncident } from './job.ts';
import { careStep, digestAfterMs } from './incident-due.ts';

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

/** Everything late at `now`, in the order of the incidents. */
export function overdue(known: readonly KnownIncident[], now: number): readonly Overdue[] {
  return known.flatMap((one) => lateOf(one)).filter(({ dueAt }) => now >= dueAt + lateMs);
}

function lateOf({ incident, refs }: KnownIncident): readonly Overdue[] {
  const { id, state, severity, flapping, untold, toldAt, care } = incident;
  const title = incident.alerts[0]?.alert.title ?? 'Incident';
  const late = (what: string, dueAt: number, words: string): Overdue => ({
    key: `${id}:${what}:${dueAt}`,
    dueAt,
    text: `Incident #${id} (${severity}, ${title}): ${words}`,
  });
  // One that ended before its page was taken is still owed to somebody.
  const page =
    incident.paged && refs.acceptedAt === undefined
      ? [late('page', Math.max(incident.decidedAt, care.roundAt), 'its page has not reached Discord.')]
      : [];
  switch (state.kind) {
    case 'resolved':
      return page;
    case 'suppressed':
      return [
        late('silence', state.silence.toAt, 'its silence is over, and nobody was told that it still fires.'),
      ];
    default: {
      const step = careStep(incident, state);
      return [
        ...page,
        ...(step === undefined
          ? []
          : [late(step.kind, step.dueAt, 'a call or reminder that is due was not made.')]),
        ...(flapping.kind === 'flapping'
          ? [late('flapping', flapping.overAt, 'how its flapping ended was not told.')]
          : []),
        ...(untold.length === 0
          ? []
          : [
              late(
                'digest',
                (toldAt.at(-1) ?? incident.openedAt) + digestAfterMs,
                `${untold.length} alerts that joined it were not told.`,
              ),
            ]),
      ];
    }
  }
}
