// Plays one fault on a gateway and a login of its own, and writes down what the diagnosis said of it, once a second.
import type { Finding } from '../../src/domain/report.ts';
import { seedOf, sequence } from '../../src/local/gateway/random.ts';
import { type Desk, openDesk, type Units } from '../virtual/desk.ts';
import { virtually } from '../virtual/virtually.ts';
import { traces } from './truth.ts';
import { isUnseen, rightOf } from './truth/polled.ts';
import { harmless, type Holding, type ScoredFault, type Step } from './truth/scored.ts';

export interface Played {
  /** Name of the row of the truth table. */
  readonly fault: string;
  readonly seed: number;
  readonly holding: Holding;
  /** The first root finding, worst first, that was not there before; `nothing` = none came. */
  readonly first: string;
  readonly right: boolean;
  /** From when it was knowable to the first right root finding, ms; undefined = it never came. */
  readonly rightMs: number | undefined;
  /** From when it was knowable to the first alert after it began, ms; undefined = nobody was told. */
  readonly pageMs: number | undefined;
  /** Root findings that the fault does not explain. */
  readonly extra: readonly string[];
  /** Whether its end was watched. */
  readonly ended: boolean;
  /** From the end of the fault until no right finding was left, ms; undefined = not looked, or it stayed. */
  readonly clearedMs: number | undefined;
  /** Calls that change an account, as the gateway counted them. */
  readonly mutating: number;
  /** Largest part of the whole allowance that we used in any of its windows, 0..1. */
  readonly share: number;
}

export interface PlayOptions {
  readonly fault: ScoredFault;
  readonly seed: number;
  readonly holding: Holding;
  readonly units: Units;
  /** Real sockets and real time instead of the virtual clock. */
  readonly sockets?: boolean;
  /** Watched by polling REST, as a real login is unless its hubs are asked for. */
  readonly polled?: boolean;
  /** Also wait for it to clear after its end. */
  readonly clears?: boolean;
}

/** Each seed begins at another instant of an ordinary Wednesday. */
const wednesday = Date.UTC(2026, 10, 18, 15, 0, 0);
const startSpreadMs = 3 * 3_600_000;
const warmUpMs = 30_000;
const warmSpreadMs = 30_000;
const settleMs = 12_000;
const lookMs = 1_000;
/** Where only REST is polled, what we ask for each second would take the place of what is polled. */
const polledLookMs = 5_000;
/** And what came and went is asked for after a reading, which is seldom where nothing is held. */
const polledMoreMs = 60_000;
/** After two minutes nothing hangs on a second any more. */
const patientAfterMs = 2 * 60_000;
const patientLookMs = 5_000;
/** Looks go on so long after the right finding came: for those that should not have come, and for the page, which waits longest when flat. */
const afterMs = 12_000;
/** What was odd is told for five minutes; every detector resolves within seconds. */
const clearMs = 7 * 60_000;
const clearLookMs = 5_000;

const mutating = /\/(place|cancel|modify|partialclosecontract|closecontract)$/;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function roots(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ label, consequenceOf }) =>
    label === undefined || consequenceOf !== undefined ? [] : [label],
  );
}

export async function play(options: PlayOptions): Promise<Played> {
  if (options.sockets === true) return await playOn(options, warmUpMs);
  const draw = sequence(seedOf(options.seed, 'start'));
  const startAt = wednesday + Math.floor(draw() * startSpreadMs);
  // A fault must not keep step with what we ask for every half minute.
  const warmMs = warmUpMs + Math.floor(draw() * warmSpreadMs);
  return await virtually({ startAt }, () => playOn(options, warmMs));
}

async function step(desk: Desk, what: Step | undefined): Promise<void> {
  if (what === undefined) return;
  if (what.kind === 'hold') {
    const held = desk.hold(what.holding, what.contract);
    if (what.refused !== true) await held;
    else
      await held.then(
        () => {
          throw new Error('the exchange was to refuse the order, and took it');
        },
        () => undefined,
      );
  }
  if (what.kind === 'release') await desk.release();
  if (what.kind === 'story') await desk.tell(what.story);
}

async function playOn(
  { fault, seed, holding, units, polled = false, clears = false }: PlayOptions,
  warmMs: number,
): Promise<Played> {
  const right = rightOf(fault, polled);
  const everyMs = polled ? polledLookMs : lookMs;
  const draw = sequence(seedOf(seed, fault.name));
  const desk = await openDesk({ units, seed, observe: polled ? 'rest' : 'direct' });
  const seen = new Map<string, number>();
  let share = 0;
  const look = async (): Promise<readonly string[]> => {
    const labels = roots((await desk.ask()).findings);
    const { used, allowance } = desk.view().meter;
    share = Math.max(share, used / allowance);
    return labels.filter((label) => right.includes(label) || !traces.includes(label));
  };
  try {
    await pause(warmMs / 2);
    if (holding !== 'flat') await desk.hold(holding);
    await pause(warmMs / 2);
    if (fault.before !== undefined) {
      await step(desk, fault.before);
      await pause(settleMs);
    }
    const before = new Set(await look());
    // An uncovered position is first a warning and then a failure: it is there before the fault.
    if (holding === 'unprotected') before.add('naked-position');
    const records = fault.inject(draw).map((params) => desk.gateway.faults.inject({ ...params, seed }));
    const struckAt = Date.now();
    const alertsBefore = desk.alerts.length;
    await step(desk, fault.after);
    let first: string | undefined;
    let doneAt = Number.POSITIVE_INFINITY;
    const watchMs = fault.watchMs + (polled && !isUnseen(fault) ? polledMoreMs : 0);
    while (Date.now() - struckAt < Math.min(watchMs, doneAt)) {
      await pause(Date.now() - struckAt < patientAfterMs ? everyMs : patientLookMs);
      const now = Date.now() - struckAt;
      for (const label of await look()) {
        if (before.has(label) || seen.has(label)) continue;
        first ??= label;
        seen.set(label, now);
        if (right.includes(label)) doneAt = Math.min(doneAt, now + afterMs);
      }
    }
    first ??= harmless;
    const told = desk.alerts.slice(alertsBefore).find(({ sinceAt }) => sinceAt >= struckAt - everyMs);
    const rightAt = Math.min(...right.flatMap((label) => seen.get(label) ?? []));
    const since = (at: number): number | undefined =>
      Number.isFinite(at) ? Math.max(0, at - fault.knowableMs) : undefined;
    for (const { id } of records) desk.gateway.faults.remove(id);
    const played = {
      fault: fault.name,
      seed,
      holding,
      first,
      right: right.includes(first),
      rightMs: since(rightAt),
      pageMs: told === undefined ? undefined : since(told.observedAt - struckAt),
      extra: [...seen.keys()].filter(
        (label) => !right.includes(label) && !(fault.also ?? []).includes(label),
      ),
    };
    const clearedMs = clears ? await clearing(right, before, look) : undefined;
    let calls = 0;
    for (const [path, count] of desk.gateway.calls()) if (mutating.test(path)) calls += count;
    return { ...played, ended: clears, clearedMs, mutating: calls, share };
  } finally {
    await desk.close();
  }
}

async function clearing(
  right: readonly string[],
  before: ReadonlySet<string>,
  look: () => Promise<readonly string[]>,
): Promise<number | undefined> {
  const endedAt = Date.now();
  while (Date.now() - endedAt < clearMs) {
    await pause(clearLookMs);
    const left = (await look()).filter((label) => right.includes(label) && !before.has(label));
    if (left.length === 0) return Date.now() - endedAt;
  }
  return undefined;
}
