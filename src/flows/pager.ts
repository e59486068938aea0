// The pager's own rounds: incidents looked after, silences kept honest, the shift handed over; and what it knows, at hand for whoever asks.
import { headline } from '../domain/lead.ts';
import { calleesOf, type Callee, type CallPlan } from '../domain/callees.ts';
import type { Circle } from '../domain/care.ts';
import type { Clock } from '../domain/clock.ts';
import type { Decision } from '../domain/decision.ts';
import type { StoreTrouble } from '../domain/direct-line.ts';
import { messageOf } from '../domain/errors.ts';
import type { Incident, IncidentStore } from '../domain/incident.ts';
import type { KnownIncident } from '../domain/job.ts';
import { onCallAt, type Override, type Roster } from '../domain/oncall.ts';
import type { PagerStore } from '../domain/pager-store.ts';
import type { Playbook } from '../domain/playbook.ts';
import type { Log } from '../log.ts';
import type { Unanswered } from './saving.ts';
import { keepSilences } from './silence-keeper.ts';
import { look } from './tend.ts';

export interface PagerOptions {
  readonly store: IncidentStore;
  readonly pagers: PagerStore;
  /** As configured. */
  readonly plan: Omit<CallPlan, 'roster'> & { readonly roster: Omit<Roster, 'overrides'> };
  readonly playbooks: readonly Playbook[];
  readonly clock: Clock;
  readonly log: Log;
  readonly onDecision: (decision: Decision) => void;
}

export interface Pager {
  /** Whom a circle reaches now, from what was last read. */
  callees(circle: Circle): readonly Callee[];
  /** Open ones first; at most a second old while Redis answers. */
  incidents(): readonly KnownIncident[];
  /** When they were read last; undefined = never. */
  readAt(): number | undefined;
  roster(): Promise<Roster>;
  /** Read now; what is at hand where Redis does not answer. */
  newest(): Promise<readonly KnownIncident[]>;
  /** Since when it makes no rounds, and why; undefined while it does. */
  trouble(): StoreTrouble | undefined;
  close(): Promise<void>;
}

const periodMs = 1_000;
const atHand = 50;
/** A hand-over older than this was missed; who has the shift is no news any more. */
const newsMs = 10 * 60_000;

export function openPager(options: PagerOptions): Pager {
  const { clock, log, pagers, plan, store } = options;
  let known: readonly KnownIncident[] = [];
  let overrides: readonly Override[] = [];
  let readAt: number | undefined;
  let closed = false;
  let round: Promise<void> | undefined;
  let trouble: StoreTrouble | undefined;
  const unanswered: Unanswered = new Map();

  const roster = (): Roster => ({ ...plan.roster, overrides });
  const callees = (circle: Circle): readonly Callee[] =>
    calleesOf({ ...plan, roster: roster() }, circle, clock.now());

  async function refresh(): Promise<void> {
    [known, overrides] = await Promise.all([store.latest(atHand), pagers.overrides()]);
    readAt = clock.now();
  }

  async function go(): Promise<void> {
    await refresh();
    const open = known.flatMap(({ incident }) => (incident.state.kind === 'resolved' ? [] : [incident]));
    const { onDecision, playbooks } = options;
    await look(open, { store, clock, log, playbooks, reaches: callees, onDecision, unanswered });
    // Here, because this is what must not stop: an announcement that Discord does not take is no death.
    await pagers.markRound(clock.now());
    await keepSilences(await pagers.silences(), known, pagers, clock.now());
    await handOver();
  }

  async function handOver(): Promise<void> {
    const now = clock.now();
    const duty = onCallAt(plan.roster.primary, overrides, now);
    if (duty === undefined || now - duty.fromAt > newsMs) return;
    const before = onCallAt(plan.roster.primary, overrides, duty.fromAt - 1)?.person;
    const isSame = before?.id === duty.person.id;
    const open = known.filter(({ incident }) => incident.state.kind !== 'resolved').map(openLine);
    const called = [{ kind: 'user', id: duty.person.id }] as const;
    const { person: to, toAt: untilAt } = duty;
    const told = { kind: 'hand-over', to, from: before, untilAt, open, called } as const;
    await pagers.firstToHandOver(to.id, duty.fromAt, isSame ? undefined : told);
  }

  const stop = clock.every(periodMs, () => {
    if (closed) return;
    round ??= go()
      .then(() => {
        trouble = undefined;
      })
      .catch((error: unknown) => {
        trouble = { sinceAt: trouble?.sinceAt ?? clock.now(), why: messageOf(error) };
        log.warn({ event: 'pager-waits', error: messageOf(error) }, 'the pager could not make its round');
      })
      .finally(() => {
        round = undefined;
      });
  });

  return {
    callees,
    trouble: () => trouble,
    incidents: () => known,
    readAt: () => readAt,
    async roster() {
      overrides = await pagers.overrides();
      return roster();
    },
    async newest() {
      try {
        known = await store.latest(atHand);
        readAt = clock.now();
      } catch (error) {
        log.warn(
          { event: 'pager-waits', error: messageOf(error) },
          'incidents not read, the last known are used',
        );
      }
      return known;
    },
    async close() {
      closed = true;
      stop();
      await round;
    },
  };
}

function openLine({ incident }: KnownIncident): string {
  return `#${incident.id} ${headline(incident)} (${incident.severity}, ${whoHas(incident)})`;
}

function whoHas({ state }: Incident): string {
  switch (state.kind) {
    case 'acknowledged':
      return `${state.by.name} has it`;
    case 'suppressed':
      return `held back by ${state.silence.kind} ${state.silence.id}`;
    default:
      return 'nobody has it';
  }
}
