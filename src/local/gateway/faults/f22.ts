// F22: bars of retrieveBars that are not what was traded: gaps, duplicates, a stale partial bar, wrong order, values or times.
import { priceOf } from '../contracts.ts';
import { choice, contract, type Fault, number } from '../fault.ts';
import { parseInstant, shifted } from '../instants.ts';
import { Dec, isRow, type Json, type JsonRow } from '../json.ts';
import { mix } from '../random.ts';

const modes = [
  'gap',
  'duplicate',
  'partial-repeated',
  'oldest-first',
  'differs',
  'volume',
  'shifted',
  'impossible',
] as const;
/** Length of a bar's unit 1-6; only used to number bars, so months need not be exact. */
const unitMs = [0, 1000, 60_000, 3_600_000, 86_400_000, 604_800_000, 2_592_000_000] as const;

const timeOf = (bar: JsonRow): string => (typeof bar['t'] === 'string' ? bar['t'] : '');
const valueOf = (price: Json | undefined): number => (price instanceof Dec ? price.value : 0);

/** Earlier in its life the bar in progress had less volume and its close somewhere else. */
function stale(bar: JsonRow): JsonRow {
  const { o, h, l, v } = bar;
  const open = valueOf(o);
  const atHigh = valueOf(h) - open > open - valueOf(l);
  return { ...bar, ...(atHigh ? { h: o } : { l: o }), c: o, v: Math.max(1, Math.floor(Number(v) / 2)) };
}

/** High and low changed places, or an open or a close outside of them; which one is drawn. */
function impossible(bar: JsonRow, draw: number, step: Dec): JsonRow {
  const { h, l } = bar;
  const [high, low] = [valueOf(h), valueOf(l)];
  const beyond = (price: number) => new Dec(Number(price.toFixed(12)));
  if (draw % 3 === 0) return high > low ? { ...bar, h: l, l: h } : { ...bar, h: beyond(low - step.value), l };
  return draw % 3 === 1 ? { ...bar, o: beyond(high + step.value) } : { ...bar, c: beyond(low - step.value) };
}

export default {
  fault: 'F22',
  name: 'Wrong bars',
  description:
    'Answers of `History/retrieveBars` with bars missing, told twice, the bar in progress repeated in an older state, oldest first, prices or volume that differ from the prints, times shifted by a period, or bars that cannot be (high below low, open or close outside the range).',
  lasts: 'lasting',
  parameters: [
    contract,
    choice('mode', modes, 'gap', 'What is wrong with them.'),
    number('every', 5, [1, 20_000], 'One bar in so many, the same ones at every request.'),
    number('ticks', 4, [1, 100_000], 'For differs: by so many ticks. For impossible: so far outside.'),
  ],
  start({ params, seed }, { contracts }) {
    const { mode } = params;
    const every = Number(params['every']);
    const ticks = Number(params['ticks']);
    const wanted = params['contract'];
    return {
      answer(answer, { path, fields }) {
        const bars = answer['bars'];
        if (path !== '/api/history/retrievebars' || !Array.isArray(bars) || bars.length === 0) return answer;
        const spec = contracts.byId(fields.text('contractId'));
        if (spec === undefined || (wanted !== undefined && wanted !== spec.id)) return answer;
        const rows = (bars as readonly Json[]).filter(isRow);
        const spanMs = (unitMs[fields.int('unit')] ?? 1) * fields.int('unitNumber');
        const period = (bar: JsonRow) => Math.floor((parseInstant(timeOf(bar)) ?? 0) / spanMs);
        const isHit = (bar: JsonRow) => (period(bar) + Math.abs(seed)) % every === 0;
        const hit = (change: (bar: JsonRow) => readonly JsonRow[]) =>
          rows.flatMap((bar) => (isHit(bar) ? change(bar) : [bar]));
        const off = priceOf(spec, ticks);
        const lifted = (price: Json | undefined) => new Dec(Number((valueOf(price) + off.value).toFixed(12)));
        const told = (): readonly JsonRow[] => {
          switch (mode) {
            case 'gap':
              return hit(() => []);
            case 'duplicate':
              return hit((bar) => [bar, bar]);
            case 'partial-repeated':
              return rows.flatMap((bar, index) => (index === 0 ? [bar, stale(bar)] : [bar]));
            case 'oldest-first':
              return rows.toReversed();
            case 'differs':
              return hit(({ o, h, l, c, ...bar }) => [
                { t: bar['t'], o: lifted(o), h: lifted(h), l: lifted(l), c: lifted(c), v: bar['v'] },
              ]);
            case 'volume':
              return hit((bar) => [{ ...bar, v: Math.ceil(Number(bar['v']) * 1.5) }]);
            case 'shifted':
              return rows.map((bar) => ({ ...bar, t: shifted(timeOf(bar), spanMs) }));
            default:
              return hit((bar) => [impossible(bar, mix(seed, period(bar)), off)]);
          }
        };
        return { ...answer, bars: told() };
      },
    };
  },
} satisfies Fault;
