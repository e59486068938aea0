// F18: prices that cannot be: off the grid, with float noise, a spike, zero or below; in quotes, prints and the book.
import { dom } from '../book.ts';
import { priceOf, type SimContract } from '../contracts.ts';
import { choice, contract, type Fault, number } from '../fault.ts';
import type { HubEvent } from '../hub-wire.ts';
import { Dec, type JsonRow } from '../json.ts';
import { mapRows, marketEvent, rowsOf, ticksIn, withRows } from '../market-rows.ts';
import { seedOf, sequence } from '../random.ts';

const modes = ['misaligned', 'noise', 'spike', 'zero', 'negative'] as const;
const members = ['lastPrice', 'bestBid', 'bestAsk'] as const;
const fifths = 5;

export default {
  fault: 'F18',
  name: 'Impossible price',
  description:
    'Prices off the tick grid (25411.27), with float noise (25411.250000004), spiking by so many ticks, zero or negative. The true market, bars and fills included, is untouched.',
  lasts: 'lasting',
  parameters: [
    contract,
    choice('mode', modes, 'misaligned', 'What is wrong with the price.'),
    choice('kind', ['quote', 'trade', 'depth'], undefined, 'Only in these events. Missing = in all three.'),
    choice('member', members, undefined, 'For quotes: only this member. Missing = all prices of the touch.'),
    choice('direction', ['up', 'down', 'either'], 'either', 'Of a spike; either = drawn once.'),
    number('ticks', 200, [1, 1_000_000], 'How far a spike goes.'),
    number('noise', 4e-9, [1e-12, 1e-3], 'What float noise adds to the price.'),
    number('every', 1, [1, 100_000], 'One event in so many.'),
    number('events', undefined, [1, 1_000_000], 'Over after so many events. Missing = when it ends.'),
  ],
  start(record, desk) {
    const { mode, kind, member, direction } = record.params;
    const draw = sequence(seedOf(record.seed, record.id));
    const isUp = direction === 'up' || (direction === 'either' && draw() < 0.5);
    const jump = Number(record.params['ticks']) * (isUp ? 1 : -1);
    const every = Number(record.params['every']);
    const limit = Number(record.params['events'] ?? Number.POSITIVE_INFINITY);
    const phantoms = new Map<string, JsonRow>();
    let seen = 0;
    let hits = 0;

    /** One defect per event, so that bid, ask and last of a quote keep their order. */
    const defect = (spec: SimContract): ((ticks: number) => Dec) => {
      const tick = spec.num / spec.den;
      if (mode === 'spike') return (ticks) => priceOf(spec, ticks + jump);
      if (mode === 'zero') return () => new Dec(0);
      if (mode === 'negative') {
        let down: number | undefined;
        return (ticks) => priceOf(spec, ticks - (down ??= 2 * ticks));
      }
      // A part of a tick written with few digits, as a client sees it: 25411.27 or 25411.3, not 25411.2718281.
      const part =
        mode === 'noise' ? Number(record.params['noise']) : (tick * (1 + Math.floor(draw() * 4))) / fifths;
      return (ticks) => new Dec(Number(((ticks * spec.num) / spec.den + part).toFixed(12)), 12);
    };
    const isHit = (): boolean => {
      seen += 1;
      if (hits >= limit || seen % every !== 0) return false;
      hits += 1;
      if (hits === limit) desk.clock.after(1, () => desk.finish(record.id));
      return true;
    };

    const wrong = (event: HubEvent, spec: SimContract): HubEvent => {
      const bad = defect(spec);
      const named: readonly string[] =
        event.kind === 'trade' ? ['price'] : typeof member === 'string' ? [member] : members;
      return mapRows(event, (row) => {
        const changed: Record<string, Dec> = {};
        for (const name of named) {
          const ticks = ticksIn(spec, row, name);
          if (ticks !== undefined) changed[name] = bad(ticks);
        }
        return { ...row, ...changed };
      });
    };
    /** A level at a price that cannot be stands in the book until the next event. */
    const haunt = (event: HubEvent, spec: SimContract, hit: boolean): HubEvent => {
      const gone = phantoms.get(spec.id);
      phantoms.delete(spec.id);
      const rows = gone === undefined ? [] : [gone];
      const type = mode === 'spike' && isUp ? dom.ask : dom.bid;
      const level = rowsOf(event).findLast((row) => ticksIn(spec, row, 'price') !== undefined);
      const ticks = level === undefined ? undefined : ticksIn(spec, level, 'price');
      if (!hit || level === undefined || ticks === undefined || ticks === 0)
        return gone === undefined ? event : withRows(event, [...rows, ...rowsOf(event)]);
      const phantom: JsonRow = { ...level, type, price: defect(spec)(ticks), volume: 1, currentVolume: 1 };
      phantoms.set(spec.id, { ...phantom, volume: 0, currentVolume: 0 });
      return withRows(event, [...rows, ...rowsOf(event), phantom]);
    };

    return {
      event(event) {
        const spec = event.contractId === undefined ? undefined : desk.contracts.byId(event.contractId);
        if (spec === undefined || event.kind === undefined) return [event];
        if (kind !== undefined && kind !== event.kind) return [event];
        // A member that is not in this partial quote cannot be wrong in it.
        if (event.kind === 'quote' && typeof member === 'string')
          if (rowsOf(event).every((row) => row[member] === undefined)) return [event];
        // A whole book is for one fresh subscriber; what the others have must not depend on it.
        if (event.kind === 'depth' && rowsOf(event).some((row) => row['type'] === dom.reset)) return [event];
        const hit = isHit();
        if (event.kind === 'depth') return [haunt(event, spec, hit)];
        return [hit ? wrong(event, spec) : event];
      },
      end() {
        for (const [id, row] of phantoms) desk.publish(marketEvent(id, 'depth', [row]));
      },
    };
  },
} satisfies Fault;
