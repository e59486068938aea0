// What every ground of the fuzzing shares: cases by the seed, a watch over the whole process, and when words are clear.
import fc from 'fast-check';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../../src/domain/errors.ts';
import { keepSecret } from '../../src/log.ts';
import { canaries } from './hostile.ts';

export interface Outcome {
  readonly ground: string;
  readonly cases: number;
  /** How many cases came to what end. */
  readonly ends: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly tookS: number;
}

export interface Ground {
  readonly name: string;
  run(cases: number, seed: number): Promise<Outcome>;
}

const chunk = 500;
/** A case, or a chunk of what is told over a socket, that takes longer is an endless loop to whoever waits. */
const deadlineMs = 30_000;
let beat: Int32Array | undefined;
const escaped: string[] = [];

/** What reaches nobody is a crash in production; what does not end is ended, with the case named. */
export function watchProcess(): () => void {
  for (const canary of canaries) keepSecret(canary);
  const take = (error: unknown): void => {
    escaped.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  process.on('unhandledRejection', take);
  process.on('uncaughtException', take);
  const shared = new Int32Array(new SharedArrayBuffer(4));
  beat = shared;
  const guard = new Worker(
    `const { workerData: beat } = require('node:worker_threads');
     let last = -1;
     setInterval(() => {
       if (beat[0] === last) { process._rawDebug('fuzz: no case ended for ${deadlineMs / 1000} s, after case ' + last); process.kill(process.pid, 'SIGKILL'); }
       last = beat[0];
     }, ${deadlineMs});`,
    { eval: true, workerData: shared },
  );
  guard.unref();
  return () => {
    process.off('unhandledRejection', take);
    process.off('uncaughtException', take);
    void guard.terminate();
  };
}

/** Cases in chunks, each from the seed and its number, so that any of them can be had again. */
export function* chunks<T>(arbitrary: fc.Arbitrary<T>, cases: number, seed: number): Generator<readonly T[]> {
  for (let from = 0; from < cases; from += chunk)
    yield fc.sample(arbitrary, { numRuns: Math.min(chunk, cases - from), seed: seed + from });
}

export class Tally {
  readonly #ends: Record<string, number> = {};
  readonly #began = performance.now();
  readonly #ground: string;
  #cases = 0;
  #slowestMs = 0;

  constructor(ground: string) {
    this.#ground = ground;
  }

  /** One case; `end` says what it came to. Whatever it throws is a finding. */
  async take(shown: () => string, play: () => Promise<string> | string): Promise<void> {
    const began = performance.now();
    let end: string;
    try {
      end = await play();
      this.sound();
    } catch (error) {
      throw new Error(
        `${this.#ground}, case ${this.#cases}: ${messageOf(error)}\n${shown().slice(0, 4_000)}`,
        {
          cause: error,
        },
      );
    }
    this.#slowestMs = Math.max(this.#slowestMs, performance.now() - began);
    this.count(end);
  }

  /** A case whose end is seen only with those around it. */
  count(end: string): void {
    this.#ends[end] = (this.#ends[end] ?? 0) + 1;
    this.#cases += 1;
    if (beat !== undefined) Atomics.add(beat, 0, 1);
  }

  /** What a chunk waits for goes on, though no case has ended yet. */
  alive(): void {
    if (beat !== undefined) Atomics.add(beat, 0, 1);
  }

  /** @throws where something escaped every handler */
  sound(): void {
    const found = escaped.splice(0);
    if (found.length > 0) throw new Error(`escaped every handler: ${found.join('\n')}`);
  }

  get outcome(): Outcome {
    return {
      ground: this.#ground,
      cases: this.#cases,
      ends: this.#ends,
      slowestMs: this.#slowestMs,
      tookS: (performance.now() - this.#began) / 1_000,
    };
  }
}

const machineTalk =
  /\n\s+at |\b(?:TypeError|RangeError|ReferenceError|SyntaxError)\b|\[object |Cannot read propert|is not a function|is not iterable|Maximum call stack/;

/** @throws where words meant for a person are none, or tell a secret or our insides. */
export function clear(words: string, what: string): void {
  if (words.trim().length < 8) throw new Error(`${what} says nothing: ${JSON.stringify(words)}`);
  const talk = machineTalk.exec(words)?.[0];
  if (talk !== undefined) throw new Error(`${what} shows our insides (${talk}): ${words.slice(0, 500)}`);
  silent(words, what);
}

/** @throws where a secret stands in it. */
export function silent(text: string, what: string): void {
  for (const canary of canaries)
    if (text.includes(canary)) throw new Error(`${what} tells a secret: ${text.slice(0, 500)}`);
}
