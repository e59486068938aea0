// A window of fixed capacity that forgets its oldest entry; flat memory at any rate.

export class Ring<T> {
  readonly #entries: T[] = [];
  readonly #capacity: number;
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** How much it holds, and how much at most. */
  get fill(): readonly [entries: number, bound: number] {
    return [this.#entries.length, this.#capacity];
  }

  push(entry: T): void {
    if (this.#entries.length < this.#capacity) this.#entries.push(entry);
    else this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** The newest entry. */
  last(): T | undefined {
    return this.#entries.at(this.#next - 1);
  }

  /** Replaces the newest entry. */
  replaceLast(entry: T): void {
    if (this.#entries.length === 0) this.push(entry);
    else this.#entries[(this.#next + this.#entries.length - 1) % this.#entries.length] = entry;
  }

  /** A copy, oldest first. */
  list(): T[] {
    if (this.#entries.length < this.#capacity) return this.#entries.slice();
    return [...this.#entries.slice(this.#next), ...this.#entries.slice(0, this.#next)];
  }
}
