// Writes down when each part of a start was done, as it happens, and begins anew with every connection that is lost.
import { hubNames } from '../domain/hub-condition.ts';
import type { HubMarks, StartMarks, StartView, SuiteMarks } from '../domain/start-view.ts';
import type { HubName, HubView, LoginView, SuiteView } from '../domain/suite.ts';

const unopened: HubMarks = { openedAt: undefined, subscribedAt: undefined };
const noAnswer = new Set(['timeout', 'unreachable', 'server-error', 'not-asked']);

export class StartBook {
  #first: StartMarks | undefined;
  #newest: StartMarks | undefined;

  /** To be called on every change and every second or so: the times come from what is seen, not from when it is looked at. */
  take(view: LoginView): void {
    this.#first ??= begun(view.hostedAt, undefined);
    for (const hub of hubNames) this.#lose(hub, view);
    if (this.#newest === undefined) this.#first = marked(this.#first, view);
    else this.#newest = marked(this.#newest, view);
  }

  /** Everything of the newest start is done: only a change of a hub can bring news. */
  get isComplete(): boolean {
    const current = this.#newest ?? this.#first;
    const suites = Object.values(current?.suites ?? {});
    return (
      current?.answeredAt !== undefined &&
      current.tokenAt !== undefined &&
      suites.length > 0 &&
      suites.every(({ readAt, allDataAt }) => readAt !== undefined && allDataAt !== undefined)
    );
  }

  view(): StartView {
    return { first: this.#first, newest: this.#newest };
  }

  #lose(hub: HubName, view: LoginView): void {
    const current = this.#newest ?? this.#first;
    const { state, connections } = view.hubs[hub];
    const known = current?.hubs[hub].openedAt;
    if (current === undefined || known === undefined || state.kind === 'closed' || state.kind === 'off')
      return;
    if (state.kind === 'connected' && state.sinceAt === known) return;
    if (!isUp(current, view)) {
      // Lost before it was up: still the same attempt.
      const again = { ...current, hubs: { ...current.hubs, [hub]: unopened } };
      if (this.#newest === undefined) this.#first = again;
      else this.#newest = again;
      return;
    }
    const ended = connections.findLast(({ openedAt }) => openedAt === known);
    const lostAt = state.kind === 'connected' ? (ended?.closedAt ?? state.sinceAt) : state.sinceAt;
    this.#newest = begun(lostAt, { hub, drop: ended?.drop });
  }
}

function begun(beganAt: number, lost: StartMarks['lost']): StartMarks {
  return {
    beganAt,
    lost,
    answeredAt: undefined,
    tokenAt: undefined,
    hubs: { user: unopened, market: unopened },
    suites: {},
  };
}

/** Every hub that is wanted was open and subscribed. */
function isUp({ hubs }: StartMarks, view: LoginView): boolean {
  return hubNames.every((hub) => view.hubs[hub].state.kind === 'off' || hubs[hub].subscribedAt !== undefined);
}

/** The same with what the view shows done; what was done stays done. */
function marked(marks: StartMarks, view: LoginView): StartMarks {
  const answered = view.rest.find(({ outcome }) => !noAnswer.has(outcome));
  return {
    ...marks,
    answeredAt: marks.answeredAt ?? answered?.at,
    tokenAt: marks.tokenAt ?? (view.session.kind === 'active' ? view.session.sinceAt : undefined),
    hubs: {
      user: hubMarked(marks.hubs.user, view.hubs.user),
      market: hubMarked(marks.hubs.market, view.hubs.market),
    },
    suites: Object.fromEntries(
      view.suites.map((suite) => [suite.spec.name, suiteMarked(marks, suite)] as const),
    ),
  };
}

function hubMarked(marks: HubMarks, { state, subscriptions }: HubView): HubMarks {
  if (state.kind !== 'connected') return marks;
  const wanted = subscriptions.filter((one) => one.state.kind !== 'off');
  const times = wanted.flatMap((one) => (one.state.kind === 'acknowledged' ? [one.state.at] : []));
  const isComplete = wanted.length > 0 && times.length === wanted.length;
  return {
    openedAt: marks.openedAt ?? state.sinceAt,
    subscribedAt: marks.subscribedAt ?? (isComplete ? Math.max(...times) : undefined),
  };
}

function suiteMarked({ beganAt, suites }: StartMarks, suite: SuiteView): SuiteMarks {
  const known = suites[suite.spec.name];
  const wanted = suite.streams.filter((stream) => stream.wanted);
  const times = wanted.flatMap(({ firstOnConnectionAt: at }) => (at === undefined ? [] : [at]));
  const isComplete = wanted.length > 0 && times.length === wanted.length;
  const { reconciledAt } = suite;
  const user = suite.login.hubs.user.state;
  // What was read before the user hub was lost is not what was missed since; where it was not lost nothing was missed.
  const heldOn = user.kind === 'connected' && user.sinceAt < beganAt;
  const isRead = reconciledAt !== undefined && (heldOn || reconciledAt >= beganAt);
  return {
    readAt: known?.readAt ?? (isRead ? reconciledAt : undefined),
    firstDataAt: known?.firstDataAt ?? (times.length === 0 ? undefined : Math.min(...times)),
    allDataAt: known?.allDataAt ?? (isComplete ? Math.max(...times) : undefined),
  };
}
