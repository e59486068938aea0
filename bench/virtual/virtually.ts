// Runs code on a virtual clock: for its duration the process's time, timers and network are exchanged, and nothing else.
import { Server as HttpServer } from 'node:http';
import net from 'node:net';
import { fetchOver } from './fetch.ts';
import { VirtualTime, type Ticket } from './time.ts';
import { Wire } from './wire.ts';

export interface VirtualOptions {
  /** Epoch ms. */
  readonly startAt: number;
  /** Steps in one turn of the real event loop; the outcome must not depend on it. */
  readonly stepsPerTurn?: number;
}

const RealDate = globalThis.Date;
let running = false;

/**
 * Carries `work` out on a clock of its own. Timers of Node's own insides stay real; everything else that tells the time, waits or
 * connects in this process is virtual meanwhile, so nothing else may be going on here.
 */
export async function virtually<T>(
  { startAt, stepsPerTurn }: VirtualOptions,
  work: (time: VirtualTime) => Promise<T>,
): Promise<T> {
  if (running) throw new Error('one virtual clock at a time: its time is that of the whole process');
  running = true;
  const time = new VirtualTime(startAt, stepsPerTurn);
  const restore = install(time);
  try {
    return await time.until(work(time));
  } finally {
    restore();
    running = false;
  }
}

function install(time: VirtualTime): () => void {
  const undo: (() => void)[] = [];
  const put = (target: object, name: string, value: unknown): void => {
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });
    undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, before);
    });
  };
  const wire = new Wire(time);
  for (const [name, value] of Object.entries({
    ...timersOf(time),
    Date: dateOf(time),
    fetch: fetchOver(wire),
  }))
    put(globalThis, name, value);
  put(performance, 'now', () => time.now() - time.startedAt);
  // `ws` and whatever else is handed no connection asks the module for one, by this name.
  put(net, 'connect', (options: { readonly port?: number | string }) => wire.connect(Number(options.port)));
  put(HttpServer.prototype, 'listen', listenOn(wire));
  return () => {
    for (const step of undo.reverse()) step();
  };
}

class Handle {
  readonly ticket: Ticket;

  constructor(ticket: Ticket) {
    this.ticket = ticket;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

function timersOf(time: VirtualTime): Readonly<Record<string, unknown>> {
  type Run = (...args: unknown[]) => void;
  const clear = (handle: unknown): void => {
    if (handle instanceof Handle) handle.ticket.cancel();
  };
  return {
    setTimeout: (run: Run, delayMs = 1, ...args: unknown[]) =>
      new Handle(time.after(delayMs, () => run(...args))),
    setInterval: (run: Run, periodMs = 1, ...args: unknown[]) =>
      new Handle(time.every(periodMs, () => run(...args))),
    setImmediate: (run: Run, ...args: unknown[]) => new Handle(time.soon(() => run(...args))),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
}

function dateOf(time: VirtualTime): DateConstructor {
  function VirtualDate(...args: readonly unknown[]): unknown {
    const made: unknown = new.target;
    if (made === undefined) return new RealDate(time.now()).toString();
    const given = args.length === 0 ? [time.now()] : args;
    // The usual case without reflection, which is dear: stamps are made by the thousand.
    if (made === VirtualDate && given.length === 1) return new RealDate(given[0] as number);
    return Reflect.construct(RealDate, given, new.target);
  }
  // The very prototype, so that a date of either make is a `Date` to whoever asks.
  VirtualDate.prototype = RealDate.prototype;
  return Object.assign(VirtualDate, {
    now: (): number => time.now(),
    parse: RealDate.parse.bind(RealDate),
    UTC: RealDate.UTC.bind(RealDate),
  }) as unknown as DateConstructor;
}

/** No port is opened: whoever connects by this number is brought to the server. */
function listenOn(wire: Wire): (this: HttpServer, ...args: unknown[]) => HttpServer {
  return function listen(this: HttpServer, ...args: unknown[]): HttpServer {
    const port = wire.listen(this);
    this.address = () => ({ address: '127.0.0.1', family: 'IPv4', port });
    const told = args.findLast((one): one is () => void => typeof one === 'function');
    if (told !== undefined) process.nextTick(told);
    return this;
  };
}
