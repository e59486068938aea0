// How a contract's position went lately: every size it was told to have, and every stretch without enough stops; bounded.
import type { Exposure, Position } from '../domain/order.ts';
import type { NakedSpan, PositionPast, PositionTelling } from '../domain/trading-view.ts';

const tellingsKept = 60;
const spansKept = 30;

interface Kept {
  readonly positions: PositionTelling[];
  readonly naked: NakedSpan[];
}

export class PositionPasts {
  readonly #kept = new Map<string, Kept>();
  readonly #doubtedSince = new Map<string, number>();

  /** Takes what is held for true from now on; the same again adds nothing. */
  take({ contractId, side, size, averagePrice, source }: Position, at: number): void {
    const { positions } = this.#of(contractId);
    const last = positions.at(-1);
    if (last === undefined ? size === 0 : last.size === size && (size === 0 || last.side === side)) return;
    positions.push({ side: size === 0 ? 'flat' : side, size, averagePrice, source, receivedAt: at });
    if (positions.length > tellingsKept) positions.shift();
  }

  judge(contractId: string, exposure: Exposure, at: number): void {
    if (exposure.kind !== 'unknown') this.#doubtedSince.delete(contractId);
    else if (!this.#doubtedSince.has(contractId)) this.#doubtedSince.set(contractId, at);
    const { naked } = this.#of(contractId);
    const last = naked.at(-1);
    const running = last?.toAt === undefined ? last : undefined;
    if (exposure.kind !== 'unprotected') {
      if (running !== undefined) naked[naked.length - 1] = { ...running, toAt: at };
      return;
    }
    const { side, uncovered } = exposure;
    if (running?.side === side) {
      naked[naked.length - 1] = { ...running, uncovered: Math.max(running.uncovered, uncovered) };
      return;
    }
    if (running !== undefined) naked[naked.length - 1] = { ...running, toAt: at };
    naked.push({ side, uncovered, fromAt: at, toAt: undefined });
    if (naked.length > spansKept) naked.shift();
  }

  /** Since when its position has stood without enough stops; undefined = it does not. */
  nakedSince(contractId: string): number | undefined {
    const last = this.#kept.get(contractId)?.naked.at(-1);
    return last?.toAt === undefined ? last?.fromAt : undefined;
  }

  /** Since when nobody can say whether its position is covered; undefined = it is known. */
  doubtedSince(contractId: string): number | undefined {
    return this.#doubtedSince.get(contractId);
  }

  of(contractId: string): PositionPast {
    const { positions, naked } = this.#kept.get(contractId) ?? { positions: [], naked: [] };
    return { positions: [...positions], naked: [...naked] };
  }

  #of(contractId: string): Kept {
    const kept = this.#kept.get(contractId) ?? { positions: [], naked: [] };
    this.#kept.set(contractId, kept);
    return kept;
  }
}
