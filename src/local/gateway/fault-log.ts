// The ground truth: every fault ever injected with its start and end, and which are active at this moment.
import type { Cancel, Clock } from '../../domain/clock.ts';
import type { FaultCode, FaultRecord } from './fault.ts';
import type { FaultRequest } from './fault-request.ts';

export interface FaultHooks {
  /** Carries out what happens at the start; false = it was over at once. */
  readonly begin: (record: FaultRecord) => boolean;
  readonly end: (record: FaultRecord) => void;
}

export interface FaultLog {
  inject(request: FaultRequest): FaultRecord;
  /** False where there is no such fault. Ending an ended fault changes nothing. */
  remove(id: string): boolean;
  list(): readonly FaultRecord[];
  active(code: FaultCode): readonly FaultRecord[];
  /** Cheap test for the hot path. */
  anyActive(): boolean;
  /** Every maintenance (F30) that has begun; kept apart because the market asks at every print. */
  halts(): readonly FaultRecord[];
  /** A fault has just changed or withheld what a client gets. */
  felt(id: string): void;
  /** Several may listen; a fault lasts where all of them say so. */
  hook(hooks: FaultHooks): void;
}

interface Entry {
  record: FaultRecord;
  timers: Cancel[];
  firstEffectAt: number | null;
  effects: number;
}

const told = ({ record, firstEffectAt, effects }: Entry): FaultRecord => ({
  ...record,
  firstEffectAt,
  effects,
});

export function makeFaultLog(clock: Clock): FaultLog {
  const entries = new Map<string, Entry>();
  const active = new Map<FaultCode, FaultRecord[]>();
  const hooks: FaultHooks[] = [];
  let count = 0;
  let running = 0;
  let halts: readonly FaultRecord[] = [];

  const leave = (record: FaultRecord) => {
    const left = (active.get(record.fault) ?? []).filter((one) => one.id !== record.id);
    active.set(record.fault, left);
    running = [...active.values()].reduce((sum, list) => sum + list.length, 0);
  };

  const end = (entry: Entry) => {
    const { record } = entry;
    if (record.state === 'ended') return;
    for (const cancel of entry.timers) cancel();
    const now = clock.now();
    const endAt = record.state === 'scheduled' ? record.startAt : now;
    entry.record = { ...record, state: 'ended', endAt };
    leave(record);
    halts = halts.map((one) => (one.id === record.id ? entry.record : one));
    if (record.state === 'active') for (const hook of hooks) hook.end(entry.record);
  };

  const begin = (entry: Entry, startAt: number) => {
    const started: FaultRecord = { ...entry.record, state: 'active', startAt };
    entry.record = started;
    active.set(started.fault, [...(active.get(started.fault) ?? []), started]);
    running += 1;
    if (started.fault === 'F30') halts = [...halts, started];
    const lasts = hooks.map((hook) => hook.begin(started)).every((one) => one);
    if (!lasts) end(entry);
    else if (started.endsAt !== null) {
      entry.timers.push(clock.after(Math.max(0, started.endsAt - clock.now()), () => end(entry)));
    }
  };

  return {
    inject(request) {
      count += 1;
      const id = `fault-${count}`;
      const { fault, params, startAt, seed } = request;
      const endsAt = request.endsAt ?? null;
      const record: FaultRecord = {
        id,
        fault,
        params,
        state: 'scheduled',
        startAt,
        endAt: null,
        endsAt,
        seed,
        firstEffectAt: null,
        effects: 0,
      };
      const entry: Entry = { record, timers: [], firstEffectAt: null, effects: 0 };
      entries.set(id, entry);
      const wait = startAt - clock.now();
      if (wait <= 0) begin(entry, startAt);
      else entry.timers.push(clock.after(wait, () => begin(entry, clock.now())));
      return told(entry);
    },
    remove(id) {
      const entry = entries.get(id);
      if (entry !== undefined) end(entry);
      return entry !== undefined;
    },
    list: () => [...entries.values()].map(told),
    active: (code) => active.get(code) ?? [],
    anyActive: () => running > 0,
    halts: () => halts,
    felt(id) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      entry.firstEffectAt ??= clock.now();
      entry.effects += 1;
    },
    hook: (given) => void hooks.push(given),
  };
}
