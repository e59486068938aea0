// The watch: looks at once on every change and twice a second besides, and carries each alert into the incident store.
import type { Alert, AlertChange, AlertSuite, Recovery } from '../domain/alert.ts';
import type { Clock } from '../domain/clock.ts';
import type { Detector } from '../domain/detector.ts';
import { messageOf } from '../domain/errors.ts';
import type { IncidentStore } from '../domain/incident.ts';
import type { Decision } from '../domain/decision.ts';
import { onAlert } from '../domain/incident-rules.ts';
import type { StoreTrouble } from '../domain/direct-line.ts';
import { afterDirectPage, writtenLate, type LastKnown, type Unstored } from '../domain/direct-page.ts';
import type { Playbook } from '../domain/playbook.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import type { Log } from '../log.ts';
import { makeAlarm, type Explained, type Sighting } from './alarm.ts';
import { withSteps } from './last-steps.ts';
import { lostAlerts, lostAfterMs, type Kept } from './lost-alerts.ts';
import { directPaging, type TellDirectly } from './direct-paging.ts';
import { saving, type Unanswered } from './saving.ts';
import { standstill } from './standstill.ts';

export interface WatchOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly thresholds: Thresholds;
  readonly store: IncidentStore;
  /** Everything wrong at this moment; undefined = cannot be seen now, which is neither trouble nor recovery. */
  readonly sight: (now: number) => readonly Sighting[] | undefined;
  readonly stakes: (suites: readonly string[]) => readonly AlertSuite[];
  readonly recovery: (alert: Alert, now: number, wellSinceAt: number) => Recovery;
  /** Called once after an incident was opened (or an alert joined), to gather evidence for its thread. */
  readonly onDecision: (decision: Decision, alert: Alert) => void;
  /** Whose steps stand in the threads. */
  readonly playbooks?: readonly Playbook[];
  /** The logins whose open incidents this watch takes over, and which of their alerts are its own. */
  readonly inherits: {
    readonly logins: () => Promise<readonly string[]>;
    readonly detectors: readonly Detector[];
  };
  /** When an inherited alert that is not seen any more may count as gone. */
  readonly judgeAt: number;
  /** How people are told of what the store does not take; missing = they are not. */
  readonly direct?: {
    readonly login: string;
    readonly tell: TellDirectly;
    /** What is known to be wrong with the store; undefined = it answers, as far as is known. */
    readonly trouble: () => StoreTrouble | undefined;
  };
}

export interface Watch {
  /** Something changed: look now. */
  nudge(): void;
  /** Since when the store does not take what it has to tell, or does not say what is open, and why; undefined while it does. */
  trouble(): StoreTrouble | undefined;
  close(): Promise<void>;
}

const periodMs = 500;
const retryMs = 500;
/** A busy machine makes less than this of half a second; beyond, the process stood still (suspended, stopped, starved). */
const stoodStillMs = 3_000;
/** By then whoever stood still has read what came meanwhile, and knows whether the login is still its own. */
const awakeAfterMs = 1_500;
/** How old what is last known of the incidents may be while the store answers. */
const rereadMs = 5_000;
/** The same for who tells nobody directly: it asks for incidents that nobody watches, in every login of the desk. */
const straysMs = 10_000;

export interface DecideOptions {
  /** What else is to be said of the decision before it is written. */
  readonly finish?: (decision: Decision) => Decision;
  readonly unanswered?: Unanswered;
}

/** Applies one change to the store; a concurrent writer is answered by reading again. */
export async function decide(
  store: IncidentStore,
  change: AlertChange,
  login: string,
  now: number,
  { finish = (decision) => decision, unanswered = new Map() }: DecideOptions = {},
): Promise<Decision | undefined> {
  const about = change.kind === 'firing' ? change.alert.key : change.key;
  return saving(
    store,
    login,
    async ({ incidents, recent = [], silences = [] }) => {
      const around = { recent, silences };
      const draft = onAlert(incidents, change, now, '', around);
      const decision =
        draft?.kind === 'opened' ? onAlert(incidents, change, now, await store.nextId(), around) : draft;
      return decision && finish(decision);
    },
    { unanswered, about },
  );
}

export function watch(options: WatchOptions): Watch {
  const { clock, log, store } = options;
  const alarm = makeAlarm({ thresholds: options.thresholds, stakes: options.stakes });
  const waiting: Unstored[] = [];
  const paging = options.direct && directPaging({ tell: options.direct.tell, clock, log });
  let lastKnown: LastKnown = { incidents: [] };
  let knownAt = Number.NEGATIVE_INFINITY;
  let rereading = false;
  const losses = lostAlerts();
  /** How many changes were seen until now. */
  let seenChanges = 0;
  const unanswered: Unanswered = new Map();
  /** What the store said last; it may answer and still refuse every write. */
  let refusal: StoreTrouble | undefined;
  let unread: StoreTrouble | undefined;
  const explained: Explained[] = [];
  const still = standstill(stoodStillMs);
  let closed = false;
  let inherited = false;
  let pumping: Promise<void> | undefined;
  let cancelDue: (() => void) | undefined;

  function look(): void {
    // Before the earlier host's alerts are known, nothing may be told: it could be told twice.
    if (closed || !inherited) return;
    const now = clock.now();
    if (isDazed(now)) return;
    const sightings = options.sight(now);
    void reread(now);
    if (sightings === undefined) {
      sayDirectly();
      return;
    }
    const changes = alarm.look(sightings, now);
    for (const alert of changes.firing) {
      log.warn(
        { event: 'alert', key: alert.key, severity: alert.severity, summary: alert.summary },
        'alert firing',
      );
      waiting.push({ change: { kind: 'firing', alert }, alert, at: now });
    }
    for (const { alert, last } of changes.restated) {
      // Of two that wait, the later says it all; the first of all may be on its way already.
      const older = waiting.findLastIndex(
        ({ change }, index) => index > 0 && change.kind === 'restated' && change.key === alert.key,
      );
      if (older > 0) waiting.splice(older, 1);
      waiting.push({ change: { kind: 'restated', key: alert.key, last }, alert, at: now });
    }
    for (const { alert, wellSinceAt, ...seen } of changes.recovered) {
      log.info({ event: 'alert', key: alert.key }, 'alert recovered');
      const recovery = options.recovery(alert, now, wellSinceAt);
      waiting.push({ change: { kind: 'resolved', key: alert.key, recovery, ...seen }, alert, at: now });
    }
    explained.push(...changes.explained);
    seenChanges += changes.firing.length + changes.restated.length + changes.recovered.length;
    carryOn();
    sayDirectly();
    cancelDue?.();
    cancelDue =
      changes.nextDueAt === undefined ? undefined : clock.after(Math.max(1, changes.nextDueAt - now), look);
  }

  function carryOn(): void {
    if (waiting.length > 0 || explained.length > 0) pumping ??= pump().finally(() => (pumping = undefined));
  }

  /** After standing still everything looks mute, though it lies unread; and another may host the login by now. */
  function isDazed(now: number): boolean {
    const forMs = still.notice(now);
    if (forMs > 0)
      log.warn(
        { event: 'stood-still', forMs },
        'this process stood still; nothing is judged before it has read what came meanwhile',
      );
    return now < still.awakeSinceAt() + awakeAfterMs;
  }

  function sayDirectly(): void {
    const [oldest] = waiting;
    if (oldest === undefined) return;
    const trouble = options.direct?.trouble() ?? refusal ?? { sinceAt: oldest.at, why: 'no answer' };
    paging?.look(waiting, lastKnown, trouble);
  }

  /**
   * What the store holds open is read again: so that what cannot be written can still be judged by the incidents and silences there
   * are, and because a host before us that stood still can write its incident after we have asked; nobody else would ever tell
   * that it is over. What we told and the store has lost (it came back empty, or older) is told anew.
   */
  async function reread(now: number): Promise<void> {
    const everyMs = options.direct === undefined ? straysMs : rereadMs;
    if (rereading || waiting.length > 0 || now - knownAt < everyMs) return;
    rereading = true;
    knownAt = now;
    const before = seenChanges;
    try {
      const logins = await options.inherits.logins();
      const kept = await readAll(logins);
      unread = undefined;
      // What we have written meanwhile may have been read as it was before.
      if (seenChanges !== before || closed) return;
      alarm.inherit(ownOf(kept), Math.max(options.judgeAt, clock.now()));
      const told = alarm.told().filter(({ place }) => logins.includes(place.login));
      tellAnew(losses.look(told, kept, clock.now()));
      if (losses.doubts()) knownAt = clock.now() - everyMs + lostAfterMs;
    } catch (error) {
      unread ??= { sinceAt: now, why: messageOf(error) };
      log.debug({ event: 'incidents-unread', error: messageOf(error) }, 'what was last known is kept');
    } finally {
      rereading = false;
    }
  }

  function tellAnew(lost: readonly Alert[]): void {
    const now = clock.now();
    for (const known of lost) {
      log.error({ event: 'alert-lost', key: known.key }, 'the store has lost its incident: it is told anew');
      const alert = { ...known, observedAt: now };
      waiting.push({ change: { kind: 'firing', alert }, alert, at: now });
    }
    seenChanges += lost.length;
    carryOn();
  }

  async function carry({ change, alert, at }: Unstored): Promise<Decision | undefined> {
    const { login } = alert.place;
    const told = await paging?.told(alert.key);
    const finish = (draft: Decision): Decision => {
      const known = told === undefined || change.kind !== 'firing' ? draft : afterDirectPage(draft, told, at);
      return withSteps(writtenLate(known, told, clock.now()), options.playbooks ?? []);
    };
    const decision = await decide(store, change, login, at, { finish, unanswered });
    if (decision !== undefined) knownAt = Number.NEGATIVE_INFINITY;
    return decision;
  }

  /** In order, one at a time; what the store cannot take now waits here and is tried again. */
  async function pump(): Promise<void> {
    for (let next = waiting[0]; next !== undefined && !closed; next = waiting[0]) {
      try {
        const decision = await carry(next);
        waiting.shift();
        refusal = undefined;
        if (decision !== undefined) options.onDecision(decision, next.alert);
      } catch (error) {
        log.error(
          { event: 'alert-waits', key: next.alert.key, error: messageOf(error) },
          'alert not stored yet',
        );
        refusal ??= { sinceAt: clock.now(), why: messageOf(error) };
        await new Promise<void>((resolve) => clock.after(retryMs, resolve));
      }
    }
    if (waiting.length === 0) paging?.over();
    for (let next = explained.shift(); next !== undefined && !closed; next = explained.shift())
      await write(next);
  }

  /** The incident of the cause says what it holds back; a line that is lost changes nothing else. */
  async function write({ key, title, causeKey, login }: Explained): Promise<void> {
    try {
      const { incidents } = await store.open(login);
      const home = incidents.find(({ alerts }) => alerts.some(({ alert }) => alert.key === causeKey));
      const cause = home?.alerts.find(({ alert }) => alert.key === causeKey)?.alert.title ?? '';
      if (home === undefined) return;
      const text = `"${title}" was not announced by itself: it is a consequence of "${cause}"`;
      await store.append(home.id, [{ at: clock.now(), by: 'pitwatch', kind: 'withheld', text }]);
    } catch (error) {
      log.debug(
        { event: 'withheld-unwritten', key, error: messageOf(error) },
        'not written into the timeline',
      );
    }
  }

  async function readAll(logins: readonly string[]): Promise<readonly Kept[]> {
    const own = options.direct?.login;
    return Promise.all(
      logins.map(async (login) => {
        const around = await store.open(login);
        if (login === own) lastKnown = around;
        return around;
      }),
    );
  }

  /** Those of our own detectors that are open in the store, whoever wrote them. */
  function ownOf(kept: readonly Kept[]): readonly Alert[] {
    const findings = new Set(
      options.inherits.detectors.flatMap((detector) => Object.keys(detector.findings)),
    );
    return kept
      .flatMap(({ incidents }) => incidents.flatMap((incident) => incident.alerts))
      .filter(({ alert, recovery }) => recovery === undefined && findings.has(alert.finding))
      .map(({ alert }) => alert);
  }

  async function inherit(): Promise<void> {
    while (!closed) {
      try {
        alarm.inherit(ownOf(await readAll(await options.inherits.logins())), options.judgeAt);
        inherited = true;
        refusal = undefined;
        look();
        return;
      } catch (error) {
        refusal ??= { sinceAt: clock.now(), why: messageOf(error) };
        log.error({ event: 'watch-waits', error: messageOf(error) }, 'open incidents not readable yet');
        await new Promise<void>((resolve) => clock.after(retryMs, resolve));
      }
    }
  }

  const inheriting = inherit();
  const stop = clock.every(periodMs, look);
  return {
    nudge: look,
    trouble: () => refusal ?? unread,
    async close() {
      closed = true;
      stop();
      cancelDue?.();
      await inheriting;
      await pumping;
    },
  };
}
