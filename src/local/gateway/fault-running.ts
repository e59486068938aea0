// The faults of `faults/` at work: starts and ends them, and leads events and REST answers through those that are active.
import { catalogue, unitOf } from './fault-catalogue.ts';
import {
  type FaultCode,
  type FaultDesk,
  type FaultRecord,
  hitsConnection,
  type RestAnswered,
  type RunningFault,
} from './fault.ts';
import type { FaultLog } from './fault-log.ts';
import type { HubConnection } from './hub-connection.ts';
import type { HubEvent } from './hub-wire.ts';
import { isRow, type JsonRow } from './json.ts';

export interface RunningFaults {
  events(connection: HubConnection, event: HubEvent): readonly HubEvent[];
  /** Nobody subscribed to it: REST must tell all the same what a fault makes of it. */
  unheard(event: HubEvent): void;
  answer(answer: JsonRow, call: RestAnswered): JsonRow;
  answerLateMs(call: RestAnswered): number;
  clockShiftMs(): number;
}

interface Running {
  readonly record: FaultRecord;
  readonly fault: RunningFault;
  /** What became of an event, so that every connection gets the same. */
  readonly done: WeakMap<HubEvent, readonly HubEvent[]>;
}

function contractOf(event: HubEvent): string | undefined {
  if (event.contractId !== undefined) return event.contractId;
  const named = isRow(event.data) ? event.data['contractId'] : undefined;
  return typeof named === 'string' ? named : undefined;
}

export function makeRunningFaults(log: FaultLog, desk: FaultDesk): RunningFaults {
  const running = new Map<string, Running>();
  const units: ReadonlySet<FaultCode> = new Set(
    catalogue.map(({ fault }) => fault).filter((code) => unitOf(code) !== undefined),
  );

  log.hook({
    begin(record) {
      if (!units.has(record.fault)) return true;
      const fault = unitOf(record.fault)?.start(record, desk);
      if (fault === undefined) return false;
      running.set(record.id, { record, fault, done: new WeakMap() });
      // What is done to the exchange itself shows at once.
      if (fault.event === undefined && fault.answer === undefined && fault.answerLateMs === undefined)
        log.felt(record.id);
      return true;
    },
    end(record) {
      const one = running.get(record.id);
      running.delete(record.id);
      one?.fault.end?.();
    },
  });

  const concerns = (record: FaultRecord, event: HubEvent) => {
    const wanted = record.params['contract'];
    return wanted === undefined || wanted === contractOf(event);
  };
  const pass = ({ record, fault, done }: Running, connection: HubConnection, event: HubEvent) => {
    if (fault.event === undefined || !hitsConnection(record, connection)) return [event];
    if (!concerns(record, event)) return [event];
    const known = done.get(event);
    if (known !== undefined) return known;
    const sent = fault.event(event);
    done.set(event, sent);
    if (sent.length !== 1 || sent[0] !== event) log.felt(record.id);
    return sent;
  };

  return {
    events(connection, event) {
      let events: readonly HubEvent[] = [event];
      for (const one of running.values()) events = events.flatMap((given) => pass(one, connection, given));
      return events;
    },
    unheard(event) {
      for (const { record, fault } of running.values())
        if (fault.answer !== undefined && concerns(record, event)) fault.event?.(event);
    },
    answer(answer, call) {
      let changed = answer;
      for (const { record, fault } of running.values()) {
        const before = changed;
        changed = fault.answer?.(before, call) ?? before;
        if (changed !== before) log.felt(record.id);
      }
      return changed;
    },
    answerLateMs: (call) =>
      Math.max(0, ...[...running.values()].map(({ fault }) => fault.answerLateMs?.(call) ?? 0)),
    clockShiftMs: () => [...running.values()].reduce((sum, { fault }) => sum + (fault.clockShiftMs ?? 0), 0),
  };
}
