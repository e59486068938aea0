// Watches whether what happened one after the other also arrives one after the other, or is held back somewhere and comes in lumps.
import type { Anomalies } from './anomalies.ts';

/** Received within this, it came together. */
const togetherMs = 50;
/** Exchange times this far apart within what came together: it was held back for as long. */
const heldMs = 2_000;
/** Fewer events in order are no lump: a wrong stamp on one of two would look the same. */
const least = 4;

export class LumpWatch {
  readonly #stream: string;
  readonly #anomalies: Anomalies;
  #fromAt: number | undefined;
  #firstAt = 0;
  #newestAt = 0;
  #count = 0;
  #told = false;
  /** The first thing on a connection is a state, not a story. */
  #started = false;

  constructor(stream: string, anomalies: Anomalies) {
    this.#stream = stream;
    this.#anomalies = anomalies;
  }

  forget(): void {
    this.#fromAt = undefined;
    this.#started = false;
  }

  see(exchangeAt: number, receivedAt: number): void {
    const apart = this.#fromAt === undefined || receivedAt - this.#fromAt > togetherMs;
    if (apart || exchangeAt < this.#newestAt) {
      if (apart) this.#started = this.#fromAt !== undefined;
      this.#fromAt = apart ? receivedAt : this.#fromAt;
      this.#firstAt = exchangeAt;
      this.#count = 0;
      this.#told = false;
    }
    this.#newestAt = exchangeAt;
    this.#count += 1;
    const spanMs = exchangeAt - this.#firstAt;
    if (!this.#started || this.#told || this.#count < least || spanMs < heldMs) return;
    this.#told = true;
    this.#anomalies.note(
      'lump',
      receivedAt,
      `${this.#count} ${this.#stream} events of ${(spanMs / 1000).toFixed(1)} s at once`,
    );
  }
}
