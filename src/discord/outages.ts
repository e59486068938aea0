// What keeps a task from being done while Redis cannot be used, and the answer that says so; what may be shown of what was seen last.
import type { AccessPolicy } from '../domain/access.ts';
import type { Clock } from '../domain/clock.ts';
import { OpsError } from '../domain/errors.ts';
import { readsOnly, type DeskTask, type LastSeen, type OutageAnswer, type Task } from '../domain/job.ts';
import type { StoreOutage, StoreWatch } from '../domain/store-watch.ts';
import type { Command, PlanContext } from './command.ts';
import type { Caller } from './config.ts';
import { contextFor } from './planning.ts';

export interface OutageDesk {
  readonly store: StoreWatch;
  /** What this bot saw last that has to do with the task; everything where there is none. */
  readonly seen: (task: Task | undefined) => LastSeen;
}

export interface Barred {
  readonly asked: string;
  readonly outage: StoreOutage;
  /** Undefined = a look at the desk that needs no task. */
  readonly task: Task | undefined;
  /** True where it had begun. */
  readonly begun?: boolean;
  readonly written?: string;
}

export class Outages {
  readonly #desk: OutageDesk | undefined;
  readonly #clock: Clock;
  readonly #policy: AccessPolicy;

  /** @param desk undefined = the store is never away */
  constructor(desk: OutageDesk | undefined, clock: Clock, policy: AccessPolicy) {
    this.#desk = desk;
    this.#clock = clock;
    this.#policy = policy;
  }

  /** What is wrong with the store where a command to it has failed. */
  async behind(error: unknown): Promise<StoreOutage | undefined> {
    const found = this.#desk?.store.outage();
    const isTheStore = error instanceof OpsError && error.code === 'redis-unavailable';
    return found === undefined && isTheStore ? this.proven() : found;
  }

  /** As soon as it is known. */
  proven(): Promise<StoreOutage | undefined> {
    return this.#desk?.store.proven() ?? Promise.resolve(undefined);
  }

  whileUp<T>(work: Promise<T>): Promise<T> {
    return this.#desk?.store.whileUp(work) ?? work;
  }

  /** The answer in place of the task; what is seen of the desk is what the caller may see. */
  answer(barred: Barred, caller: Caller, by?: { command: Command; context: PlanContext }): OutageAnswer {
    const { asked, outage, task, begun, written } = barred;
    const reads = task === undefined || readsOnly(task);
    const seen = reads && by !== undefined ? this.#desk?.seen(task) : undefined;
    return {
      kind: 'outage',
      at: this.#clock.now(),
      asked,
      outage,
      done: reads ? 'read' : begun === true ? 'unknown' : 'nothing',
      ...(seen === undefined || by === undefined ? {} : { seen: this.#narrowed(seen, caller, by) }),
      ...(written === undefined ? {} : { written }),
    };
  }

  #narrowed(
    seen: LastSeen,
    caller: Caller,
    { command, context }: { command: Command; context: PlanContext },
  ): LastSeen {
    const whole = { ...context, desk: seen.desk, incidents: seen.incidents };
    const { desk, incidents = [] } = contextFor(whole, command, caller, this.#policy);
    return { ...seen, desk, incidents };
  }
}

/** Whether the outage keeps the task from being done: what only reads can be read from a store that merely takes no writes. */
export function bars(outage: StoreOutage | undefined, task: Task): outage is StoreOutage {
  if (outage === undefined) return false;
  return outage.kind === 'away' || task.kind === 'examine' || !readsOnly(task);
}

/** `acknowledge of incident #12`. */
export function pressWords(task: Extract<DeskTask, { kind: 'incident' }>): string {
  const what = task.action === 'note' ? 'your note' : `"${task.action}"`;
  return `${what} on incident #${task.incident}`;
}
