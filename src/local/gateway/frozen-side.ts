// One side of a market that no longer moves, in quotes and in the book, while the other goes on (F5 by side, F19).
import { dom } from './book.ts';
import { priceOf, type SimContract } from './contracts.ts';
import { contractsHit, type FaultDesk, type FaultRecord, type RunningFault } from './fault.ts';
import { mapRows, rowsOf, withRows } from './market-rows.ts';
import type { JsonRow } from './json.ts';
import type { MarketKind } from './market.ts';

export type Side = 'bid' | 'ask';

/** The row types that belong to a side of the book, reference section 5: levels, bests and new bests. */
export const sideTypes: Readonly<Record<Side, readonly number[]>> = {
  bid: [dom.bid, 4, dom.newBestBid],
  ask: [dom.ask, 3, dom.newBestAsk],
};

export function isOfSide(row: JsonRow, side: Side): boolean {
  return typeof row['type'] === 'number' && sideTypes[side].includes(row['type']);
}

/** Freezes a side as it stands now; `kinds` = where it is frozen. At the end clients are told how things really stand. */
export function freezeSide(
  side: Side,
  kinds: readonly MarketKind[],
  record: FaultRecord,
  desk: FaultDesk,
): RunningFault {
  const { market, contracts } = desk;
  const frozen = new Map<string, { readonly ticks: number; readonly levels: readonly JsonRow[] }>();
  const freeze = (contract: SimContract) => {
    const levels = market.depthSnapshot(contract).filter((row) => isOfSide(row, side));
    const kept = { ticks: market.touch(contract)[side], levels };
    frozen.set(contract.id, kept);
    return kept;
  };
  for (const contract of contractsHit(record, desk)) freeze(contract);
  const member = side === 'bid' ? 'bestBid' : 'bestAsk';

  return {
    event(event) {
      const contract = event.contractId === undefined ? undefined : contracts.byId(event.contractId);
      if (contract === undefined || event.kind === undefined || !kinds.includes(event.kind)) return [event];
      const { ticks, levels } = frozen.get(contract.id) ?? freeze(contract);
      if (event.kind === 'quote') {
        const price = priceOf(contract, ticks);
        return [mapRows(event, (row) => (row[member] === undefined ? row : { ...row, [member]: price }))];
      }
      const rows = rowsOf(event);
      const moving = rows.filter((row) => !isOfSide(row, side));
      // A fresh subscriber gets the book as this sick server has it: the frozen side as it stood.
      if (rows.some((row) => row['type'] === dom.reset)) return [withRows(event, [...moving, ...levels])];
      return moving.length === 0 ? [] : [withRows(event, moving)];
    },
    end() {
      for (const contract of contractsHit(record, desk))
        for (const kind of kinds) if (kind !== 'trade') market.refresh(contract, kind);
    },
  };
}
