// What the hub alone lets one believe of each position, held against REST: where the two part, and since when.
import type { Position } from '../domain/order.ts';
import type { ClosedPosition, Disagreement } from '../domain/trading-view.ts';

type Told = Pick<Position, 'side' | 'size' | 'receivedAt'>;

const flatAt = (receivedAt: number): Told => ({ side: 'flat', size: 0, receivedAt });

export class PositionBeliefs {
  readonly #hub = new Map<string, Told>();
  readonly #disagreements = new Map<string, Disagreement>();
  readonly #closed = new Map<string, ClosedPosition>();
  readonly #seenAt = new Map<string, number>();
  #subscribedAt: number | undefined;
  #based = false;

  /** The hub's subscriptions were acknowledged: what it said before, on another connection, counts no more. */
  subscribed(at: number): void {
    this.#subscribedAt = at;
    this.#based = false;
    this.#hub.clear();
    this.#disagreements.clear();
  }

  lost(): void {
    this.#subscribedAt = undefined;
  }

  get subscribedAt(): number | undefined {
    return this.#subscribedAt;
  }

  /** The hub told a position. `before` = what was held for true until then. */
  tell(position: Position, before: Position | undefined): void {
    this.#hub.set(position.contractId, position);
    this.#ended(before, position, position.receivedAt);
    const parted = this.#disagreements.get(position.contractId);
    if (parted !== undefined && agree(parted.rest, position)) this.#disagreements.delete(position.contractId);
  }

  /**
   * A whole REST answer. The first one that was asked after the subscription is the ground the hub's later words build on.
   * @param held positions by contract
   * @param whole whether one that is missing is flat; otherwise nothing is known of it
   */
  answer(held: ReadonlyMap<string, Position>, askedAt: number, at: number, whole = true): void {
    if (this.#subscribedAt === undefined || askedAt < this.#subscribedAt) return;
    const first = !this.#based;
    this.#based = true;
    const asked = whole ? [...held.keys(), ...this.#hub.keys()] : held.keys();
    for (const contractId of new Set(asked)) {
      const rest: Told = held.get(contractId) ?? flatAt(at);
      const hub = this.#hub.get(contractId);
      if (hub === undefined) {
        if (first) this.#hub.set(contractId, { ...rest, receivedAt: at });
        else this.#part(contractId, flatAt(this.#subscribedAt), rest, at);
        continue;
      }
      // Told while the question was on its way: the answer may be older.
      if (hub.receivedAt >= askedAt) continue;
      if (agree(hub, rest)) this.#disagreements.delete(contractId);
      else this.#part(contractId, hub, rest, at);
    }
  }

  /** The position is another one since REST said so. */
  replaced(before: Position | undefined, now: Position, at: number): void {
    this.#ended(before, now, at);
  }

  /** As its fills tell of one that was closed before it was watched. */
  wasClosed(contractId: string, closed: ClosedPosition | undefined): void {
    if (closed !== undefined && !this.#closed.has(contractId)) this.#closed.set(contractId, closed);
  }

  /** A disagreement this young may be one answer crossing one event: it should be asked about again. */
  doubtful(now: number, youngMs: number): boolean {
    return [...this.#disagreements.values()].some(({ sinceAt }) => now - sinceAt < 2 * youngMs);
  }

  disagreement(contractId: string): Disagreement | undefined {
    return this.#disagreements.get(contractId);
  }

  closed(contractId: string): ClosedPosition | undefined {
    return this.#closed.get(contractId);
  }

  #part(contractId: string, hub: Told, rest: Told, at: number): void {
    const known = this.#disagreements.get(contractId);
    if (agree(hub, rest)) this.#disagreements.delete(contractId);
    else this.#disagreements.set(contractId, { hub, rest, sinceAt: known?.sinceAt ?? at });
  }

  #ended(before: Position | undefined, now: Position, at: number): void {
    const { contractId } = now;
    const open = now.size > 0;
    if (open && (before === undefined || before.size === 0)) {
      if (before !== undefined) this.#seenAt.set(contractId, at);
      this.#closed.delete(contractId);
    }
    if (open || before === undefined || before.size === 0) return;
    if (before.side !== 'long' && before.side !== 'short') return;
    const { side, size } = before;
    this.#closed.set(contractId, { side, size, seenAt: this.#seenAt.get(contractId), flatAt: at });
    this.#seenAt.delete(contractId);
  }
}

/** A side that was not told contradicts none. */
function agree(a: Told, b: Told): boolean {
  if (a.size !== b.size) return false;
  return a.size === 0 || a.side === b.side || a.side === 'unknown' || b.side === 'unknown';
}
