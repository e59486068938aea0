// The products of the simulated exchange: tick sizes and values as the exchange publishes them, and about where they trade.

export interface ContractSpec {
  /** Exchange symbol, `ES`. */
  readonly symbol: string;
  /** Gateway root, `EP`. */
  readonly root: string;
  readonly title: string;
  /** Tick as a fraction num/den. */
  readonly num: number;
  readonly den: number;
  /** Half cents exist: a half thirty-second of ZN is worth $15.625. */
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
    symbol: 'ZN',
    root: 'TYA',
    title: '10-Year U.S. Treasury Note',
    num: 1,
    den: 64,
    cycle: 'quarterly',
    tickCents: 1562.5,
    base: 112,
    dayTicks: 40,
    feeCents: 82,
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
