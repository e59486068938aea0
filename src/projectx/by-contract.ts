// What an account has many of, by id and in the order it was told, with the list of each contract at hand: every look asks for it anew.
export class ByContract<T extends { readonly contractId: string }> {
  readonly #all = new Map<string, T>();
  /** Made when somebody asks, dropped when one of that contract changes. */
  readonly #lists = new Map<string, readonly T[]>();

  get size(): number {
    return this.#all.size;
  }

  get(id: string): T | undefined {
    return this.#all.get(id);
  }

  has(id: string): boolean {
    return this.#all.has(id);
  }

  /** In its old place where it was known, else as the newest. */
  set(id: string, one: T): void {
    this.#changed(this.#all.get(id));
    this.#changed(one);
    this.#all.set(id, one);
  }

  delete(id: string): void {
    this.#changed(this.#all.get(id));
    this.#all.delete(id);
  }

  get oldest(): string | undefined {
    return this.#all.keys().next().value;
  }

  values(): IterableIterator<T> {
    return this.#all.values();
  }

  entries(): IterableIterator<[string, T]> {
    return this.#all.entries();
  }

  /** Those of one contract, oldest first. */
  of(contractId: string): readonly T[] {
    const known = this.#lists.get(contractId);
    if (known !== undefined) return known;
    const list: T[] = [];
    for (const one of this.#all.values()) if (one.contractId === contractId) list.push(one);
    this.#lists.set(contractId, list);
    return list;
  }

  #changed(one: T | undefined): void {
    if (one !== undefined) this.#lists.delete(one.contractId);
  }
}
