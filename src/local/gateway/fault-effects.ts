// What the active faults mean at each point of the gateway: may this event pass, in which shape, is this token still good.
import { type FaultRecord, hitsConnection, hitsHub, type RestAnswered } from './fault.ts';
import type { FaultLog } from './fault-log.ts';
import type { RunningFaults } from './fault-running.ts';
import type { HubConnection } from './hub-connection.ts';
import type { HubFaults } from './hub-server.ts';
import type { JsonRow } from './json.ts';
import type { Shape } from './shapes.ts';
import type { Session } from './tokens.ts';

export interface FaultEffects extends HubFaults {
  /** The newest REST fault that covers the path (F13). */
  rest(path: string): FaultRecord | undefined;
  /** The code a login or validate has to answer (F14, F12 without relogin). */
  authCode(endpoint: 'login' | 'validate'): number | undefined;
  /** An endpoint's answer as the running faults leave it. */
  answer(answer: JsonRow, call: RestAnswered): JsonRow;
  /** How much later than its doing a call is answered (F7). */
  answerLateMs(call: RestAnswered): number;
  /** How far the server's clock is ahead (F21). */
  clockShiftMs(): number;
  restShapes(): ReadonlySet<Shape>;
  isExpired(session: Session): boolean;
  isHalted(at: number): boolean;
}

const none: ReadonlySet<Shape> = new Set();

export interface EffectSources {
  readonly log: FaultLog;
  readonly running: RunningFaults;
  /** The token serial up to which an F12 counts. */
  readonly expiredUpTo: (record: FaultRecord) => number;
  readonly onOpened: (connection: HubConnection) => void;
}

export function makeFaultEffects({ log, running, expiredUpTo, onOpened }: EffectSources): FaultEffects {
  const hitsEvent = (record: FaultRecord, connection: HubConnection, contractId: string | undefined) => {
    const wanted = record.params['contract'];
    return hitsConnection(record, connection) && (wanted === undefined || wanted === contractId);
  };

  return {
    anyActive: () => log.anyActive(),
    refusal(hub) {
      const isDown = (record: FaultRecord) => record.params['down'] === true && hitsHub(record, hub);
      if ([...log.active('F1'), ...log.active('F2')].some(isDown)) return { status: 503, body: '' };
      const mode = log.active('F26').findLast((record) => hitsHub(record, hub))?.params['mode'];
      if (mode === 'negotiate-503') return { status: 503, body: '' };
      if (mode === 'negotiate-401') return { status: 401, body: '' };
      if (mode === 'wrong-json') return { status: 200, body: '{"message":"this is not a hub"}' };
      return undefined;
    },
    handshake(connection) {
      const found = log.active('F26').findLast((record) => hitsConnection(record, connection));
      const { mode, error } = found?.params ?? {};
      if (mode === 'handshake-silence') return 'silence';
      if (mode === 'handshake-error')
        return { error: String(error ?? 'An unexpected error occurred during connection handshake.') };
      return undefined;
    },
    framing(connection) {
      const mode = log.active('F27').findLast((record) => hitsConnection(record, connection))?.params['mode'];
      return mode === 'split' || mode === 'batched' || mode === 'oversized' || mode === 'no-terminator'
        ? mode
        : undefined;
    },
    shapes(connection, event) {
      const shapes = new Set<Shape>();
      for (const record of log.active('F17'))
        if (hitsEvent(record, connection, event.contractId)) shapes.add(record.params['shape'] as Shape);
      return shapes;
    },
    events: (connection, event) => running.events(connection, event),
    unheard: (event) => running.unheard(event),
    answer: (answer, call) => (log.anyActive() ? running.answer(answer, call) : answer),
    answerLateMs: (call) => (log.anyActive() ? running.answerLateMs(call) : 0),
    clockShiftMs: () => (log.anyActive() ? running.clockShiftMs() : 0),
    opened: onOpened,
    rest: (path) =>
      log.active('F13').findLast((record) => {
        const part = record.params['path'];
        return part === undefined || path.toLowerCase().includes(String(part).toLowerCase());
      }),
    authCode(endpoint) {
      const refused = log.active('F14').findLast((record) => record.params['endpoint'] === endpoint);
      if (refused !== undefined) return Number(refused.params['code']);
      const locked = log.active('F12').some((record) => record.params['relogin'] === false);
      return endpoint === 'login' && locked ? 3 : undefined;
    },
    restShapes() {
      const found = log.active('F17').filter((record) => record.params['rest'] === true);
      return found.length === 0 ? none : new Set(found.map((record) => record.params['shape'] as Shape));
    },
    isExpired: (session) => log.active('F12').some((record) => session.serial <= expiredUpTo(record)),
    isHalted: (at) =>
      log.halts().some(({ startAt, endAt }) => at >= startAt && (endAt === null || at < endAt)),
  };
}
