// The whole story of an incident for those who learn from it: impact, steps and their times, evidence, deeds, what is left; pure.
import type { Alert, AlertSuite } from './alert.ts';
import type { Evidence } from './diagnostic.ts';
import type { Person } from './incident.ts';
import { beganAt, downtimeOf, stretches, type Downtime, type Stretch } from './incident-story.ts';
import type { KnownIncident } from './job.ts';
import type { Playbook } from './playbook.ts';
import type { Severity } from './severity.ts';
import { countedFrom, goals, pageOutcome, takenOutcome, type Outcome } from './slo.ts';
import { stillSeen } from './still-seen.ts';
import type { TimelineEntry } from './timeline.ts';

/** All instants epoch ms; texts from outside stand in it as they came and are escaped where they are shown. */
export interface Postmortem {
  readonly incident: string;
  readonly title: string;
  /** Finding of the root alert. */
  readonly finding: string | undefined;
  readonly login: string;
  readonly severity: Severity;
  readonly writtenAt: number;
  readonly began: number;
  readonly end: End;
  readonly downtime: Downtime;
  readonly impact: Impact;
  /** The root first. */
  readonly alerts: readonly PastAlert[];
  readonly instants: readonly Instant[];
  readonly goals: readonly GoalCheck[];
  readonly stretches: readonly Stretch[];
  readonly timeline: readonly TimelineEntry[];
  readonly evidence: readonly PastEvidence[];
  /** What people did, oldest first; also part of `timeline`. */
  readonly deeds: readonly Deed[];
  readonly people: readonly { readonly person: Person; readonly deeds: number }[];
  readonly checklist: Checklist | undefined;
  readonly similar: readonly PastIncident[];
}

export type End =
  | { readonly kind: 'open' }
  | { readonly kind: 'held-back'; readonly silence: string; readonly by: Person; readonly reason: string }
  | { readonly kind: 'recovered'; readonly at: number }
  /** `stillSeen`: titles of alerts that nobody saw recover. */
  | {
      readonly kind: 'by-hand';
      readonly at: number;
      readonly by: Person;
      readonly stillSeen: readonly string[];
    };

export interface Impact {
  /** Each touched suite with the worst of what was told to be at stake, at first or at last; the worst suite first. */
  readonly suites: readonly AlertSuite[];
  /** What was missed (bars, fills), in full sentences; empty = nothing is known of it, which is not "nothing was missed". */
  readonly missed: readonly string[];
  /** What proved each recovery. */
  readonly proofs: readonly string[];
}

export interface PastAlert {
  readonly title: string;
  readonly finding: string;
  readonly severity: Severity;
  readonly place: Alert['place'];
  readonly sinceAt: number;
  /** Undefined = nobody saw it recover. */
  readonly wellAt: number | undefined;
  readonly summary: string;
  readonly remedy: string;
}

/** One of the six instants. */
export interface Instant {
  readonly name: 'observed' | 'decided' | 'queued' | 'sent' | 'accepted' | 'acknowledged';
  readonly at: number | undefined;
}

export interface GoalCheck {
  readonly what: 'paged' | 'acknowledged';
  readonly goalMs: number;
  readonly outcome: Outcome;
  /** Held back by a silence until then; undefined = counted from when it was observed. */
  readonly heldBackUntil: number | undefined;
}

export interface PastEvidence extends Evidence {
  /** Title of the alert it was seen for. */
  readonly alert: string;
}

export interface Deed extends Omit<TimelineEntry, 'by'> {
  readonly by: Person;
}

export interface Checklist {
  readonly title: string;
  readonly steps: readonly {
    readonly title: string;
    /** `open` = nobody touched it; `taken` = begun and not finished. */
    readonly how: 'open' | 'taken' | 'done' | 'passed';
    readonly by?: Person;
    readonly at?: number;
  }[];
}

export interface PastIncident {
  readonly incident: string;
  readonly title: string;
  readonly openedAt: number;
  readonly suites: readonly string[];
  readonly end: End;
  readonly acknowledgedAt: number | undefined;
}

export interface Story {
  readonly known: KnownIncident;
  readonly timeline: readonly TimelineEntry[];
  readonly similar: readonly KnownIncident[];
  readonly playbook?: Playbook | undefined;
}

export function postmortemOf(story: Story, now: number): Postmortem {
  const { known, timeline, similar } = story;
  const { incident } = known;
  const deeds = timeline.flatMap((entry) => (entry.by === 'pitwatch' ? [] : [{ ...entry, by: entry.by }]));
  return {
    incident: incident.id,
    title: titleOf(known),
    finding: incident.alerts[0]?.alert.finding,
    login: incident.login,
    severity: incident.severity,
    writtenAt: now,
    began: beganAt(incident),
    end: endOf(known),
    downtime: downtimeOf(incident, timeline, now),
    impact: impactOf(known),
    alerts: incident.alerts.map(({ alert, recovery }) => ({
      title: alert.title,
      finding: alert.finding,
      severity: alert.severity,
      place: alert.place,
      sinceAt: alert.sinceAt,
      wellAt: recovery?.at,
      summary: alert.summary,
      remedy: alert.remedy,
    })),
    instants: instantsOf(known),
    goals: goalChecks(known, now),
    stretches: stretches(incident, timeline),
    timeline,
    evidence: incident.alerts.flatMap(({ alert }) =>
      alert.evidence.map((one) => ({ alert: alert.title, ...one })),
    ),
    deeds,
    people: peopleOf(deeds),
    checklist: checklistOf(story),
    similar: similar.map((one) => ({
      incident: one.incident.id,
      title: titleOf(one),
      openedAt: one.incident.openedAt,
      suites: impactOf(one).suites.map(({ suite }) => suite),
      end: endOf(one),
      acknowledgedAt: one.incident.acknowledgedAt,
    })),
  };
}

/** Observed, decided, queued, sent, accepted by Discord, acknowledged. */
export function instantsOf({ incident, refs }: KnownIncident): readonly Instant[] {
  const { observedAt, decidedAt, openedAt, acknowledgedAt, pagedAt, paged } = incident;
  return [
    { name: 'observed', at: observedAt },
    { name: 'decided', at: decidedAt },
    { name: 'queued', at: pagedAt ?? (paged ? openedAt : undefined) },
    { name: 'sent', at: refs.sentAt },
    { name: 'accepted', at: refs.acceptedAt },
    { name: 'acknowledged', at: acknowledgedAt },
  ];
}

function titleOf({ incident }: KnownIncident): string {
  return incident.alerts[0]?.alert.title ?? 'Incident';
}

function endOf({ incident: { state, alerts } }: KnownIncident): End {
  switch (state.kind) {
    case 'triggered':
    case 'acknowledged':
      return { kind: 'open' };
    case 'suppressed': {
      const { kind, id, by, reason } = state.silence;
      return { kind: 'held-back', silence: `${kind} ${id}`, by, reason };
    }
    case 'resolved': {
      if (state.by === 'recovery') return { kind: 'recovered', at: state.at };
      return {
        kind: 'by-hand',
        at: state.at,
        by: state.by,
        stillSeen: stillSeen({ state, alerts }).map(({ title }) => title),
      };
    }
  }
}

const stakes = ['unprotected', 'unknown', 'protected', 'flat'] as const;

function impactOf({ incident }: KnownIncident): Impact {
  const worst = new Map<string, AlertSuite>();
  const rank = ({ exposure }: AlertSuite): number => stakes.indexOf(exposure.kind);
  for (const { alert, last } of incident.alerts) {
    for (const suite of [...alert.suites, ...(last?.suites ?? [])]) {
      const known = worst.get(suite.suite);
      if (known === undefined || rank(suite) < rank(known)) worst.set(suite.suite, suite);
    }
  }
  const recoveries = incident.alerts.flatMap(({ recovery }) => (recovery === undefined ? [] : [recovery]));
  return {
    suites: [...worst.values()].sort((a, b) => rank(a) - rank(b)),
    missed: [...new Set(recoveries.flatMap(({ missed }) => missed))],
    proofs: [...new Set(recoveries.map(({ proof }) => proof))],
  };
}

function goalChecks(known: KnownIncident, now: number): readonly GoalCheck[] {
  const { incident } = known;
  if (!incident.paged) return [];
  const from = countedFrom(known);
  const heldBackUntil = from === incident.observedAt ? undefined : from;
  const { pagedMs, takenMs } = goals[incident.severity];
  return [
    { what: 'paged', goalMs: pagedMs, outcome: pageOutcome(known, now), heldBackUntil },
    { what: 'acknowledged', goalMs: takenMs, outcome: takenOutcome(known, now), heldBackUntil },
  ];
}

function peopleOf(deeds: readonly Deed[]): Postmortem['people'] {
  const counted = new Map<string, { person: Person; deeds: number }>();
  for (const { by } of deeds) {
    const known = counted.get(by.id);
    counted.set(by.id, { person: by, deeds: (known?.deeds ?? 0) + 1 });
  }
  return [...counted.values()].sort((a, b) => b.deeds - a.deeds);
}

function checklistOf({ known, playbook }: Story): Checklist | undefined {
  if (playbook === undefined) return undefined;
  return {
    title: playbook.title,
    steps: playbook.steps.map(({ id, title }) => {
      const mark = known.incident.steps[`${playbook.name}.${id}`];
      return mark === undefined ? { title, how: 'open' } : { title, ...mark };
    }),
  };
}
