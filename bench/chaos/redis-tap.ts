// Stands between one process and Redis: names each command, asks what becomes of it and of its answer, and can cut, stall or refuse.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { answerEnd, commandAt } from './resp.ts';
import type { ScriptNames } from './script-names.ts';
import type { Meet, Role, Step } from './wire.ts';

export interface RedisTap {
  readonly port: number;
  /** Closes what is open; new connections work. */
  cut(): void;
  /** Nothing passes and nobody is told, until `cut` or `flow`; what was held back is lost. */
  stall(): void;
  flow(): void;
  /** Nobody listens there any more, as where the machine refuses connections. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  close(): Promise<void>;
}

export interface TapOptions {
  readonly role: Role;
  readonly target: number;
  readonly names: ScriptNames;
  readonly meet: Meet;
}

/** Answered out of turn from then on. */
const listening = /^(P|S)?SUBSCRIBE$/i;

export async function openRedisTap({ role, target, names, meet }: TapOptions): Promise<RedisTap> {
  const sockets = new Set<Socket>();
  let stalled = false;
  let server: Server | undefined;

  function serve(near: Socket): void {
    const far = connect({ host: '127.0.0.1', port: target });
    let asked: Buffer = Buffer.alloc(0);
    let answered: Buffer = Buffer.alloc(0);
    const waiting: Step[] = [];
    let pushes = false;
    let gone = false;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
    /** @returns whether the bytes may go on */
    function mayPass(step: Step, moment: 'before' | 'after'): boolean {
      if (meet(step, moment).kind === 'pass') return true;
      gone = true;
      if (stalled) return false;
      near.destroy();
      far.destroy();
      return false;
    }
    near.on('data', (chunk: Buffer) => {
      if (stalled || gone) return;
      asked = asked.length === 0 ? chunk : Buffer.concat([asked, chunk]);
      let at = 0;
      for (let next = commandAt(asked, at); next !== undefined; next = commandAt(asked, at)) {
        const step: Step = { role, wire: 'redis', name: commandName(next.words, names) };
        if (listening.test(next.words[0] ?? '')) pushes = true;
        else if (!pushes) {
          waiting.push(step);
          if (!mayPass(step, 'before')) return;
        }
        far.write(asked.subarray(at, next.end));
        at = next.end;
      }
      asked = asked.subarray(at);
    });
    far.on('data', (chunk: Buffer) => {
      if (stalled || gone) return;
      if (pushes) {
        near.write(chunk);
        return;
      }
      answered = answered.length === 0 ? chunk : Buffer.concat([answered, chunk]);
      let at = 0;
      for (let end = answerEnd(answered, at); end !== undefined; end = answerEnd(answered, at)) {
        const step = waiting.shift();
        if (step !== undefined && !mayPass(step, 'after')) return;
        near.write(answered.subarray(at, end));
        at = end;
      }
      answered = answered.subarray(at);
    });
  }

  function listen(port: number): Promise<number> {
    const fresh = createServer(serve);
    server = fresh;
    return new Promise((resolve, reject) => {
      fresh.once('error', reject);
      fresh.listen(port, '127.0.0.1', () => {
        const address = fresh.address();
        resolve(address !== null && typeof address === 'object' ? address.port : 0);
      });
    });
  }

  const port = await listen(0);
  const cut = (): void => {
    stalled = false;
    for (const socket of sockets) socket.destroy();
  };
  const refuse = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    cut();
    if (closing !== undefined) await new Promise((resolve) => closing.close(resolve));
  };
  return {
    port,
    cut,
    stall() {
      stalled = true;
    },
    flow: cut,
    refuse,
    async accept() {
      if (server === undefined) await listen(port);
    },
    close: refuse,
  };
}

/** `HSET pw:pulses`, `moveToActive host`, `outbox claim`: verb or script, and the key without what varies. */
export function commandName(words: readonly string[], names: ScriptNames): string {
  const [verb = '', first = '', , key = ''] = words;
  const upper = verb.toUpperCase();
  if (upper === 'EVAL') return scriptName(names.byText(first), key);
  if (upper === 'EVALSHA') return scriptName(names.bySha(first) ?? 'a script', key);
  const place = keyName(upper === 'XREAD' ? '' : first);
  return place === '' || /^(CLIENT|INFO|HELLO|PING|AUTH|SELECT|MULTI|EXEC)$/.test(upper)
    ? upper
    : `${upper} ${place}`;
}

function scriptName(name: string, key: string): string {
  const queue = /^\{pitwatch\}:(host|ask|evidence|bot)\b/.exec(key)?.[1];
  return queue === undefined ? name : `${name} ${queue}`;
}

function keyName(key: string): string {
  return key
    .replace(/^\{pitwatch\}:(pw:)?/, '')
    .replace(/^(host|ask|evidence)-[^:]*/, '$1')
    .split(':')
    .filter((part) => /^[a-z-]+$/.test(part))
    .slice(0, 2)
    .join(':');
}
