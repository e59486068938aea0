// The simulator's own switches over HTTP: faults with their ground truth, connections, and positions put on by hand.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ContractList, SimContract } from './contracts.ts';
import type { Exchange } from './exchange.ts';
import { type FaultRecord, FaultRefusal } from './fault.ts';
import { catalogue, commonParameters } from './fault-catalogue.ts';
import type { FaultLog } from './fault-log.ts';
import { hubSpelling, type JsonRow, toJson } from './json.ts';
import { orderRow, positionRow, status } from './order-state.ts';
import { readBody } from './rest-api.ts';
import { BadRequest, Fields } from './rest-fields.ts';
import type { Trader } from './trader.ts';
import { stories, type StoryRoom } from './story-room.ts';

export interface ControlOptions {
  readonly about: () => JsonRow;
  readonly inject: (request: unknown) => FaultRecord;
  readonly log: FaultLog;
  readonly connections: () => readonly object[];
  readonly contracts: ContractList;
  readonly exchange: Exchange;
  readonly accountIds: readonly number[];
  readonly trader: Trader;
  readonly storyRoom: StoryRoom;
}

interface Reply {
  readonly status: number;
  readonly body?: string;
}

const json = (value: unknown): string => JSON.stringify(value);
const error = (status: number, text: string): Reply => ({ status, body: json({ error: text }) });

export function makeControl(options: ControlOptions) {
  const { contracts, exchange, log, trader } = options;

  const accountOf = (fields: Fields): number => {
    const word = fields.optionalText('account') ?? fields.optionalInt('account');
    const found = options.accountIds.find(
      (id) => word === undefined || id === Number(word) || exchange.account(id)?.name === word,
    );
    if (found === undefined) throw new BadRequest('account', `account: there is no ${word ?? 'account'}`);
    return found;
  };
  const contractOf = (fields: Fields): SimContract => {
    const word = fields.text('contract');
    const found = contracts.find(word);
    if (found === undefined) throw new BadRequest('contract', `contract: there is no ${word}`);
    return found;
  };
  const exposure = (accountId: number): JsonRow => ({
    accountId,
    positions: exchange.positions(accountId).map((one) => positionRow(one, 'hub')),
    workingOrders: exchange
      .orders(accountId)
      .filter((one) => one.status === status.open)
      .map((one) => orderRow(one, true)),
  });
  const spelled = (row: JsonRow) => toJson(row, { ...hubSpelling, omitNulls: false });

  const putOn = (fields: Fields): Reply => {
    const side = fields.text('side').toLowerCase();
    if (!['long', 'short', 'buy', 'sell'].includes(side)) return error(400, 'side: long or short is wanted');
    const size = fields.optionalInt('size') ?? 1;
    if (size < 1) return error(400, 'size: a whole number from 1 is wanted');
    const accountId = accountOf(fields);
    const isLong = side === 'long' || side === 'buy';
    const done = trader.hold({
      accountId,
      contract: contractOf(fields),
      side: isLong ? 'long' : 'short',
      size,
      protected: fields.optionalBool('protected') ?? true,
    });
    return done.ok
      ? { status: 201, body: spelled(exposure(accountId)) }
      : error(409, `the exchange refused it: ${done.why}`);
  };
  const takeOff = (fields: Fields): Reply => {
    const chosen = fields.optionalText('contract') === undefined ? contracts.all : [contractOf(fields)];
    const anyAccount = fields.optionalText('account') === undefined;
    const accountIds = anyAccount ? options.accountIds : [accountOf(fields)];
    for (const id of accountIds) for (const contract of chosen) trader.release(id, contract);
    return { status: 204 };
  };
  const tellStory = (fields: Fields): Reply => {
    const side = fields.optionalText('side');
    if (side !== undefined && side !== 'long' && side !== 'short')
      return error(400, 'side: long or short is wanted');
    const size = fields.optionalInt('size');
    if (size !== undefined && size < 1) return error(400, 'size: a whole number from 1 is wanted');
    const told = options.storyRoom.tell({
      story: fields.text('story'),
      accountId: accountOf(fields),
      contract: contractOf(fields),
      size,
      side,
    });
    return { status: 201, body: json(told) };
  };
  const storyList = (): Reply => {
    const offered = stories.map(({ name, description, takesMs, needsBrackets = false }) => ({
      name,
      description,
      takesMs,
      needsBrackets,
    }));
    return { status: 200, body: json({ stories: offered, told: options.storyRoom.list() }) };
  };
  const positions = (): Reply => ({
    status: 200,
    body: `{"accounts":[${options.accountIds.map((id) => spelled(exposure(id))).join(',')}]}`,
  });

  /** What the page needs to offer a choice: accounts with what they hold, and contracts. */
  const sim = (): Reply => {
    const accounts = options.accountIds.map((id) => ({
      name: exchange.account(id)?.name ?? null,
      ...exposure(id),
    }));
    const offered = contracts.all.map(({ id, symbol, name }) => ({ id, symbol, name }));
    return { status: 200, body: spelled({ accounts, contracts: offered }) };
  };

  const route = (method: string, path: string, body: unknown, url: URL): Reply => {
    if (path === '/' && method === 'GET') return { status: 200, body: spelled(options.about()) };
    if (path === '/connections' && method === 'GET')
      return { status: 200, body: json(options.connections()) };
    if (path === '/faults/catalogue' && method === 'GET')
      return { status: 200, body: json(catalogue.map((entry) => ({ ...entry, common: commonParameters }))) };
    if (path === '/faults' && method === 'GET') return { status: 200, body: json(log.list()) };
    if (path === '/faults' && method === 'POST') return { status: 201, body: json(options.inject(body)) };
    const id = /^\/faults\/([^/]+)$/.exec(path)?.[1];
    if (id !== undefined && method === 'DELETE')
      return log.remove(id) ? { status: 204 } : error(404, `there is no fault ${id}; GET /faults lists them`);
    if (id !== undefined && method === 'GET') {
      const record = log.list().find((one) => one.id === id);
      return record === undefined
        ? error(404, `there is no fault ${id}`)
        : { status: 200, body: json(record) };
    }
    if (path === '/sim' && method === 'GET') return sim();
    if (path === '/sim/stories' && method === 'GET') return storyList();
    if (path === '/sim/story' && method === 'POST')
      return tellStory(new Fields(typeof body === 'object' && body !== null ? { ...body } : {}));
    if (path === '/sim/position') {
      if (method === 'GET') return positions();
      const fromQuery = Object.fromEntries(url.searchParams);
      const fields = new Fields({ ...fromQuery, ...(typeof body === 'object' ? body : {}) });
      if (method === 'POST') return putOn(fields);
      if (method === 'DELETE') return takeOff(fields);
    }
    return error(404, `nothing at ${method} ${path}; GET / says what there is`);
  };

  const answer = async (request: IncomingMessage, path: string, url: URL): Promise<Reply> => {
    try {
      const text = await readBody(request);
      const body: unknown = text.trim() === '' ? {} : JSON.parse(text);
      return route(request.method ?? 'GET', path, body, url);
    } catch (problem) {
      if (problem instanceof FaultRefusal || problem instanceof BadRequest)
        return error(400, problem.message);
      if (problem instanceof SyntaxError) return error(400, 'the body is not valid JSON');
      throw problem;
    }
  };

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    url: URL,
  ): Promise<void> => {
    const { status: code, body = '' } = await answer(request, path, url);
    response.writeHead(code, body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' });
    response.end(body);
  };
}
