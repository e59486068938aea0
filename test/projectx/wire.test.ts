// Raw payloads in every spelling the reference knows, and anything else at all: never an exception.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Oddities } from '../../src/projectx/oddities.ts';
import { marketEvent, toBar, toContract, toDepth, toPrint, toQuote } from '../../src/projectx/wire-market.ts';
import { toAccount, toFill, toOrder, toPosition, userRecords } from '../../src/projectx/wire-user.ts';
import { asInstant, asRaw, parseJson } from '../../src/projectx/wire-values.ts';
import { mnq } from './fake-gateway.ts';

const oddities = () => new Oddities(() => 5);
const ignore = () => undefined;
const contract =
  toContract(mnq, ignore) ??
  (() => {
    throw new Error('no contract');
  })();
const order =
  '{"id":3091187744,"accountId":901,"contractId":"CON.F.US.MNQ.Z25","symbolId":"F.US.MNQ","creationTimestamp":"2025-11-05T15:01:12.2043118+00:00","updateTimestamp":"2025-11-05T15:01:12.391002+00:00","status":2,"type":2,"side":0,"size":2,"fillVolume":2,"filledPrice":25410.75}';

const noon = Date.UTC(2025, 10, 5, 15, 4, 39);
it.each([
  ['2025-11-05T15:04:39.900Z', noon + 900],
  ['2025-11-05T15:04:39Z', noon],
  ['2025-11-05T15:04:39.2043118+00:00', noon + 204],
  ['2025-11-05T15:04:39.2043118Z', noon + 204],
  ['2025-11-05T09:04:39.39-06:00', noon + 390],
  ['2025-11-05T09:04:39-0600', noon],
  ['2025-11-05T20:34:39+05:30', noon],
  ['2025-11-05T15:04:39', noon],
  ['2025-11-05T15:04:39.5', noon + 500],
  ['2025-11-05 15:04:39', noon],
  ['2025-11-05', Date.UTC(2025, 10, 5)],
])('the time %s is read, without a zone as UTC', (text, at) => {
  expect(asInstant(text)).toBe(at);
});

it.each(['', 'soon', '0001-01-01T00:00:00', '2025-13-05T15:04:39Z', '2025-11-05T15:99:39Z', null, 5, {}])(
  '%j is no time',
  (value) => {
    expect(asInstant(value)).toBeUndefined();
  },
);

it('wrapped, flat and listed user events give the same order', () => {
  const raw = parseJson(order);
  for (const args of [
    [raw],
    [{ action: 1, data: raw }],
    [[{ action: 1, data: raw }]],
    [{ action: 1, data: [raw] }],
  ]) {
    const records = userRecords('GatewayUserOrder', args, ignore);
    expect(records.map((record) => toOrder(record, 'hub', 7, ignore))).toMatchObject([
      {
        id: '3091187744',
        accountId: 901,
        status: 'filled',
        type: 'market',
        side: 'buy',
        size: 2,
        fillVolume: 2,
        updatedAt: Date.UTC(2025, 10, 5, 15, 1, 12, 391),
        limitPrice: undefined,
      },
    ]);
  }
});

it('a parent of 0 is no parent', () => {
  const order = {
    id: 1,
    accountId: 901,
    contractId: 'CON.F.US.MNQ.Z26',
    status: 1,
    type: 1,
    side: 0,
    size: 1,
  };
  const parentOf = (parentOrderId: unknown) =>
    toOrder({ ...order, parentOrderId }, 'rest', 0, () => undefined)?.parentOrderId;
  expect([0, '0', null, 77].map(parentOf)).toEqual([undefined, undefined, undefined, '77']);
});

it('int64 ids beyond a double stay exact, and texts that look like ids are left alone', () => {
  const raw = asRaw(
    parseJson(
      '{"id":9223372036854775807,"orderId": 1234567890123456789 ,"customTag":"\\"id\\":12345678901234567,"}',
    ),
  );
  expect(raw).toEqual({
    id: '9223372036854775807',
    orderId: '1234567890123456789',
    customTag: '"id":12345678901234567,',
  });
});

it('prices are exact whether numbers, integers or texts', () => {
  const record = (price: unknown) =>
    toPrint({ price, volume: 1, type: 1, timestamp: '2025-11-05T15:04:39Z' }, contract, 0, ignore)?.price;
  expect(record(25411.25)).toBe(101_645);
  expect(record(25411)).toBe(101_644);
  expect(record('25411.250000000')).toBe(101_645);
  expect(record(25411.250000004)).toEqual({ offGrid: '25411.250000004' });
  expect(record(null)).toBeUndefined();
});

it('object and array shapes of market events are both read, and a lone payload names its contract inside', () => {
  const print = { symbolId: 'F.US.MNQ', price: 25411.25, volume: 3, type: 0 };
  expect(marketEvent('GatewayTrade', [mnq.id, print], ignore)?.records).toEqual([print]);
  expect(marketEvent('GatewayTrade', [mnq.id, [print, print, print]], ignore)?.records).toHaveLength(3);
  expect(marketEvent('GatewayTrade', [print], ignore)?.contractId).toBe('F.US.MNQ');
  expect(marketEvent('GatewayTrade', [mnq.id, { action: 1, data: print }], ignore)?.records).toEqual([print]);
  expect(marketEvent('GatewayTrade', [mnq.id], ignore)).toBeUndefined();
});

it('unknown enum values become unknown and are counted once per kind with a sample', () => {
  const seen = oddities();
  const raw = { ...asRaw(parseJson(order)), status: 42, type: 99, side: 7, shoeSize: 9 };
  for (let times = 0; times < 3; times += 1) {
    expect(toOrder(raw, 'hub', 0, seen.notice)).toMatchObject({
      status: 'unknown',
      type: 'unknown',
      side: 'unknown',
    });
  }
  expect(seen.list().map(({ what, count }) => [what, count])).toEqual([
    ['new member "shoeSize" in order', 3],
    ['unknown order status', 3],
    ['unknown order type', 3],
    ['unknown order side', 3],
  ]);
});

it('a position of size 0 is flat whatever its type', () => {
  const flat = { id: 1, accountId: 901, contractId: mnq.id, size: 0 };
  expect(toPosition({ ...flat, type: 1 }, 'hub', 0, ignore)).toMatchObject({ side: 'flat', size: 0 });
  expect(toPosition({ ...flat, type: 0 }, 'hub', 0, ignore)).toMatchObject({ side: 'flat', size: 0 });
  expect(toPosition({ ...flat, type: 2, size: '3' }, 'hub', 0, ignore)).toMatchObject({
    side: 'short',
    size: 3,
  });
});

it('depth types keep their two opposite orders of bid and ask', () => {
  const kind = (type: number) => toDepth({ type, price: 25411, volume: 1 }, contract, 0, ignore)?.kind;
  expect([1, 2, 3, 4, 9, 10].map(kind)).toEqual([
    'ask',
    'bid',
    'best-ask',
    'best-bid',
    'new-best-bid',
    'new-best-ask',
  ]);
});

it('samples of oddities are short, scrubbed and bounded in number', () => {
  const seen = oddities();
  seen.notice('token', 'https://x/hubs/user?access_token=abcdefgh.ijk');
  for (let index = 0; index < 500; index += 1) seen.notice(`kind ${index}`, 'x'.repeat(5000));
  expect(seen.list()[0]?.sample).not.toContain('abcdefgh');
  expect(seen.list().length).toBeLessThanOrEqual(52);
  expect(Math.max(...seen.list().map(({ sample }) => sample.length))).toBeLessThanOrEqual(200);
});

it('nothing that JSON can say makes the wire throw', () => {
  const member = fc.constantFrom(
    'id',
    'accountId',
    'contractId',
    'data',
    'price',
    'type',
    'status',
    'size',
    'volume',
    'timestamp',
    'lastPrice',
    'tickSize',
    'creationTimestamp',
    't',
    'o',
    'symbolId',
    'x',
  );
  const value = fc.letrec((tie) => ({
    leaf: fc.oneof(
      fc.string(),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant('25411.25'),
      fc.constant('2025-11-05T15:04:39'),
    ),
    any: fc.oneof(
      { depthSize: 'small' },
      tie('leaf'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(member, tie('any'), { maxKeys: 8 }),
    ),
  })).any;
  const seen = oddities();
  fc.assert(
    fc.property(fc.array(value, { maxLength: 3 }), (args) => {
      const event = marketEvent('GatewayQuote', args, seen.notice);
      for (const record of event?.records ?? []) {
        toQuote(record, contract, 0, seen.notice);
        toPrint(record, contract, 0, seen.notice);
        toDepth(record, contract, 0, seen.notice);
      }
      for (const record of [...userRecords('GatewayUserOrder', args, seen.notice), ...args]) {
        toAccount(record, 0, seen.notice);
        toOrder(record, 'hub', 0, seen.notice);
        toPosition(record, 'hub', 0, seen.notice);
        toFill(record, 'hub', 0, seen.notice);
        toContract(record, seen.notice);
        toBar(record, contract, '1min', seen.notice);
      }
      expect(seen.list().length).toBeLessThanOrEqual(52);
    }),
    { numRuns: 3000 },
  );
});

it('a quote may lack any member; a print, a level, an order or a fill that lacks one it needs is told, once per member', () => {
  const told = oddities();
  toQuote({ symbol: 'F.US.MNQ', bestBid: 25411 }, contract, 7, told.notice);
  toDepth({ timestamp: '2025-11-05T15:04:39Z', type: 6 }, contract, 7, told.notice);
  toPosition({ id: 1, accountId: 901, contractId: mnq.id, size: 0 }, 'hub', 7, told.notice);
  expect(told.list()).toEqual([]);
  toPrint({ symbolId: 'F.US.MNQ', price: 25411.25, type: 0, volume: null }, contract, 7, told.notice);
  toPrint({ symbolId: 'F.US.MNQ', price: 25411.25, type: 0 }, contract, 7, told.notice);
  toDepth({ timestamp: '2025-11-05T15:04:39Z', price: 25411, volume: 4 }, contract, 7, told.notice);
  toOrder({ id: 5, accountId: 901, contractId: mnq.id, status: 1, type: 4, side: 1 }, 'hub', 7, told.notice);
  expect(told.list().map(({ what, count }) => [what, count])).toEqual([
    ['GatewayTrade without volume', 2],
    ['GatewayTrade without timestamp', 2],
    ['GatewayDepth without type', 1],
    ['order without size', 1],
  ]);
});
