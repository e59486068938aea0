// From symptoms to alerts: grace by exposure, inhibition by cause, recovery after a quiet while, each told exactly once.
import {
  alertKey,
  sameStakes,
  type Alert,
  type AlertSuite,
  type LastSight,
  type Recovery,
} from '../domain/alert.ts';
import type { Detector, Symptom } from '../domain/detector.ts';
import { encloses, worseSeverity } from '../domain/belonging.ts';
import type { Exposure } from '../domain/order.ts';
import type { Thresholds } from '../domain/thresholds.ts';

/** A symptom with the detector that saw it. */
export interface Sighting {
  readonly symptom: Symptom;
  readonly detector: Detector;
}

/** What this watcher currently holds for one thing wrong. */
type Held =
  | {
      readonly kind: 'firing';
      readonly alert: Alert;
      /** When it was told first. */
      readonly toldAt: number;
      readonly goneSinceAt: number | undefined;
      readonly last: LastSight | undefined;
      readonly shown: Shown;
    }
  /** Told by an earlier host: it counts as gone only once this watcher can judge (`judgeAt`). */
  | { readonly kind: 'inherited'; readonly alert: Alert; readonly judgeAt: number };

/** What its card says is at stake, and since when it says so. */
interface Shown {
  /** Undefined = an earlier host wrote it last. */
  readonly suites: readonly AlertSuite[] | undefined;
  readonly at: number;
}

/** A card is written anew for what is at stake at most this often, for each alert. */
const restateMs = 30_000;
/** Discord takes few edits of a message older than an hour (30046), and the end of the incident needs one: from then on seldom. */
const oldMs = 55 * 60_000;
const seldomMs = 10 * 60_000;

export interface Alarm {
  /** Looks at everything wrong at `now` and says what changed. */
  look(sightings: readonly Sighting[], now: number): AlarmChanges;
  /** Takes over what an earlier host had told and nobody has resolved. */
  inherit(alerts: readonly Alert[], judgeAt: number): void;
  /** What was told and still fires, as it stands now: whoever has to be told of it anew reads nothing old. */
  told(): readonly Alert[];
}

export interface Recovered {
  readonly alert: Alert;
  /** Since when it has been well; the downtime ends here, not when we were sure of it. */
  readonly wellSinceAt: number;
  /** How it stood last, where that is not what was told, or may not be what its card says. */
  readonly last?: LastSight;
}

export interface Explained {
  /** `feed-mute@main/market`. */
  readonly key: string;
  readonly title: string;
  /** Of the cause, as it was told. */
  readonly causeKey: string;
  readonly login: string;
}

/** It still fires, and something else is at stake than its card says. */
export interface Restated {
  readonly alert: Alert;
  readonly last: LastSight;
}

export interface AlarmChanges {
  readonly firing: readonly Alert[];
  readonly restated: readonly Restated[];
  readonly recovered: readonly Recovered[];
  /** What is told by nobody because its cause is; each once. */
  readonly explained: readonly Explained[];
  /** When the next symptom outlives its grace, if one is waiting. */
  readonly nextDueAt: number | undefined;
}

export interface AlarmOptions {
  readonly thresholds: Thresholds;
  /** What is at stake on the touched suites right now. */
  readonly stakes: (suites: readonly string[]) => readonly AlertSuite[];
}

/** None with money at risk or in doubt, a little with a stop in place, more when flat. */
export function graceFor(exposures: readonly Exposure[], thresholds: Thresholds): number {
  const kinds = new Set(exposures.map((exposure) => exposure.kind));
  if (kinds.has('unprotected')) return thresholds.graceUnprotectedMs;
  if (kinds.has('protected')) return thresholds.graceProtectedMs;
  // Not known yet (nothing reconciled): judged like a protected position, between a false alarm and a late one.
  if (kinds.has('unknown')) return thresholds.graceProtectedMs;
  return thresholds.graceFlatMs;
}

function keyOf(symptom: Symptom): string {
  return alertKey(symptom.finding, symptom.place);
}

/** The sighting that explains this one, so that it is told as its consequence and not by itself. */
function causeOf(sighting: Sighting, all: readonly Sighting[]): Sighting | undefined {
  if (sighting.detector.insists === true) return undefined;
  return all.find(
    (other) =>
      other !== sighting &&
      sighting.detector.causedBy.includes(other.symptom.finding) &&
      encloses(other.symptom.place, sighting.symptom.place),
  );
}

function titleOf({ symptom, detector }: Sighting): string {
  return symptom.title ?? detector.findings[symptom.finding]?.title ?? symptom.finding;
}

function toAlert({ symptom, detector }: Sighting, suites: readonly AlertSuite[], now: number): Alert {
  return {
    key: keyOf(symptom),
    finding: symptom.finding,
    title: titleOf({ symptom, detector }),
    place: symptom.place,
    severity: suites.some((suite) => suite.exposure.kind === 'unprotected') ? 'critical' : symptom.severity,
    sinceAt: symptom.sinceAt,
    observedAt: now,
    summary: symptom.summary,
    remedy: symptom.remedy,
    evidence: symptom.evidence,
    suites,
    causedBy: detector.causedBy,
    ...(detector.insists === true ? { insists: true } : {}),
    diagnostics: detector.diagnostics,
  };
}

/** How it stands now, where that is not what was told and shown: nobody is called for it, and its card tells it, at the end at the latest. */
function lastOf(told: Alert, stands: Alert, shown: Shown): LastSight | undefined {
  const isAsTold =
    stands.summary === told.summary &&
    sameStakes(stands.suites, told.suites) &&
    sameStakes(shown.suites, told.suites);
  return isAsTold ? undefined : sightOf(stands);
}

function sightOf({ observedAt, summary, evidence, suites }: Alert): LastSight {
  return { at: observedAt, summary, evidence, suites };
}

function standing(told: Alert, last: LastSight | undefined): Alert {
  if (last === undefined) return told;
  const { summary, evidence, suites } = last;
  return { ...told, summary, evidence, suites };
}

function toldAtOf(entry: Held): number {
  return entry.kind === 'firing' ? entry.toldAt : entry.alert.observedAt;
}

function shownOf(entry: Held, now: number): Shown {
  return entry.kind === 'firing' ? entry.shown : { suites: undefined, at: now };
}

/** The memory of one watcher. Deterministic: same sightings at the same instants, same changes. */
export function makeAlarm({ thresholds, stakes }: AlarmOptions): Alarm {
  const held = new Map<string, Held>();
  const firstSeenAt = new Map<string, number>();
  /** What was said to be explained, until it is gone. */
  const said = new Set<string>();

  /** The same thing, now seen at a wider or narrower place (one hub, then both, then one), has not recovered. */
  function stillThere(alert: Alert, sightings: readonly Sighting[]): boolean {
    return sightings.some(
      ({ symptom }) =>
        keyOf(symptom) === alert.key ||
        (symptom.finding === alert.finding &&
          (encloses(symptom.place, alert.place) || encloses(alert.place, symptom.place))),
    );
  }

  /** What is left of something wider that was told already (both hubs, then one) is no news. */
  function toldWider({ finding, place }: Symptom): boolean {
    return [...held.values()].some(
      (entry) =>
        entry.kind === 'firing' && entry.alert.finding === finding && encloses(entry.alert.place, place),
    );
  }

  /** More is at stake than when it was told: it is told again, as what it is now. Less never lowers it. */
  function worsened(told: Alert, seen: Alert): Alert | undefined {
    return worseSeverity(told.severity, seen.severity) === told.severity
      ? undefined
      : { ...seen, sinceAt: told.sinceAt };
  }

  function quiet(alert: Alert, sightings: readonly Sighting[]): boolean {
    return !stillThere(alert, sightings) && !sightings.some((other) => explainsGone(other, alert));
  }

  /** A consequence hidden behind a cause that is still there has not recovered: nobody can see it. */
  function explainsGone(other: Sighting, alert: Alert): boolean {
    return alert.causedBy.includes(other.symptom.finding) && encloses(other.symptom.place, alert.place);
  }

  /** Until when a cause that was told and has just gone still speaks for this: what it left behind mostly goes with it. */
  function spokenForUntil({ symptom, detector }: Sighting, seen: ReadonlySet<string>, now: number): number {
    if (detector.insists === true) return now;
    const fading = [...held.values()].flatMap((entry) =>
      entry.kind === 'firing' &&
      !seen.has(entry.alert.key) &&
      detector.causedBy.includes(entry.alert.finding) &&
      encloses(entry.alert.place, symptom.place)
        ? [(entry.goneSinceAt ?? now) + thresholds.resolveAfterMs]
        : [],
    );
    return Math.max(now, ...fading);
  }

  /** What was told later may have joined the incident of what was told first, whose card it is on. */
  function restateEveryMs(now: number): number {
    const first = Math.min(...[...held.values()].map(toldAtOf));
    return now - first >= oldMs ? seldomMs : restateMs;
  }

  return {
    inherit(alerts, judgeAt) {
      for (const alert of alerts) {
        if (!held.has(alert.key)) held.set(alert.key, { kind: 'inherited', alert, judgeAt });
      }
    },
    told: () =>
      [...held.values()].flatMap((entry) =>
        entry.kind === 'firing' && entry.goneSinceAt === undefined ? [standing(entry.alert, entry.last)] : [],
      ),
    look(sightings, now) {
      const firing: Alert[] = [];
      const restated: Restated[] = [];
      const recovered: Recovered[] = [];
      let nextDueAt: number | undefined;
      const seen = new Set(sightings.map(({ symptom }) => keyOf(symptom)));
      for (const key of firstSeenAt.keys()) if (!seen.has(key)) firstSeenAt.delete(key);
      for (const key of said) if (!seen.has(key)) said.delete(key);
      const explained: Explained[] = [];

      for (const sighting of sightings) {
        const key = keyOf(sighting.symptom);
        const known = held.get(key);
        if (known !== undefined) {
          const stands = toAlert(sighting, stakes(sighting.symptom.suites), now);
          const grown = worsened(known.alert, stands);
          const alert = grown ?? known.alert;
          let shown = grown === undefined ? shownOf(known, now) : { suites: grown.suites, at: now };
          if (now - shown.at >= restateEveryMs(now) && !sameStakes(shown.suites, stands.suites)) {
            shown = { suites: stands.suites, at: now };
            restated.push({ alert, last: sightOf(stands) });
          }
          const last = lastOf(alert, stands, shown);
          const toldAt = toldAtOf(known);
          held.set(key, { kind: 'firing', alert, toldAt, goneSinceAt: undefined, last, shown });
          if (grown !== undefined) firing.push(grown);
          continue;
        }
        if (!firstSeenAt.has(key)) firstSeenAt.set(key, now);
        const cause = causeOf(sighting, sightings);
        if (cause !== undefined) {
          const causeKey = keyOf(cause.symptom);
          if (held.has(causeKey) && !said.has(key)) {
            said.add(key);
            explained.push({ key, title: titleOf(sighting), causeKey, login: cause.symptom.place.login });
          }
          continue;
        }
        if (toldWider(sighting.symptom)) continue;
        const suites = stakes(sighting.symptom.suites);
        const grace =
          sighting.symptom.graceMs ??
          graceFor(
            suites.map((suite) => suite.exposure),
            thresholds,
          );
        const dueAt = Math.max(
          Math.min(sighting.symptom.sinceAt, firstSeenAt.get(key) ?? now) + grace,
          spokenForUntil(sighting, seen, now),
        );
        if (now < dueAt) {
          nextDueAt = nextDueAt === undefined ? dueAt : Math.min(nextDueAt, dueAt);
          continue;
        }
        const alert = toAlert(sighting, suites, now);
        const shown = { suites, at: now };
        held.set(key, { kind: 'firing', alert, toldAt: now, goneSinceAt: undefined, last: undefined, shown });
        firing.push(alert);
      }

      for (const [key, entry] of held) {
        if (seen.has(key)) continue;
        if (!quiet(entry.alert, sightings)) {
          if (entry.kind === 'firing') held.set(key, { ...entry, goneSinceAt: undefined });
          continue;
        }
        if (entry.kind === 'inherited' && now < entry.judgeAt) continue;
        const goneSinceAt = entry.kind === 'firing' ? (entry.goneSinceAt ?? now) : entry.judgeAt;
        const last = entry.kind === 'firing' ? entry.last : undefined;
        if (now - goneSinceAt >= thresholds.resolveAfterMs) {
          held.delete(key);
          recovered.push({
            alert: entry.alert,
            wellSinceAt: goneSinceAt,
            ...(last === undefined ? {} : { last }),
          });
        } else {
          held.set(key, {
            kind: 'firing',
            alert: entry.alert,
            toldAt: toldAtOf(entry),
            goneSinceAt,
            last,
            shown: shownOf(entry, now),
          });
          const dueAt = goneSinceAt + thresholds.resolveAfterMs;
          nextDueAt = nextDueAt === undefined ? dueAt : Math.min(nextDueAt, dueAt);
        }
      }
      return { firing, restated, recovered, explained, nextDueAt };
    },
  };
}

/** The recovery of an alert nobody can say more about. */
export function plainRecovery(now: number, proof: string): Recovery {
  return { at: now, missed: [], proof };
}
