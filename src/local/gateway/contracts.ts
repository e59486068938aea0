// The contracts of the simulated exchange: ids and months, which month is in front now, and how they are found.
import { DateTime } from 'luxon';
import { type ContractSpec, specs } from './contract-specs.ts';
import { Dec, type JsonRow } from './json.ts';

export interface SimContract extends ContractSpec {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly symbolId: string;
  /** Whether the platform took it as the month in front when it was looked up. */
  readonly active: boolean;
  /** When the platform moves on to the next month; its feed ends there. */
  readonly rollsAt: number;
}

const letters = 'FGHJKMNQUVXZ';
const months = {
  quarterly: [3, 6, 9, 12],
  monthly: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  metal: [2, 4, 6, 8, 10, 12],
} as const;

/** When the platform moves on from a contract month. */
function rollsAt(spec: ContractSpec, month: DateTime): number {
  if (spec.rollDay !== undefined) return month.minus({ months: 1 }).set({ day: spec.rollDay }).toMillis();
  const firstFriday = ((5 - month.weekday + 7) % 7) + 1;
  return month.set({ day: firstFriday + 14 - 4 }).toMillis();
}

function contractOf(spec: ContractSpec, month: DateTime, active: boolean): SimContract {
  const letter = letters.charAt(month.month - 1);
  const year = month.toFormat('yy');
  return {
    ...spec,
    id: `CON.F.US.${spec.root}.${letter}${year}`,
    name: `${spec.symbol}${letter}${year.slice(1)}`,
    description: `${spec.title}: ${month.setLocale('en-US').toFormat('LLLL yyyy')}`,
    symbolId: `F.US.${spec.root}`,
    active,
    rollsAt: rollsAt(spec, month),
  };
}

/** The month in front at `at`, or the one `further` months of the cycle after it. */
function frontMonth(spec: ContractSpec, at: number, further: number): SimContract {
  const cycle: readonly number[] = months[spec.cycle];
  let month = DateTime.fromMillis(at, { zone: 'utc' }).startOf('month');
  const next = () => {
    do month = month.plus({ months: 1 });
    while (!cycle.includes(month.month));
  };
  if (!cycle.includes(month.month)) next();
  while (rollsAt(spec, month) <= at) next();
  for (let skipped = 0; skipped < further; skipped += 1) next();
  return contractOf(spec, month, true);
}

export function tickSize(spec: ContractSpec): number {
  return spec.num / spec.den;
}

export function priceOf(spec: ContractSpec, ticks: number): Dec {
  return new Dec(priceNumber(spec, ticks));
}

/** The same as a client would send it. */
export function priceNumber(spec: ContractSpec, ticks: number): number {
  return (ticks * spec.num) / spec.den;
}

/** Whole ticks of a price, or undefined where it lies off the grid. */
export function ticksOf(spec: ContractSpec, price: number): number | undefined {
  const ticks = Math.round((price * spec.den) / spec.num);
  return (ticks * spec.num) / spec.den === price ? ticks : undefined;
}

/** `0.25`, `1.0`: as short as it is, but never without a fraction part. */
function fraction(value: number): Dec {
  return new Dec(value, Math.max(1, String(value).split('.')[1]?.length ?? 0));
}

export function contractRow(contract: SimContract): JsonRow {
  return {
    id: contract.id,
    name: contract.name,
    description: contract.description,
    tickSize: fraction(tickSize(contract)),
    tickValue: fraction(contract.tickCents / 100),
    activeContract: contract.active,
    symbolId: contract.symbolId,
  };
}

export interface ContractList {
  /** The month in front of every product, at this moment. */
  readonly all: readonly SimContract[];
  byId(id: string): SimContract | undefined;
  /** By id, exchange symbol, gateway root, symbol id or name. */
  find(word: string): SimContract | undefined;
  search(text: string): readonly SimContract[];
  /** The platform moves on from a product's month before its day; the call given back takes that back. */
  rollEarly(root: string): () => void;
}

export function listContracts(now: () => number): ContractList {
  const early = new Map<string, number>();
  const fronts = new Map<string, SimContract>();
  const frontOf = (spec: ContractSpec): SimContract => {
    const known = fronts.get(spec.root);
    if (known !== undefined && now() < known.rollsAt) return known;
    const front = frontMonth(spec, now(), early.get(spec.root) ?? 0);
    fronts.set(spec.root, front);
    return front;
  };
  const all = () => specs.map(frontOf);
  const byId = (id: string): SimContract | undefined => {
    const [, root, letter = '', year] = /^CON\.F\.US\.([A-Z0-9]+)\.([FGHJKMNQUVXZ])(\d\d)$/.exec(id) ?? [];
    const spec = specs.find((one) => one.root === root);
    if (spec === undefined || year === undefined) return undefined;
    const front = frontOf(spec);
    if (front.id === id) return front;
    const month = DateTime.utc(2000 + Number(year), letters.indexOf(letter) + 1, 1);
    const cycle: readonly number[] = months[spec.cycle];
    const near = Math.abs(month.diff(DateTime.fromMillis(now(), { zone: 'utc' }), 'months').months) <= 12;
    return near && cycle.includes(month.month) ? contractOf(spec, month, false) : undefined;
  };
  return {
    get all() {
      return all();
    },
    byId,
    find(word) {
      const wanted = word.trim().toUpperCase();
      const named = all().find((one) => [one.symbol, one.root, one.symbolId, one.name].includes(wanted));
      return named ?? byId(wanted);
    },
    search(text) {
      const wanted = text.trim().toUpperCase();
      const hits = all().filter(
        (one) =>
          one.name.includes(wanted) ||
          one.root.includes(wanted) ||
          one.id.startsWith(wanted) ||
          one.symbolId.startsWith(wanted) ||
          (wanted.length >= 4 && one.description.toUpperCase().includes(wanted)),
      );
      const exact = (one: SimContract) => (one.symbol === wanted || one.root === wanted ? 0 : 1);
      return hits.sort((a, b) => exact(a) - exact(b));
    },
    rollEarly(root) {
      const count = early.get(root) ?? 0;
      early.set(root, count + 1);
      fronts.delete(root);
      return () => {
        early.set(root, Math.max(0, (early.get(root) ?? 0) - 1));
        fronts.delete(root);
      };
    },
  };
}
