// The faults this gateway can be given: the grouped ones and every file of `faults/`; requests are checked against it, the page is drawn from it.
import { readdirSync } from 'node:fs';
import {
  type CataloguedFault,
  contract,
  type Fault,
  type FaultCode,
  type FaultParameter,
  hub,
  ms,
} from './fault.ts';
import { groupedFaults } from './grouped-faults.ts';

/** Understood by every fault. */
export const commonParameters: readonly FaultParameter[] = [
  ms('forMs', undefined, 'How long it lasts, ms. Missing = until deleted.'),
  ms('startInMs', undefined, 'Start so many ms from now.'),
  { name: 'startAt', kind: 'text', description: 'Start at this instant: epoch ms or an ISO time.' },
  { name: 'seed', kind: 'number', description: "Seed of its random choices. Missing = the gateway's." },
  hub(),
  { name: 'connection', kind: 'text', description: 'Only this connection, by the id of GET /connections.' },
  contract,
];

const folder = new URL('./faults/', import.meta.url);

async function load(file: string): Promise<Fault> {
  const { default: fault } = (await import(new URL(file, folder).href)) as { readonly default?: Fault };
  const expected = file.replace(/\.[jt]s$/, '').toUpperCase();
  if (fault?.fault !== expected)
    throw new Error(`faults/${file}: its default export must be the fault ${expected}`);
  return fault;
}

// Loaded before anybody can ask: a gateway knows all its faults from its first request on.
const units = await Promise.all(
  readdirSync(folder)
    .filter((file) => /^f\d+\.[jt]s$/.test(file))
    .map(load),
);
const byCode = new Map<FaultCode, Fault>(units.map((unit) => [unit.fault, unit]));

/** The fault of that code where it has a file of its own. */
export function unitOf(code: FaultCode): Fault | undefined {
  return byCode.get(code);
}

/** Every fault, in the order of the reference. */
export const catalogue: readonly CataloguedFault[] = [...groupedFaults, ...units].sort(
  (a, b) => Number(a.fault.slice(1)) - Number(b.fault.slice(1)),
);
