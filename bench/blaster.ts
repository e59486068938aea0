// A gateway in a process of its own that knows one account and one contract, and sends market messages as fast as they are taken.
import { fork } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';

export interface Blast {
  readonly messages: number;
  /** Records of one message: 1 = one object, more = an array. */
  readonly batch: number;
  /** Messages a second; 0 = as fast as the socket takes them. */
  readonly perSecond: number;
}

export interface Blaster {
  readonly apiUrl: string;
  readonly hubUrl: (hub: 'user' | 'market') => string;
  /** Sends on the newest market connection; resolves when all was handed to the socket. */
  blast(wanted: Blast): Promise<void>;
  stop(): void;
}

const childFlag = '--blaster';

export async function openBlaster(): Promise<Blaster> {
  const child = fork(fileURLToPath(import.meta.url), [childFlag], { execArgv: ['--import', 'tsx'] });
  const said = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`the blaster ended with ${code}`));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message);
      });
    });
  const base = (await said()) as string;
  return {
    apiUrl: `${base}/api`,
    hubUrl: (hub) => `${base}/hubs/${hub}`,
    async blast(wanted) {
      const done = said();
      child.send(wanted);
      await done;
    },
    stop: () => void child.kill('SIGTERM'),
  };
}

const contract = {
  id: 'CON.F.US.MNQ.Z26',
  name: 'MNQZ6',
  description: 'Micro E-mini Nasdaq-100',
  tickSize: 0.25,
  tickValue: 0.5,
  activeContract: true,
  symbolId: 'F.US.MNQ',
};
const account = {
  id: 901,
  name: 'PRAC-V2-1',
  balance: 50_000,
  canTrade: true,
  isVisible: true,
  simulated: true,
};

const answers: Readonly<Record<string, unknown>> = {
  'Account/search': { accounts: [account] },
  'Contract/search': { contracts: [contract] },
  'Contract/available': { contracts: [contract] },
  'Position/searchOpen': { positions: [] },
  'Order/searchOpen': { orders: [] },
  'Order/v2/query': { orders: [], totalCount: 0 },
  'Trade/search': { trades: [] },
  'History/retrieveBars': { bars: [] },
};

function token(): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iat: now, exp: now + 86_400 })}.${part('signature')}`;
}

/** A server's text frame is not masked: two to ten bytes, then the text. */
function frame(text: string): Buffer {
  const body = Buffer.from(`${text}\u001e`);
  const head =
    body.length < 126 ? Buffer.alloc(2) : body.length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = 0x81;
  if (head.length === 2) head[1] = body.length;
  else if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(body.length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(body.length), 2);
  }
  return Buffer.concat([head, body]);
}

/** A sound market: quotes, prints and depth in turn, prices on the grid, bid below ask, time and day volume growing. */
class Tape {
  #ticks = 101_645;
  #volume = 800_000;
  #turn = 0;

  next(batch: number, at: number): Buffer {
    this.#turn += 1;
    const stamp = new Date(at).toISOString();
    const step = this.#turn % 7;
    this.#ticks += step === 1 ? 1 : step === 4 ? -1 : 0;
    const last = this.#ticks / 4;
    const kind = this.#turn % 3;
    if (kind === 0) {
      return event('GatewayQuote', {
        symbol: 'F.US.MNQ',
        lastPrice: last,
        bestBid: last - 0.25,
        bestAsk: last,
        change: 118.5,
        changePercent: 0.47,
        open: 25_300,
        high: 25_940.5,
        low: 25_212.75,
        volume: this.#volume,
        lastUpdated: stamp,
        timestamp: stamp,
      });
    }
    const record =
      kind === 1
        ? (index: number) => {
            this.#volume += 1;
            return { symbolId: 'F.US.MNQ', price: last, timestamp: stamp, type: index % 2, volume: 1 };
          }
        : (index: number) => ({
            timestamp: stamp,
            type: index % 2 === 0 ? 2 : 1,
            price: index % 2 === 0 ? last - 0.25 - index : last + index,
            volume: 14,
            currentVolume: 14,
          });
    const records = Array.from({ length: batch }, (_, index) => record(index));
    return event(kind === 1 ? 'GatewayTrade' : 'GatewayDepth', batch === 1 ? records[0] : records);
  }
}

function event(target: string, data: unknown): Buffer {
  return frame(JSON.stringify({ type: 1, target, arguments: [contract.id, data] }));
}

async function serve(): Promise<void> {
  let market: Duplex | undefined;
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace('/api/', '');
    request.resume();
    request.on('end', () => {
      if (path === 'Status/ping') {
        response.end('pong');
        return;
      }
      const payload = path.startsWith('Auth/') ? { token: token(), newToken: token() } : answers[path];
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ ...(payload as object), success: true, errorCode: 0, errorMessage: null }),
      );
    });
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets.handleUpgrade(request, socket, head, (ws) => {
      if ((request.url ?? '').includes('market')) market = socket;
      let shaken = false;
      ws.on('message', (data: Buffer) => {
        for (const text of data.toString().split('\u001e')) {
          if (text === '') continue;
          const message = JSON.parse(text) as { type?: number; invocationId?: string };
          if (!shaken) {
            shaken = true;
            ws.send('{}\u001e');
          } else if (message.type === 1 && message.invocationId !== undefined) {
            ws.send(`${JSON.stringify({ type: 3, invocationId: message.invocationId, result: null })}\u001e`);
          }
        }
      });
      ws.on('error', () => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tape = new Tape();
  process.on('message', (wanted: Blast) => {
    void send(wanted, tape, market).then(() => process.send?.('done'));
  });
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const tickMs = 5;

async function send(
  { messages, batch, perSecond }: Blast,
  tape: Tape,
  socket: Duplex | undefined,
): Promise<void> {
  if (socket === undefined) throw new Error('no market connection yet');
  const drained = (): Promise<void> => new Promise((resolve) => socket.once('drain', () => resolve()));
  if (perSecond === 0) {
    // Written beforehand, so that this process is never what is waited for.
    const now = Date.now();
    const chunks: Buffer[] = [];
    for (let sent = 0; sent < messages; sent += 200) {
      const size = Math.min(200, messages - sent);
      chunks.push(
        Buffer.concat(
          Array.from({ length: size }, (_, index) => tape.next(batch, now + (sent + index) / 100)),
        ),
      );
    }
    for (const chunk of chunks) if (!socket.write(chunk)) await drained();
    return;
  }
  const startedAt = performance.now();
  for (let sent = 0; sent < messages; ) {
    const due = Math.min(messages, Math.floor(((performance.now() - startedAt) / 1000) * perSecond));
    for (; sent < due; sent += 1) socket.write(tape.next(batch, Date.now()));
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
}

if (process.argv.includes(childFlag)) {
  process.on('disconnect', () => process.exit(0));
  await serve();
}
