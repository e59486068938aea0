// Where stories are told: finds the files of `stories/`, plays one on the exchange and keeps the truth of each telling.
import { readdirSync } from 'node:fs';
import type { Clock } from '../../domain/clock.ts';
import { messageOf } from '../../domain/errors.ts';
import { priceNumber, type SimContract } from './contracts.ts';
import type { Exchange } from './exchange.ts';
import { FaultRefusal } from './fault.ts';
import type { Market } from './market.ts';
import { kind, type SimOrder } from './order-state.ts';
import type { Stage, Story, StoryOrder, StoryRecord, Truth } from './story.ts';
import type { Trader } from './trader.ts';

export interface StoryRequest {
  readonly story: string;
  readonly accountId: number;
  readonly contract: SimContract;
  readonly size: number | undefined;
  readonly side: 'long' | 'short' | undefined;
}

export interface StoryRoom {
  /** Throws a `FaultRefusal` with a clear text where the story cannot be told there. */
  tell(request: StoryRequest): StoryRecord;
  list(): readonly StoryRecord[];
}

export interface StoryRoomOptions {
  readonly clock: Clock;
  readonly exchange: Exchange;
  readonly market: Market;
  readonly trader: Pick<Trader, 'release' | 'stepAside'>;
}

type Telling = { -readonly [K in keyof StoryRecord]: StoryRecord[K] } & { truth: Truth[] };

const folder = new URL('./stories/', import.meta.url);
const maxRecords = 500;

async function load(file: string): Promise<Story> {
  const { default: story } = (await import(new URL(file, folder).href)) as { readonly default?: Story };
  const expected = file.replace(/\.[jt]s$/, '');
  if (story?.name !== expected)
    throw new Error(`stories/${file}: its default export must be the story ${expected}`);
  return story;
}

export const stories: readonly Story[] = await Promise.all(
  readdirSync(folder)
    .filter((file) => /^[a-z0-9-]+\.[jt]s$/.test(file))
    .sort()
    .map(load),
);

export function makeStoryRoom({ clock, exchange, market, trader }: StoryRoomOptions): StoryRoom {
  const tellings: Telling[] = [];
  let count = 0;

  const finish = (telling: Telling, why: string | null) => {
    if (telling.state !== 'running') return;
    telling.state = why === null ? 'ended' : 'failed';
    telling.why = why;
    telling.endAt = clock.now();
    for (const truth of telling.truth) truth.toAt ??= clock.now();
  };

  const stageOf = (telling: Telling, { accountId, contract, size, side }: StoryRequest): Stage => {
    const act = (run: () => void) => {
      if (telling.state !== 'running') return;
      trader.stepAside(accountId, contract.id);
      try {
        run();
      } catch (error) {
        finish(telling, messageOf(error));
      }
    };
    const price = (ticks: number | undefined) =>
      ticks === undefined ? undefined : priceNumber(contract, ticks);
    const place = (order: StoryOrder): number => {
      const placed = exchange.place(
        {
          accountId,
          contractId: contract.id,
          type: order.type,
          side: order.side,
          size: order.size ?? size ?? 1,
          limitPrice: price(order.limitTicks),
          stopPrice: price(order.stopTicks),
          trailPrice: order.trailPrice,
          customTag: order.customTag,
          linkedOrderId: undefined,
          stopLoss: order.stopLoss,
          takeProfit: order.takeProfit,
        },
        {
          pinned: true,
          ...(order.refusal === undefined ? {} : { refusal: order.refusal }),
          ...(order.lateMs === undefined ? {} : { lateMs: order.lateMs }),
        },
      );
      if (placed.orderId === null) throw new Error(`the exchange answered errorCode ${placed.code}`);
      return placed.orderId;
    };
    const must = (done: boolean, what: string) => {
      if (!done) throw new Error(`${what}: somebody else has changed the account`);
    };
    return {
      contract,
      size,
      side,
      hasBrackets: exchange.account(accountId)?.brackets === 'auto-oco',
      now: () => clock.now(),
      touch: () => market.touch(contract),
      touchIn: (ms) => market.touchAt(contract, clock.now() + ms),
      after: (ms, run) => void clock.after(ms, () => act(run)),
      place,
      bracketOf(orderId) {
        const children = exchange.orders(accountId).filter((one) => one.parentOrderId === orderId);
        const idOf = (pick: (order: SimOrder) => boolean) => children.find(pick)?.id;
        return {
          stop: idOf((one) => one.type !== kind.limit),
          target: idOf((one) => one.type === kind.limit),
        };
      },
      execute: (orderId, lots) =>
        must(exchange.execute(orderId, lots), `order ${orderId} is not working any more`),
      cancel: (orderId) =>
        must(exchange.cancel(accountId, orderId) === 0, `order ${orderId} cannot be cancelled`),
      expire: (orderId) => must(exchange.expire(orderId), `order ${orderId} is not working any more`),
      close: () => must(exchange.close(accountId, contract.id) === 0, 'there is no position to close'),
      truth(what, orderIds, words) {
        const truth: Truth = { what, fromAt: clock.now(), toAt: null, orderIds, words };
        telling.truth.push(truth);
        return () => void (truth.toAt ??= clock.now());
      },
      end: () => finish(telling, null),
    };
  };

  return {
    tell(request) {
      const story = stories.find(({ name }) => name === request.story);
      const { accountId, contract } = request;
      const account = exchange.account(accountId);
      if (story === undefined)
        throw new FaultRefusal(`story: there is no ${request.story}; GET /sim/stories lists them`);
      if (story.needsBrackets === true && account?.brackets !== 'auto-oco')
        throw new FaultRefusal(
          `account: ${account?.name ?? accountId} is in Position Brackets mode; ${story.name} needs one in Auto OCO Brackets mode`,
        );
      const runs = (one: Telling) =>
        one.state === 'running' && one.accountId === accountId && one.contractId === contract.id;
      const running = tellings.find(runs);
      if (running !== undefined)
        throw new FaultRefusal(
          `${running.story} is being told on this account and contract; wait for its end`,
        );
      trader.release(accountId, contract);
      trader.stepAside(accountId, contract.id);
      count += 1;
      const telling: Telling = {
        id: `story-${count}`,
        story: story.name,
        accountId,
        contractId: contract.id,
        startAt: clock.now(),
        endAt: null,
        state: 'running',
        why: null,
        truth: [],
      };
      tellings.push(telling);
      if (tellings.length > maxRecords) tellings.shift();
      try {
        story.tell(stageOf(telling, request));
      } catch (error) {
        finish(telling, messageOf(error));
      }
      return telling;
    },
    list: () => tellings,
  };
}
