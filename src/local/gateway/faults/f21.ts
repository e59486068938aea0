// F21: time stamps that are late, in the future or out of order, and a server whose clock is wrong altogether.
import {
  choice,
  contract,
  type Fault,
  type FaultParams,
  FaultRefusal,
  number,
  type RunningFault,
} from '../fault.ts';
import type { HubEvent } from '../hub-wire.ts';
import { parseInstant, shifted, zulu } from '../instants.ts';
import { isRow, type Json, type JsonRow } from '../json.ts';
import { mapRows, rowsOf } from '../market-rows.ts';

const modes = ['late', 'future', 'disordered', 'skew'] as const;
const usual = { late: 5000, future: 5000, disordered: 250, skew: 3000 } as const;
const marketStamps = ['timestamp', 'lastUpdated'] as const;

const byOf = (params: FaultParams): number =>
  Number(params['byMs'] ?? usual[params['mode'] as (typeof modes)[number]]);

/** Moves every member that is a time stamp, rows within rows included. */
function moveStamps(value: Json, byMs: number): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((one) => moveStamps(one, byMs));
  if (!isRow(value)) return value;
  const moved: Record<string, Json | undefined> = {};
  for (const [member, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && /timestamp$|^lastUpdated$/i.test(member))
      moved[member] = shifted(inner, byMs);
    else moved[member] = inner === undefined ? undefined : moveStamps(inner, byMs);
  }
  return moved;
}

function skew(byMs: number, where: unknown): RunningFault {
  const stamps: RunningFault = {
    event: (event) => [{ ...event, data: moveStamps(event.data, byMs) }],
    answer: (answer) => moveStamps(answer, byMs) as JsonRow,
  };
  if (where === 'stamps') return stamps;
  return where === 'date' ? { clockShiftMs: byMs } : { ...stamps, clockShiftMs: byMs };
}

/** One event in so many is stamped before the one that came before it on its stream. */
function disorder(byMs: number, every: number): (event: HubEvent) => HubEvent {
  const streams = new Map<string, { count: number; lastAt: number }>();
  return (event) => {
    const text = rowsOf(event)[0]?.['timestamp'];
    const at = typeof text === 'string' ? parseInstant(text) : undefined;
    if (at === undefined) return event;
    const stream = streams.get(event.topic) ?? { count: 0, lastAt: at };
    const { lastAt } = stream;
    streams.set(event.topic, { count: stream.count + 1, lastAt: at });
    if ((stream.count + 1) % every !== 0) return event;
    const stamp = zulu(lastAt - byMs);
    return mapRows(event, (row) => ({
      ...row,
      timestamp: stamp,
      ...(row['lastUpdated'] === undefined ? {} : { lastUpdated: stamp }),
    }));
  };
}

export default {
  fault: 'F21',
  name: 'Wrong time stamps',
  description:
    "Market events are stamped late, in the future, or before their predecessor; or the server's clock is wrong: stamps of all events and REST rows, bars, the HTTP `Date` header and the times in new tokens.",
  lasts: 'lasting',
  parameters: [
    contract,
    choice('mode', modes, 'late', 'How they are wrong.'),
    number(
      'byMs',
      undefined,
      [-86_400_000, 86_400_000],
      'By so much; missing = 5000 late or in the future, 250 out of order, 3000 of skew. Only a skew may be below zero: a clock that is behind.',
    ),
    choice('kind', ['quote', 'trade', 'depth'], undefined, 'Only these market events; not for a skew.'),
    number(
      'every',
      undefined,
      [1, 100_000],
      'One event in so many; missing = all, or one in 3 out of order.',
    ),
    choice(
      'where',
      ['all', 'date', 'stamps'],
      'all',
      'For a skew: everywhere, the `Date` header with bars and tokens, or only stamps.',
    ),
  ],
  check(params) {
    const isSkew = params['mode'] === 'skew';
    if (!isSkew && byOf(params) < 0) throw new FaultRefusal('byMs: only a skew may be below zero');
    if (isSkew && params['kind'] !== undefined)
      throw new FaultRefusal("kind: a skew is of the server's clock, so it shows in every kind");
    if (isSkew && params['where'] !== 'stamps' && (params['contract'] ?? params['connection']) !== undefined)
      throw new FaultRefusal(
        'contract, connection: the clock of a server is the same for everybody; take where=stamps, or mode late or future',
      );
  },
  start({ params }) {
    const { mode, kind, where } = params;
    const byMs = byOf(params);
    if (mode === 'skew') return skew(byMs, where);
    const every = Number(params['every'] ?? (mode === 'disordered' ? 3 : 1));
    const reorder = disorder(byMs, every);
    let seen = 0;
    return {
      event(event) {
        if (event.kind === undefined || (kind !== undefined && kind !== event.kind)) return [event];
        if (mode === 'disordered') return [reorder(event)];
        seen += 1;
        if (seen % every !== 0) return [event];
        const by = mode === 'late' ? -byMs : byMs;
        return [
          mapRows(event, (row) => {
            const moved: Record<string, string> = {};
            for (const member of marketStamps) {
              const stamp = row[member];
              if (typeof stamp === 'string') moved[member] = shifted(stamp, by);
            }
            return { ...row, ...moved };
          }),
        ];
      },
    };
  },
} satisfies Fault;
