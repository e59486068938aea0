// F20: the day's volume steps back, starts anew in mid-session or runs on past 17:00 CT, or prints and total disagree.
import { choice, contract, type Fault, number } from '../fault.ts';
import type { HubEvent } from '../hub-wire.ts';
import { isRow } from '../json.ts';

const modes = ['back', 'dip', 'reset', 'no-reset', 'inflated', 'lost-prints', 'doubled-prints'] as const;

interface Seen {
  /** What is taken off the true total. */
  off: number;
  total: number;
  events: number;
}

export default {
  fault: 'F20',
  name: 'Wrong volume',
  description:
    "The day's running total in quotes jumps back and goes on from there, dips for single quotes, starts again at zero in mid-session, is not reset at 17:00 CT, or grows faster than the prints; or prints are lost or told twice while the total stays right.",
  lasts: 'lasting',
  parameters: [
    contract,
    choice('mode', modes, 'back', 'How it is wrong.'),
    number('by', 500, [1, 1e9], 'For back and dip: so many lots less; for inflated: so many more per quote.'),
    number('every', 5, [1, 100_000], 'For dip and both print modes: one event in so many.'),
  ],
  start({ params }) {
    const { mode } = params;
    const by = Number(params['by']);
    const every = Number(params['every']);
    const contracts = new Map<string, Seen>();
    const seenOf = (id = ''): Seen => {
      const seen = contracts.get(id) ?? { off: 0, total: Number.NaN, events: 0 };
      contracts.set(id, seen);
      return seen;
    };
    const told = (seen: Seen, total: number): number => {
      const first = Number.isNaN(seen.total);
      const newDay = total < seen.total;
      const before = first ? 0 : seen.total;
      seen.total = total;
      seen.events += 1;
      if (mode === 'dip') return seen.events % every === 0 ? Math.max(0, total - by) : total;
      if (mode === 'back' && first) seen.off = Math.min(by, total);
      if (mode === 'reset' && first) seen.off = total;
      if (mode === 'inflated') seen.off -= by;
      if (mode === 'no-reset') seen.off -= newDay ? before : 0;
      else if (newDay) seen.off = 0;
      return total - seen.off;
    };
    const prints = (event: HubEvent): readonly HubEvent[] => {
      const seen = seenOf(event.contractId);
      seen.events += 1;
      if (seen.events % every !== 0) return [event];
      return mode === 'lost-prints' ? [] : [event, event];
    };
    return {
      event(event) {
        if (mode === 'lost-prints' || mode === 'doubled-prints')
          return event.kind === 'trade' ? prints(event) : [event];
        const total = event.kind === 'quote' && isRow(event.data) ? event.data['volume'] : undefined;
        if (typeof total !== 'number' || !isRow(event.data)) return [event];
        return [{ ...event, data: { ...event.data, volume: told(seenOf(event.contractId), total) } }];
      },
    };
  },
} satisfies Fault;
