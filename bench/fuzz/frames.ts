// Gateway frames over real sockets: both hubs of a live login are told what no gateway should say, then right things again.
import fc from 'fast-check';
import { loadDetectors, loadDiagnostics } from '../../src/catalogue.ts';
import { systemClock } from '../../src/clock.ts';
import { messageOf } from '../../src/domain/errors.ts';
import type { HubName } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { makeLog } from '../../src/log.ts';
import { openLogin, type LiveLogin } from '../../src/projectx/live-login.ts';
import {
  mnq,
  ok,
  practice,
  startFakeGateway,
  until,
  type FakeConnection,
  type FakeGateway,
} from '../../test/projectx/fake-gateway.ts';
import { chunks, silent, Tally, type Ground, type Outcome } from './ground.ts';
import { canaries, mutantTexts } from './hostile.ts';
import { examined } from './examined.ts';

const at = (offsetMs = 0): string => new Date(Date.now() + offsetMs).toISOString();
const order = () => ({
  id: 9_007_199_254_740_001,
  accountId: practice.id,
  contractId: mnq.id,
  symbolId: mnq.symbolId,
  creationTimestamp: at(),
  updateTimestamp: at(),
  status: 1,
  type: 4,
  side: 1,
  size: 2,
  ...{
    limitPrice: null,
    stopPrice: 25_400.25,
    fillVolume: 0,
    filledPrice: null,
    customTag: 'x',
    parentOrderId: 7,
  },
});
const position = (size: number, type = 1) => ({
  id: 501,
  accountId: practice.id,
  contractId: mnq.id,
  contractDisplayName: 'MNQZ6',
  creationTimestamp: at(),
  type,
  size,
  averagePrice: 25_411.25,
});
const fill = () => ({
  id: 77,
  accountId: practice.id,
  contractId: mnq.id,
  creationTimestamp: at(),
  price: 25_411.25,
  profitAndLoss: null,
  fees: 0.37,
  commissions: 0,
  side: 0,
  size: 2,
  voided: false,
  orderId: 256,
});
const quote = (price = 25_411.25) => ({
  symbol: mnq.symbolId,
  symbolName: '/MNQ',
  lastPrice: price,
  bestBid: price - 0.25,
  bestAsk: price,
  change: -1.5,
  changePercent: -0.01,
  open: price,
  high: price,
  low: price,
  volume: 10,
  lastUpdated: at(),
  timestamp: at(),
});
const trade = () => ({ symbolId: mnq.symbolId, price: 25_411.25, timestamp: at(), type: 0, volume: 2 });
const depth = (type: number) => ({ timestamp: at(), type, price: 25_411.25, volume: 3, currentVolume: 3 });
const call = (target: string, ...args: unknown[]) => ({ type: 1, target, arguments: args });

/** Every shape of the reference, and the rest of the protocol. */
const shapes: Readonly<Record<HubName, () => readonly unknown[]>> = {
  market: () => [
    call('GatewayQuote', mnq.id, quote()),
    call('GatewayQuote', quote()),
    call('GatewayQuote', mnq.id, [quote(), quote(25_411)]),
    call('GatewayTrade', mnq.id, trade()),
    call('GatewayTrade', mnq.id, [trade(), trade(), trade()]),
    call('GatewayDepth', mnq.id, depth(1)),
    call('GatewayDepth', mnq.id, [depth(6), depth(1), depth(2), depth(5)]),
    ...others,
  ],
  user: () => [
    call('GatewayUserOrder', order()),
    call('GatewayUserOrder', { action: 1, data: order() }),
    call('GatewayUserOrder', [
      { action: 1, data: order() },
      { action: 1, data: { ...order(), status: 2 } },
    ]),
    call('GatewayUserPosition', { action: 1, data: position(2) }),
    call('GatewayUserPosition', position(0)),
    call('GatewayUserTrade', { action: 1, data: fill() }),
    call('GatewayUserTrade', [fill(), fill()]),
    call('GatewayUserAccount', { action: 1, data: { ...practice, balance: 50_300.1 } }),
    ...others,
  ],
};
const others = [
  { type: 6 },
  { type: 3, invocationId: '0', result: null },
  { type: 3, invocationId: '1', error: 'no' },
  { type: 2, invocationId: '0', item: 1 },
  { type: 8, sequenceId: 1 },
  { type: 9, sequenceId: 1 },
  call('GatewayLogout', 'signed in elsewhere'),
];
const close = { type: 7, error: 'bye', allowReconnect: true };

export const frames: Ground = {
  name: 'gateway frames',
  async run(cases, seed): Promise<Outcome> {
    const stage = await openStage();
    const tally = new Tally('gateway frames');
    const texts = (hub: HubName): fc.Arbitrary<string> =>
      fc
        .tuple(mutantTexts(shapes[hub]()), fc.constantFrom('\u001e', '\u001e', '\u001e', '\u001e\u001e', ''))
        .map(([text, end]) => text + end);
    let mark = 0;
    try {
      for (const [turn, told] of [
        ...chunks(fc.tuple(texts('market'), texts('user')), cases / 2, seed),
      ].entries()) {
        for (const [market, user] of told) {
          stage.tell('market', market);
          stage.tell('user', user);
        }
        // A server that takes back its connection in an odd way is heard too; what follows then comes over the next one.
        if (turn % 4 === 3) stage.tell(turn % 8 === 3 ? 'market' : 'user', `${JSON.stringify(close)}\u001e`);
        mark += 1;
        await stage.heals(mark);
        await stage.look();
        tally.sound();
        for (let count = 0; count < told.length * 2; count += 1) tally.count('taken or noted as odd');
      }
    } finally {
      await stage.stop();
    }
    return tally.outcome;
  },
};

interface Stage {
  tell(hub: HubName, text: string): void;
  /** What is right is seen again, soon. */
  heals(mark: number): Promise<void>;
  /** Every diagnostic and detector over what is left. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

async function openStage(): Promise<Stage> {
  const gateway = await startFakeGateway();
  const lines: string[] = [];
  const [diagnostics, detectors] = await Promise.all([loadDiagnostics(), loadDetectors()]);
  const login = openLogin({
    spec: {
      name: 'desk',
      username: 'trader',
      apiKeyEnv: 'PROJECT_X_API_KEY',
      apiUrl: gateway.apiUrl,
      userHubUrl: gateway.hubUrl('user'),
      marketHubUrl: gateway.hubUrl('market'),
      suites: [
        {
          name: 'mnq',
          login: 'desk',
          instrument: 'MNQ',
          account: practice.name,
          observe: 'direct',
          timeframes: ['1min'],
          depth: true,
        },
      ],
    },
    apiKey: canaries[0],
    worker: 'fuzz',
    clock: systemClock,
    log: makeLog('debug', (line) => lines.push(line)),
    thresholds: startThresholds,
    tuning: { reconnectDelaysMs: [0, 20], kickedDelaysMs: [0, 20], random: () => 0.5 },
  });
  login.start();
  await drained(login, gateway);
  return {
    tell: (hub, text) => gateway.newest(hub).raw(text),
    async heals(mark) {
      const right = { price: 20_000 + mark * 0.25, size: mark % 2 === 0 ? 3 : 4, balance: 40_000 + mark };
      const held = { ...position(right.size), id: 10_000 + mark, creationTimestamp: at(1_000) };
      const account = { ...practice, balance: right.balance };
      // What was told last may have ended a connection; what is right goes over one that has taken all of it and lives.
      for (let turn = 1; ; turn += 1) {
        const { user, market } = await drained(login, gateway);
        const seen = new Set<string>();
        // Only REST that knows nothing of it proves that it was the hub that brought it.
        const forget = login.onChange(() => {
          const [suite] = login.view().suites;
          if (suite?.position?.source === 'hub' && suite.position.id === String(held.id))
            seen.add('position');
          if (suite?.account?.balance?.eq(right.balance) === true) seen.add('account');
          const told = suite?.orders().find(({ id }) => id === String(order().id));
          if (told?.limitPrice?.eq(right.price) === true && told.status === 'open') seen.add('order');
        });
        market.send('GatewayTrade', mnq.id, { ...trade(), price: right.price });
        user.send('GatewayUserPosition', { action: 1, data: held });
        user.send('GatewayUserAccount', { action: 1, data: account });
        user.send('GatewayUserOrder', { action: 1, data: { ...order(), limitPrice: right.price } });
        const all = (): boolean =>
          seen.size === 3 && login.view().suites[0]?.prints().at(-1)?.price === right.price * 4;
        const ended = (): boolean => [user, market].some(({ socket }) => socket.readyState !== 1);
        const told = (): string => {
          const [suite] = login.view().suites;
          return JSON.stringify([
            [...seen],
            suite?.prints().at(-1),
            suite?.position,
            suite?.account,
            suite?.orders().find(({ id }) => id === String(order().id)),
          ]);
        };
        await until('what is right after it', () => all() || ended(), 10_000)
          .catch((error: unknown) => {
            throw new Error(`${messageOf(error)}; seen is ${told()}`, { cause: error });
          })
          .finally(forget);
        if (all()) break;
        // A busy machine may take a link for dead; three of them in a row are ours to explain.
        if (turn === 3) throw new Error(`right things ended the connection: ${told()}`);
      }
      gateway.rest['Account/search'] = () => ok({ accounts: [account] });
      gateway.rest['Position/searchOpen'] = () => ok({ positions: [held] });
    },
    async look() {
      await examined(login.view(), diagnostics, detectors);
      silent(lines.splice(0).join('\n'), 'the log');
    },
    async stop() {
      await login.close();
      await gateway.stop();
    },
  };
}

/** Both connections, once everything told was taken over them and they are still there. */
async function drained(
  login: LiveLogin,
  gateway: FakeGateway,
): Promise<Readonly<Record<HubName, FakeConnection>>> {
  for (;;) {
    await until('both hubs subscribed', () => subscribed(login, gateway), 20_000);
    const both = { user: gateway.newest('user'), market: gateway.newest('market') };
    // Whatever was torn last ends here; it may cost the message it is joined with, and none after that.
    for (const connection of Object.values(both)) connection.raw('\u001e');
    const alive = await Promise.all(Object.values(both).map(hasTakenAll));
    if (alive.every(Boolean) && subscribed(login, gateway)) return both;
  }
}

/** Frames are taken in turn, so a ping is answered after all before it; the second, after what the last of them began. */
async function hasTakenAll({ socket }: FakeConnection): Promise<boolean> {
  for (let ping = 1; ping <= 2; ping += 1) {
    if (socket.readyState !== 1) return false;
    await new Promise<void>((resolve) => {
      const answered = (): void => {
        socket.off('pong', answered).off('close', answered);
        resolve();
      };
      socket.on('pong', answered).on('close', answered);
      socket.ping();
    });
  }
  return socket.readyState === 1;
}

function subscribed(login: LiveLogin, gateway: FakeGateway): boolean {
  return (['user', 'market'] as const).every((hub) => {
    const { state, subscriptions } = login.view().hubs[hub];
    return (
      state.kind === 'connected' &&
      gateway.newest(hub).socket.readyState === 1 &&
      subscriptions.length > 0 &&
      subscriptions.every((one) => one.state.kind === 'acknowledged')
    );
  });
}
