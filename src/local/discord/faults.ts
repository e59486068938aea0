// The switched-on faults: which one strikes this request, this connection, and how often still.
import type { LocalFault } from './user-api.ts';

export type FaultName = LocalFault['fault'];

export interface ActiveFault extends LocalFault {
  readonly id: string;
  /** How often it struck. */
  struck: number;
}

const restFaults: readonly FaultName[] = [
  'down',
  'rate-limit-global',
  'rate-limit',
  'server-error',
  'no-answer',
  'lost-answer',
  'slow',
];
const gatewayFaults: readonly FaultName[] = [
  'drop-gateway',
  'op7',
  'op9',
  'missing-ack',
  'late-hello',
  'no-welcome',
  'close-4004',
  'close-4014',
];
export const faultNames: readonly FaultName[] = [...restFaults, ...gatewayFaults];

export class Faults {
  private readonly active = new Map<string, ActiveFault>();
  private nextId = 1;
  private readonly listeners = new Set<(fault: ActiveFault) => void>();

  list(): readonly ActiveFault[] {
    return [...this.active.values()];
  }

  /** Switches a fault on; gateway faults strike the open connections at once. */
  inject(fault: LocalFault): string {
    const id = String(this.nextId);
    this.nextId += 1;
    const made: ActiveFault = { ...fault, id, struck: 0 };
    this.active.set(id, made);
    for (const listener of this.listeners) listener(made);
    return id;
  }

  remove(id: string): boolean {
    return this.active.delete(id);
  }

  clear(): void {
    this.active.clear();
  }

  onInject(listener: (fault: ActiveFault) => void): void {
    this.listeners.add(listener);
  }

  /** The first REST fault for `METHOD /path`, counted as used; faults that change the answer win over slowness. */
  forRequest(line: string): ActiveFault | undefined {
    if (this.active.size === 0) return undefined;
    for (const name of restFaults)
      for (const fault of this.active.values())
        if (fault.fault === name && (fault.route === undefined || line.includes(fault.route)))
          return this.use(fault);
    return undefined;
  }

  /** One gateway fault by name, counted as used. */
  forGateway(name: FaultName): ActiveFault | undefined {
    for (const fault of this.active.values()) if (fault.fault === name) return this.use(fault);
    return undefined;
  }

  has(name: FaultName): boolean {
    for (const fault of this.active.values()) if (fault.fault === name) return true;
    return false;
  }

  private use(fault: ActiveFault): ActiveFault {
    fault.struck += 1;
    if (fault.times !== undefined && fault.struck >= fault.times) this.active.delete(fault.id);
    return fault;
  }
}

/** A fault from outside, or the sentence why it is none. */
export function readFault(value: unknown): LocalFault | string {
  if (typeof value !== 'object' || value === null) return 'Send a JSON object with `fault`.';
  const { fault, route, times, ms } = value as Record<string, unknown>;
  const name = faultNames.find((each) => each === fault);
  if (name === undefined) return `Unknown fault. One of: ${faultNames.join(', ')}.`;
  if (route !== undefined && typeof route !== 'string') return '`route` must be text.';
  if (times !== undefined && (typeof times !== 'number' || !Number.isInteger(times) || times < 1))
    return '`times` must be a whole number from 1.';
  if (ms !== undefined && (typeof ms !== 'number' || ms < 0)) return '`ms` must be a number from 0.';
  return {
    fault: name,
    ...(route === undefined ? {} : { route }),
    ...(times === undefined ? {} : { times }),
    ...(ms === undefined ? {} : { ms }),
  };
}
