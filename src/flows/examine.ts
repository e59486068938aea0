// An examination: asks the wanted diagnostics of a login's suites at once, and tells causes before their consequences.
import type { MarketPhase } from '../domain/calendar.ts';
import type { Clock } from '../domain/clock.ts';
import type { Diagnostic, ExamineContext, Verdict } from '../domain/diagnostic.ts';
import { messageOf, OpsError } from '../domain/errors.ts';
import type { Exhibitor, ShowContext } from '../domain/exhibit.ts';
import type { LoginReport, SuiteHeader } from '../domain/report.ts';
import { alike, asOne } from '../domain/shared-suites.ts';
import { spanText } from '../domain/span.ts';
import type { LoginView, SuiteView } from '../domain/suite.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import { exhibitsOf } from './exhibit.ts';
import { findingsOf, type Answered } from './findings.ts';

export interface ExamineOptions {
  readonly login: LoginView;
  /** Suite names; empty = every suite of the login. */
  readonly suites: readonly string[];
  /** Every diagnostic there is. */
  readonly diagnostics: readonly Diagnostic[];
  readonly wanted: readonly string[] | 'all';
  readonly clock: Clock;
  readonly market: (suite: SuiteView) => MarketPhase;
  readonly thresholds: Thresholds;
  readonly signal: AbortSignal;
  /** Time until whoever asked stops waiting. */
  readonly deadlineMs: number;
  /** Every exhibit there is; needed only where some are wanted. */
  readonly exhibitors?: readonly Exhibitor[];
  readonly exhibits?: readonly string[];
  readonly subject?: string | undefined;
  /** Longest time for one diagnostic; never more than four fifths of the deadline, so that the report still arrives. */
  readonly limitMs?: number;
}

const usualLimitMs = 5_000;
/** After its signal was aborted a diagnostic may still say what it saw. */
const lastWordMs = 250;

/**
 * Asks and reports; a diagnostic that throws or is late becomes an `error` finding and the report still goes out.
 * @throws OpsError `not-found` for a suite or diagnostic that does not exist here
 */
export async function examine(options: ExamineOptions): Promise<LoginReport> {
  const { login, clock, diagnostics, wanted } = options;
  const startedAt = clock.now();
  const suites = askedSuites(login, options.suites);
  const asked = withDependencies(diagnostics, wanted);
  const names = suites.map((suite) => suite.spec.name);
  const first = suites[0];
  const givingUp = onceAborted(options.signal);
  const market = oncePerSuite(options.market);
  const asking: Asking = { ...options, now: startedAt, market, givingUp };
  // Two strategies on one position have one stop or none: their answer is one, and counts once.
  const each = alike(suites).flatMap(([one, ...others]): readonly Asked[] => {
    if (one === undefined) return [];
    const all = [one, ...others];
    return [
      { suite: asOne(one, all), suites: all.map(({ spec }) => spec.name), stakes: stakesOf([one], market) },
    ];
  });
  // A question about a login is about the money of all of its suites.
  const whole: readonly Asked[] =
    first === undefined
      ? []
      : [{ suite: first, suites: names, stakes: stakesOf(first.login.suites, market) }];
  const questions = asked.flatMap((diagnostic) =>
    (diagnostic.scope === 'suite' ? each : whole).map((about) => ask(diagnostic, about, asking)),
  );
  const answers = await allOf(questions);
  givingUp.done();
  const wantedNames = wanted === 'all' ? undefined : new Set(wanted);
  return {
    login: login.login,
    worker: login.worker,
    startedAt,
    tookMs: clock.now() - startedAt,
    suites: suites.map((suite) => headerOf(suite, market(suite))),
    findings: findingsOf(answers, diagnostics, wantedNames),
    ...shownBeside(suites, startedAt, { ...options, market }),
  };
}

function shownBeside(
  suites: readonly SuiteView[],
  now: number,
  { exhibits = [], exhibitors = [], subject, signal, market, thresholds }: ExamineOptions,
): Pick<LoginReport, 'exhibits'> {
  if (exhibits.length === 0) return {};
  const contextOf = (suite: SuiteView): ShowContext => ({
    now,
    signal,
    market: market(suite),
    marketOf: market,
    thresholds,
    ...(subject === undefined ? {} : { subject }),
  });
  return { exhibits: exhibitsOf({ suites, wanted: exhibits, exhibitors, contextOf }) };
}

function askedSuites(login: LoginView, names: readonly string[]): readonly SuiteView[] {
  if (names.length === 0) return login.suites;
  return [...new Set(names)].map((name) => {
    const found = login.suites.find((suite) => suite.spec.name === name);
    if (found !== undefined) return found;
    throw new OpsError('not-found', `The login ${login.login} has no suite called ${name} on this worker.`, {
      retryable: false,
      hint: '/suites lists the suites there are.',
    });
  });
}

function withDependencies(
  diagnostics: readonly Diagnostic[],
  wanted: readonly string[] | 'all',
): readonly Diagnostic[] {
  if (wanted === 'all') return diagnostics;
  const byName = new Map(diagnostics.map((one) => [one.name, one]));
  const chosen = new Set<Diagnostic>();
  const choose = (name: string): void => {
    const found = byName.get(name);
    if (found === undefined) {
      throw new OpsError('not-found', `There is no diagnostic called ${name}.`, {
        retryable: false,
        hint: '/help lists what can be asked.',
      });
    }
    if (chosen.has(found)) return;
    chosen.add(found);
    found.dependsOn.forEach(choose);
  };
  wanted.forEach(choose);
  return diagnostics.filter((one) => chosen.has(one));
}

/** Whom a question is asked about, and whose money hangs on the answer. */
type Asked = Pick<Answered, 'suites' | 'stakes'> & { readonly suite: SuiteView };

interface Asking extends ExamineOptions {
  readonly now: number;
  readonly givingUp: GivingUp;
}

type Market = (suite: SuiteView) => MarketPhase;

/** The hours of a suite are looked up once for a whole examination, which so judges one moment. */
function oncePerSuite(market: Market): Market {
  const known = new Map<SuiteView, MarketPhase>();
  return (suite) => {
    const before = known.get(suite);
    if (before !== undefined) return before;
    const phase = market(suite);
    known.set(suite, phase);
    return phase;
  };
}

function stakesOf(suites: readonly SuiteView[], market: Market): Answered['stakes'] {
  return { exposures: suites.map(({ exposure }) => exposure), phases: suites.map(market) };
}

/** Most answer at once: hundreds of promises for one examination would cost more than the answers. */
async function allOf<T>(values: readonly (T | Promise<T>)[]): Promise<readonly T[]> {
  const settled: T[] = [];
  for (const value of values) settled.push(value instanceof Promise ? await value : value);
  return settled;
}

/** What is answered at once cannot be late; what takes its time has until the limit, and then a last word. */
function ask(diagnostic: Diagnostic, about: Asked, asking: Asking): Answered | Promise<Answered> {
  const { suite } = about;
  const context = new Question(suite, asking);
  try {
    const said = diagnostic.examine(suite, context);
    if (!(said instanceof Promise)) return answered(diagnostic, about, asking, said);
    return inTime(said, () => context.abort(), asking).then((answer) =>
      answered(diagnostic, about, asking, answer),
    );
  } catch (error) {
    return answered(diagnostic, about, asking, brokenBy(error));
  }
}

function answered(
  diagnostic: Diagnostic,
  { suite, suites, stakes }: Asked,
  { clock, now }: Asking,
  answer: Answered['answer'],
): Answered {
  const about = diagnostic.scope === 'suite' ? suite : undefined;
  return { diagnostic, suites, about, stakes, answer, tookMs: clock.now() - now };
}

class Question implements ExamineContext {
  readonly now: number;
  readonly market: MarketPhase;
  readonly marketOf: Market;
  readonly thresholds: Thresholds;
  #stop: AbortController | undefined;

  constructor(suite: SuiteView, { now, market, thresholds }: Asking) {
    this.now = now;
    this.market = market(suite);
    this.marketOf = market;
    this.thresholds = thresholds;
  }

  /** Made when somebody looks: a signal each is dear. */
  get signal(): AbortSignal {
    this.#stop ??= new AbortController();
    return this.#stop.signal;
  }

  abort(): void {
    this.#stop ??= new AbortController();
    this.#stop.abort();
  }
}

/** Never rejects. */
async function inTime(
  said: Promise<Verdict>,
  abort: () => void,
  { clock, limitMs = usualLimitMs, deadlineMs, givingUp }: Asking,
): Promise<Verdict | Broken> {
  const late = promiseOfLate(clock, abort, Math.min(limitMs, deadlineMs * 0.8), givingUp);
  try {
    return await Promise.race([said, late.promise]);
  } catch (error) {
    return brokenBy(error);
  } finally {
    late.cancel();
  }
}

function brokenBy(error: unknown): Broken {
  return { status: 'error', why: `This check itself failed: ${messageOf(error)}` };
}

/** No verdict: the diagnostic threw, or was late. */
interface Broken {
  readonly status: 'error';
  readonly why: string;
}

/** One listener on the host's signal for a whole examination: hundreds on one signal are a leak's signature. */
interface GivingUp {
  readonly tell: Set<() => void>;
  readonly already: boolean;
  readonly done: () => void;
}

function onceAborted(signal: AbortSignal): GivingUp {
  const tell = new Set<() => void>();
  const onAbort = (): void => {
    for (const one of [...tell]) one();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    tell,
    already: signal.aborted,
    done: () => {
      signal.removeEventListener('abort', onAbort);
    },
  };
}

function promiseOfLate(
  clock: Clock,
  abort: () => void,
  limitMs: number,
  givingUp: GivingUp,
): { readonly promise: Promise<Broken>; readonly cancel: () => void } {
  let cancelTimer = (): void => undefined;
  let onAbort = (): void => undefined;
  const promise = new Promise<Broken>((resolve) => {
    const lastWord = (why: string): void => {
      abort();
      cancelTimer();
      cancelTimer = clock.after(lastWordMs, () => resolve({ status: 'error', why }));
    };
    onAbort = () => lastWord('Stopped before it could answer: this worker is giving up the login.');
    cancelTimer = clock.after(limitMs, () => lastWord(`No answer within ${spanText(limitMs)}.`));
    givingUp.tell.add(onAbort);
    if (givingUp.already) onAbort();
  });
  return {
    promise,
    cancel: () => {
      cancelTimer();
      givingUp.tell.delete(onAbort);
    },
  };
}

function headerOf(suite: SuiteView, market: MarketPhase): SuiteHeader {
  return {
    suite: suite.spec.name,
    instrument: suite.spec.instrument,
    contract: suite.contract?.name,
    account: suite.account?.name ?? suite.spec.account,
    observe: suite.spec.observe,
    market,
    exposure: suite.exposure,
  };
}
