// F19: a sick book: crossed or locked, reset and never rebuilt, a level that never goes, one side frozen.
import { dom } from '../book.ts';
import { priceOf, type SimContract } from '../contracts.ts';
import {
  choice,
  contract,
  contractsHit,
  type Fault,
  type FaultDesk,
  type FaultRecord,
  number,
  type RunningFault,
} from '../fault.ts';
import { freezeSide, isOfSide, type Side } from '../frozen-side.ts';
import type { HubEvent } from '../hub-wire.ts';
import type { JsonRow } from '../json.ts';
import { mapRows, rowsOf, ticksIn, withRows } from '../market-rows.ts';
import type { MarketKind } from '../market.ts';

const modes = ['crossed', 'locked', 'reset', 'stuck-level', 'frozen-side'] as const;

/** The wrong side's best price lies at or beyond the other side's, wherever that goes. */
function cross(side: Side, by: number, kinds: readonly MarketKind[], { market }: FaultDesk) {
  const phantoms = new Map<string, number>();
  const type = side === 'bid' ? dom.bid : dom.ask;
  const member = side === 'bid' ? 'bestBid' : 'bestAsk';
  const crossing = (spec: SimContract) => {
    const { bid, ask } = market.touch(spec);
    return side === 'bid' ? ask + by : bid - by;
  };
  const level = (spec: SimContract, like: JsonRow, ticks: number, volume: number): JsonRow => ({
    timestamp: like['timestamp'],
    type,
    price: priceOf(spec, ticks),
    volume,
    currentVolume: volume,
  });
  const inBook = (event: HubEvent, spec: SimContract): HubEvent => {
    const rows = rowsOf(event);
    const [like] = rows;
    const ticks = crossing(spec);
    if (like === undefined) return event;
    const isWhole = rows.some((row) => row['type'] === dom.reset);
    const old = phantoms.get(spec.id);
    phantoms.set(spec.id, ticks);
    const best = side === 'bid' ? dom.newBestBid : dom.newBestAsk;
    const told = rows.map((row) => (row['type'] === best ? { ...row, price: priceOf(spec, ticks) } : row));
    if (isWhole) return withRows(event, [...told, level(spec, like, ticks, 5)]);
    const gone = old === undefined || old === ticks ? [] : [level(spec, like, old, 0)];
    return withRows(event, [...gone, ...told, level(spec, like, ticks, 5)]);
  };
  return (event: HubEvent, spec: SimContract): readonly HubEvent[] => {
    if (event.kind === undefined || !kinds.includes(event.kind)) return [event];
    if (event.kind === 'depth') return [inBook(event, spec)];
    const price = priceOf(spec, crossing(spec));
    return [mapRows(event, (row) => (row[member] === undefined ? row : { ...row, [member]: price }))];
  };
}

/** Everything is cleared, and no level is told any more; prints in the stream go on. */
function clear() {
  const cleared = new Set<string>();
  return (event: HubEvent, spec: SimContract): readonly HubEvent[] => {
    if (event.kind !== 'depth') return [event];
    const rows = rowsOf(event);
    const [like] = rows;
    if (like === undefined) return [event];
    const kept = rows.filter((row) => row['type'] === dom.trade || row['type'] === dom.reset);
    // A whole book goes to one fresh subscriber; the others still have to be told of the reset.
    if (rows.some((row) => row['type'] === dom.reset)) return [withRows(event, kept)];
    const isFirst = !cleared.has(spec.id);
    cleared.add(spec.id);
    const reset = { ...like, type: dom.reset, price: priceOf(spec, 0), volume: 0, currentVolume: 0 };
    const told = isFirst ? [reset, ...kept] : kept;
    return told.length === 0 ? [] : [withRows(event, told)];
  };
}

/** The best levels of a side as they stood at the start are never taken off. */
function stick(side: Side, levels: number, record: FaultRecord, desk: FaultDesk) {
  const stuck = new Map<string, readonly number[]>();
  const hold = (spec: SimContract): readonly number[] => {
    const best = desk.market.touch(spec)[side];
    const held = Array.from({ length: levels }, (_, i) => best + (side === 'bid' ? -i : i));
    stuck.set(spec.id, held);
    return held;
  };
  for (const spec of contractsHit(record, desk)) hold(spec);
  return (event: HubEvent, spec: SimContract): readonly HubEvent[] => {
    if (event.kind !== 'depth') return [event];
    const held = stuck.get(spec.id) ?? hold(spec);
    const rows = rowsOf(event);
    const told = rows.filter((row) => {
      const ticks = ticksIn(spec, row, 'price');
      const isStuck = ticks !== undefined && held.includes(ticks) && isOfSide(row, side);
      return !(isStuck && row['volume'] === 0);
    });
    if (told.length === rows.length) return [event];
    return told.length === 0 ? [] : [withRows(event, told)];
  };
}

export default {
  fault: 'F19',
  name: 'Sick book',
  description:
    'Quotes and book are crossed or locked for as long as it lasts; or the book is reset and not rebuilt; or levels are never removed; or one side stands still. At the end subscribers get the true touch and the whole book.',
  lasts: 'lasting',
  parameters: [
    contract,
    choice('mode', modes, 'crossed', 'What is wrong with it.'),
    choice('in', ['both', 'quote', 'depth'], 'both', 'For crossed, locked and frozen-side: where it shows.'),
    choice('side', ['bid', 'ask'], 'bid', 'The side that is wrong.'),
    number('ticks', 2, [1, 100_000], 'For crossed: how far beyond the other side.'),
    number('levels', 1, [1, 10], 'For stuck-level: how many, from the best.'),
  ],
  start(record, desk): RunningFault {
    const { params } = record;
    const { mode } = params;
    const side: Side = params['side'] === 'ask' ? 'ask' : 'bid';
    const where = params['in'];
    const kinds: readonly MarketKind[] =
      where === 'quote' || where === 'depth' ? [where] : ['quote', 'depth'];
    if (mode === 'frozen-side') return freezeSide(side, kinds, record, desk);
    const change =
      mode === 'reset'
        ? clear()
        : mode === 'stuck-level'
          ? stick(side, Number(params['levels']), record, desk)
          : cross(side, mode === 'locked' ? 0 : Number(params['ticks']), kinds, desk);
    return {
      event(event) {
        const spec = event.contractId === undefined ? undefined : desk.contracts.byId(event.contractId);
        return spec === undefined ? [event] : change(event, spec);
      },
      end() {
        for (const spec of contractsHit(record, desk)) {
          desk.market.refresh(spec, 'quote');
          desk.market.refresh(spec, 'depth');
        }
      },
    };
  },
} satisfies Fault;
