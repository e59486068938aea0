// What time it is and how to wait, as a given thing: rules and journeys never read the system clock themselves.

export type Cancel = () => void;

/** Instants are epoch milliseconds (names end in `At`), spans are milliseconds (names end in `Ms`). */
export interface Clock {
  now(): number;
  /** Calls `run` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, run: () => void): Cancel;
  /** Calls `run` every `periodMs` until cancelled. */
  every(periodMs: number, run: () => void): Cancel;
}
