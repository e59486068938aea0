// The contracts of the simulated exchange: ids, tick sizes and values, and which month is in front on a given date.
import { DateTime } from 'luxon';
import { Dec, type JsonRow } from './json.ts';

export interface ContractSpec {
  /** Exchange symbol, `ES`. */
  readonly symbol: string;
  /** Gateway root, `EP`. */
  readonly root: string;
  readonly title: string;
  /** Tick as a fraction num/den. */
  readonly num: number;
  readonly den: number;
  readonly tickCents: number;
  /** About where it trades, in points, and how far it moves in a day, in ticks. */
  readonly base: number;
  readonly dayTicks: number;
  readonly cycle: 'quarterly' | 'monthly' | 'metal';
  /** Day of the month before delivery on which the platform rolls; undefined = Monday of the third Friday's week. */
  readonly rollDay?: number;
  /** Costs of one lot and one half turn, in cents. */
  readonly feeCents: number;
  readonly commissionCents: number;
}

export interface SimContract extends ContractSpec {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly symbolId: string;
  readonly active: boolean;
}

const micro = { feeCents: 37, commissionCents: 25 };
const mini = { feeCents: 140, commissionCents: 50 };
const quarter = { num: 1, den: 4, cycle: 'quarterly' } as const;

export const specs: readonly ContractSpec[] = [
  {
    symbol: 'MNQ',
    root: 'MNQ',
    title: 'Micro E-mini Nasdaq-100',
    ...quarter,
    tickCents: 50,
    base: 25_400,
    dayTicks: 1000,
    ...micro,
  },
  {
    symbol: 'ES',
    root: 'EP',
    title: 'E-Mini S&P 500',
    ...quarter,
    tickCents: 1250,
    base: 6_850,
    dayTicks: 240,
    ...mini,
  },
  {
    symbol: 'NQ',
    root: 'ENQ',
    title: 'E-mini Nasdaq-100',
    ...quarter,
    tickCents: 500,
    base: 25_400,
    dayTicks: 1000,
    ...mini,
  },
  {
    symbol: 'MES',
    root: 'MES',
    title: 'Micro E-mini S&P 500',
    ...quarter,
    tickCents: 125,
    base: 6_850,
    dayTicks: 240,
    ...micro,
  },
  {
    symbol: 'YM',
    root: 'YM',
    title: 'E-mini Dow',
    num: 1,
    den: 1,
    cycle: 'quarterly',
    tickCents: 500,
    base: 47_600,
    dayTicks: 450,
    ...mini,
  },
  {
    symbol: 'MYM',
    root: 'MYM',
    title: 'Micro E-mini Dow',
    num: 1,
    den: 1,
    cycle: 'quarterly',
    tickCents: 50,
    base: 47_600,
    dayTicks: 450,
    ...micro,
  },
  {
    symbol: 'RTY',
    root: 'RTY',
    title: 'E-mini Russell 2000',
    num: 1,
    den: 10,
    cycle: 'quarterly',
    tickCents: 500,
    base: 2_460,
    dayTicks: 350,
    ...mini,
  },
  {
    symbol: 'M2K',
    root: 'M2K',
    title: 'Micro E-mini Russell 2000',
    num: 1,
    den: 10,
    cycle: 'quarterly',
    tickCents: 50,
    base: 2_460,
    dayTicks: 350,
    ...micro,
  },
  {
    symbol: 'CL',
    root: 'CLE',
    title: 'Crude Oil',
    num: 1,
    den: 100,
    cycle: 'monthly',
    rollDay: 17,
    tickCents: 1000,
    base: 61,
    dayTicks: 160,
    feeCents: 152,
    commissionCents: 50,
  },
  {
    symbol: 'GC',
    root: 'GCE',
    title: 'Gold',
    num: 1,
    den: 10,
    cycle: 'metal',
    rollDay: 26,
    tickCents: 1000,
    base: 4_010,
    dayTicks: 400,
    feeCents: 162,
    commissionCents: 50,
  },
  {
    symbol: 'MGC',
    root: 'MGC',
    title: 'Micro Gold',
    num: 1,
    den: 10,
    cycle: 'metal',
    rollDay: 26,
    tickCents: 100,
    base: 4_010,
    dayTicks: 400,
    feeCents: 62,
    commissionCents: 25,
  },
  {
    symbol: '6E',
    root: 'EU6',
    title: 'Euro FX',
    num: 1,
    den: 20_000,
    cycle: 'quarterly',
    tickCents: 625,
    base: 1.16,
    dayTicks: 130,
    feeCents: 162,
    commissionCents: 50,
  },
  {
    symbol: '6B',
    root: 'BP6',
    title: 'British Pound',
    num: 1,
    den: 10_000,
    cycle: 'quarterly',
    tickCents: 625,
    base: 1.31,
    dayTicks: 90,
    feeCents: 162,
    commissionCents: 50,
  },
  {
    symbol: 'E7',
    root: 'EEU',
    title: 'E-mini Euro FX',
    num: 1,
    den: 10_000,
    cycle: 'quarterly',
    tickCents: 625,
    base: 1.16,
    dayTicks: 70,
    feeCents: 117,
    commissionCents: 50,
  },
  {
    symbol: 'ZB',
    root: 'USA',
    title: '30-Year U.S. Treasury Bond',
    num: 1,
    den: 32,
    cycle: 'quarterly',
    tickCents: 3125,
    base: 117,
    dayTicks: 34,
    feeCents: 89,
    commissionCents: 50,
  },
];

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

export function contractOf(spec: ContractSpec, month: DateTime, active: boolean): SimContract {
  const letter = letters.charAt(month.month - 1);
  const year = month.toFormat('yy');
  return {
    ...spec,
    id: `CON.F.US.${spec.root}.${letter}${year}`,
    name: `${spec.symbol}${letter}${year.slice(1)}`,
    description: `${spec.title}: ${month.setLocale('en-US').toFormat('LLLL yyyy')}`,
    symbolId: `F.US.${spec.root}`,
    active,
  };
}

/** The month in front at `at`. */
export function frontMonth(spec: ContractSpec, at: number): SimContract {
  let month = DateTime.fromMillis(at, { zone: 'utc' }).startOf('month');
  const cycle: readonly number[] = months[spec.cycle];
  while (!cycle.includes(month.month) || rollsAt(spec, month) <= at) month = month.plus({ months: 1 });
  return contractOf(spec, month, true);
}

export function tickSize(spec: ContractSpec): number {
  return spec.num / spec.den;
}

export function priceOf(spec: ContractSpec, ticks: number): Dec {
  return new Dec((ticks * spec.num) / spec.den);
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
  readonly all: readonly SimContract[];
  byId(id: string): SimContract | undefined;
  /** By id, exchange symbol, gateway root, symbol id or name. */
  find(word: string): SimContract | undefined;
  search(text: string): readonly SimContract[];
}

export function listContracts(at: number): ContractList {
  const all = specs.map((spec) => frontMonth(spec, at));
  const front = new Map(all.map((contract) => [contract.id, contract]));
  const outOfFront = (id: string): SimContract | undefined => {
    const [, root, letter = '', year] = /^CON\.F\.US\.([A-Z0-9]+)\.([FGHJKMNQUVXZ])(\d\d)$/.exec(id) ?? [];
    const spec = specs.find((one) => one.root === root);
    if (spec === undefined || year === undefined) return undefined;
    const month = DateTime.utc(2000 + Number(year), letters.indexOf(letter) + 1, 1);
    const cycle: readonly number[] = months[spec.cycle];
    const near = Math.abs(month.diff(DateTime.fromMillis(at, { zone: 'utc' }), 'months').months) <= 12;
    return near && cycle.includes(month.month) ? contractOf(spec, month, false) : undefined;
  };
  const byId = (id: string) => front.get(id) ?? outOfFront(id);
  return {
    all,
    byId,
    find(word) {
      const wanted = word.trim().toUpperCase();
      const named = all.find((one) => [one.symbol, one.root, one.symbolId, one.name].includes(wanted));
      return named ?? byId(wanted);
    },
    search(text) {
      const wanted = text.trim().toUpperCase();
      const hits = all.filter(
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
  };
}
