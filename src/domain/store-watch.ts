// Whether the store can be used right now, for whoever is about to promise something to a person; a contract.
import type { StoreTrouble } from './direct-line.ts';

export interface StoreOutage extends StoreTrouble {
  /** `away`: it can neither be read nor written. `refuses`: it answers, and takes no writes. */
  readonly kind: 'away' | 'refuses';
  /** What mends it, one sentence. */
  readonly advice: string;
}

export interface StoreWatch {
  /** What is known to be wrong with it at this moment. */
  outage(): StoreOutage | undefined;
  /** Looks until it is known whether it can be used: at once where it answers or has been away for a while, never longer than 2 s. */
  proven(): Promise<StoreOutage | undefined>;
  /**
   * What came of the work, as long as the store is there.
   * @throws OpsError `redis-unavailable` where it goes away meanwhile: what becomes of the work is not known then
   */
  whileUp<T>(work: Promise<T>): Promise<T>;
}
