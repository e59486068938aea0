// The five steps of an orderly stop: what the host before wrote of its letting-go, and what the gateway shows is left of the suite.
import type { Evidence } from './diagnostic.ts';
import type { Step } from './exhibit.ts';
import { isWorking } from './exposure.ts';
import { orderName, sideWords } from './order-words.ts';
import { spanText } from './span.ts';
import type { EndBefore, StopRecord } from './stop-record.ts';
import type { SuiteView } from './suite.ts';

/** Books older than this, with no user hub to keep them, prove nothing. */
const freshMs = 60_000;

export function stopSteps(before: EndBefore, suite: SuiteView, now: number): readonly Step[] {
  return [
    recorded('Handlers off', before, now, handlersOff),
    recorded('Sockets closed cleanly', before, now, socketsClosed),
    ordersGone(suite, now),
    recorded('Resources released', before, now, released),
    nothingLeft(before, suite, now),
  ];
}

type Told = Pick<Step, 'status' | 'said' | 'startedAt' | 'tookMs'>;

function recorded(name: string, before: EndBefore, now: number, tell: (record: StopRecord) => Told): Step {
  switch (before.kind) {
    case 'unread':
      return { name, status: 'skip', said: `Not known: ${before.why}`, evidence: [] };
    case 'none':
      return {
        name,
        status: 'skip',
        said: 'No stop of this login has been recorded yet.',
        evidence: [],
      };
    case 'vanished':
      return { name, status: 'fail', said: vanished(before, now), evidence: [] };
    case 'let-go': {
      const { record } = before;
      const source = `worker ${record.worker}`;
      const written: Evidence = { label: 'let go', value: record.why, source, at: record.beganAt };
      return { name, ...tell(record), evidence: [written] };
    }
  }
}

function vanished({ worker, hostedAt }: Extract<EndBefore, { kind: 'vanished' }>, now: number): string {
  return `Worker ${worker}, which took the login ${spanText(now - hostedAt)} ago, never recorded an orderly stop: it was killed, or cut off from Redis.`;
}

function handlersOff({ beganAt, handlersOffAt }: StopRecord): Told {
  const tookMs = handlersOffAt - beganAt;
  return { status: 'pass', said: 'Watch, pulse and listeners were stopped.', startedAt: beganAt, tookMs };
}

function socketsClosed({ beganAt, sockets, socketsAt }: StopRecord): Told {
  const times = { startedAt: beganAt, tookMs: socketsAt - beganAt };
  const ends = Object.entries(sockets);
  const cut = ends.filter(([, end]) => end === 'cut').map(([hub]) => hub);
  if (cut.length > 0)
    return {
      ...times,
      status: 'fail',
      said: `The server did not confirm closing the ${cut.join(' and ')} hub, so the socket was cut.`,
    };
  const closed = ends.filter(([, end]) => end === 'closed').map(([hub]) => `${hub} hub`);
  if (closed.length === 0) return { ...times, status: 'pass', said: 'No socket was open.' };
  return { ...times, status: 'pass', said: `Closed by both sides: ${closed.join(', ')}.` };
}

function released({ beganAt, releasedAt, failures }: StopRecord): Told {
  const times = { startedAt: beganAt, tookMs: releasedAt - beganAt };
  if (failures.length > 0)
    return { ...times, status: 'fail', said: `Not everything was released: ${failures.join('; ')}` };
  return { ...times, status: 'pass', said: 'Session, timers and the queue of questions were released.' };
}

/** Words why the books of the suite prove nothing now; undefined = they do. */
function unreliable(
  { reconciledAt, login, contractProblem, accountProblem }: SuiteView,
  now: number,
): string | undefined {
  if (reconciledAt === undefined)
    return `orders and positions have never been read; ${accountProblem ?? contractProblem ?? 'no answer yet'}`;
  const age = now - reconciledAt;
  if (age <= freshMs || login.hubs.user.state.kind === 'connected') return undefined;
  return `the gateway was last read ${spanText(age)} ago and the user hub is not connected`;
}

/** Reported, never cancelled: nothing here can change an account. */
function ordersGone(suite: SuiteView, now: number): Step {
  const name = 'Pending orders gone';
  const why = unreliable(suite, now);
  const at = suite.reconciledAt ?? now;
  if (why !== undefined) return { name, status: 'skip', said: `Not known: ${why}.`, evidence: [] };
  const left = suite.orders().filter((order) => isWorking(order) || order.status === 'unknown');
  const evidence = left.slice(0, 8).map(
    (order): Evidence => ({
      label: orderName(order),
      value: order.status,
      source: order.source,
      at: order.receivedAt,
    }),
  );
  if (left.length === 0) {
    const none: Evidence = { label: 'working orders', value: 'none', source: 'REST orders', at };
    return {
      name,
      status: 'pass',
      said: 'The gateway shows no working order of the suite.',
      evidence: [none],
    };
  }
  const named = left.slice(0, 3).map(orderName).join(', ');
  const more = left.length > 3 ? ` and ${left.length - 3} more` : '';
  return {
    name,
    status: 'fail',
    said: `Still working: ${named}${more}. Pitwatch cancels nothing: cancel what you do not want on the platform.`,
    evidence,
  };
}

function nothingLeft(before: EndBefore, suite: SuiteView, now: number): Step {
  const name = 'Nothing left running';
  const { exposure, position } = suite;
  const why = unreliable(suite, now) ?? (exposure.kind === 'unknown' ? exposure.why : undefined);
  const seen: readonly Evidence[] =
    position === undefined
      ? []
      : [{ label: 'position', value: sideWords(position), source: position.source, at: position.receivedAt }];
  if (exposure.kind === 'protected' || exposure.kind === 'unprotected') {
    const stop = exposure.kind === 'protected' ? 'with a stop' : `${exposure.uncovered} of it without a stop`;
    const said = `A position is open: ${exposure.side} ${exposure.size}, ${stop}. It stays open while the suite is down.`;
    return { name, status: 'fail', said, evidence: seen };
  }
  const loops = before.kind === 'let-go' ? before.record.loopsLeft : 0;
  if (loops > 0) {
    const said = `The position is flat, but ${loops} loops of the host had not ended when it let go.`;
    return { name, status: 'fail', said, evidence: seen };
  }
  if (why !== undefined) return { name, status: 'skip', said: `Not known: ${why}.`, evidence: seen };
  if (before.kind !== 'let-go') {
    const said = 'The position is flat, but the host before recorded nothing that proves more.';
    return { name, status: 'skip', said, evidence: seen };
  }
  return {
    name,
    status: 'pass',
    said: 'The position is flat, and the host left no loop running.',
    evidence: seen,
  };
}
