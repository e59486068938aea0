// Counts what ought not to be in market data, by kind, with its first and last instant and one sample.
import type { Anomaly, AnomalyKind } from '../domain/data-view.ts';

export class Anomalies {
  readonly #seen = new Map<AnomalyKind, { count: number; firstAt: number; lastAt: number; sample: string }>();

  note(kind: AnomalyKind, at: number, sample: string): void {
    const known = this.#seen.get(kind);
    if (known === undefined) this.#seen.set(kind, { count: 1, firstAt: at, lastAt: at, sample });
    else {
      // A new spell after a quiet while is told from its own beginning.
      if (at - known.lastAt > quietMs) {
        known.count = 0;
        known.firstAt = at;
      }
      known.count += 1;
      known.lastAt = at;
      known.sample = sample;
    }
  }

  list(): Readonly<Partial<Record<AnomalyKind, Anomaly>>> {
    return Object.fromEntries([...this.#seen].map(([kind, entry]) => [kind, { ...entry }]));
  }
}

const quietMs = 5 * 60_000;
