// Reads a fault request: names, kinds and ranges are checked against the catalogue, and a refusal says what is wanted.
import {
  type CataloguedFault,
  type FaultCode,
  type FaultParameter,
  type FaultParams,
  FaultRefusal,
  type FaultValue,
} from './fault.ts';
import { catalogue, commonParameters, unitOf } from './fault-catalogue.ts';
import { parseInstant } from './instants.ts';

export interface FaultRequest {
  readonly fault: FaultCode;
  readonly params: FaultParams;
  readonly startAt: number;
  /** When it will end by itself; undefined = until deleted. */
  readonly endsAt: number | undefined;
  readonly seed: number;
}

function read(parameter: FaultParameter, given: unknown): FaultValue {
  const { name, kind, choices, min, max } = parameter;
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  switch (kind) {
    case 'choice': {
      const found = choices?.find((one) => one === given || String(one) === String(given));
      if (found === undefined)
        throw new FaultRefusal(`${name}: one of ${choices?.join(', ') ?? ''} is wanted`);
      return found;
    }
    case 'number':
      if (typeof number !== 'number' || !Number.isFinite(number))
        throw new FaultRefusal(`${name}: a number is wanted`);
      if ((min !== undefined && number < min) || (max !== undefined && number > max))
        throw new FaultRefusal(`${name}: a number from ${min ?? '-∞'} to ${max ?? '∞'} is wanted`);
      return number;
    case 'boolean':
      if (given === true || given === 'true') return true;
      if (given === false || given === 'false') return false;
      throw new FaultRefusal(`${name}: true or false is wanted`);
    case 'text':
      if (typeof given !== 'string' && typeof given !== 'number')
        throw new FaultRefusal(`${name}: a text is wanted`);
      return given;
  }
}

/** Other words for the same thing, so that a request written from memory is understood. */
const synonyms: Readonly<Record<string, string>> = {
  refuse: 'down',
  connectionId: 'connection',
  contractId: 'contract',
  rival: 'phantom',
};
const otherModes: Readonly<Record<string, string>> = { '401': 'negotiate-401', '503': 'negotiate-503' };

function startOf(params: Record<string, FaultValue>, now: number): number {
  const { startAt, startInMs } = params;
  if (typeof startInMs === 'number') return now + startInMs;
  if (startAt === undefined) return now;
  const at = Number.isFinite(Number(startAt)) ? Number(startAt) : parseInstant(String(startAt));
  if (at === undefined) throw new FaultRefusal('startAt: epoch ms or an ISO time is wanted');
  return Math.max(at, now);
}

function check(entry: CataloguedFault, params: Record<string, FaultValue>): void {
  const has = (name: string) => params[name] !== undefined;
  if (entry.fault === 'F13' && !has('status') && !has('delayMs') && params['afterAccept'] !== true)
    params['status'] = 503;
  if ((entry.fault === 'F1' || entry.fault === 'F2') && params['down'] === true && has('connection'))
    throw new FaultRefusal('down: a hub is down for everybody, so it cannot be asked for one connection');
}

export interface FaultSurroundings {
  readonly now: number;
  readonly seed: number;
  /** The contract's id, or undefined where there is none of that name. */
  readonly contractId: (word: string) => string | undefined;
}

export function readFaultRequest(body: unknown, around: FaultSurroundings): FaultRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new FaultRefusal('a JSON object is wanted, such as {"fault":"F4","hub":"market","forMs":60000}');
  const { fault: code, params: nested, ...flat } = body as Record<string, unknown>;
  const entry = catalogue.find((one) => one.fault === String(code).toUpperCase());
  if (entry === undefined)
    throw new FaultRefusal(`fault: one of ${catalogue.map((one) => one.fault).join(', ')} is wanted`);
  const given = { ...(typeof nested === 'object' ? nested : {}), ...flat } as Record<string, unknown>;
  const params: Record<string, FaultValue> = {};
  for (const [word, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    const name = synonyms[word] ?? word;
    const parameter =
      entry.parameters.find((one) => one.name === name) ?? commonParameters.find((one) => one.name === name);
    if (parameter === undefined) {
      const known = [...entry.parameters, ...commonParameters].map((one) => one.name);
      throw new FaultRefusal(
        `${word}: ${entry.fault} has no such parameter; it knows ${[...new Set(known)].join(', ')}`,
      );
    }
    const asked =
      entry.fault === 'F26' && name === 'mode'
        ? (otherModes[typeof value === 'string' || typeof value === 'number' ? value : ''] ?? value)
        : value;
    params[name] = read(parameter, asked);
  }
  for (const parameter of entry.parameters) {
    if (params[parameter.name] !== undefined) continue;
    if (parameter.required === true)
      throw new FaultRefusal(
        `${parameter.name}: ${entry.fault} needs it; ${parameter.choices === undefined ? parameter.description : `one of ${parameter.choices.join(', ')}`}`,
      );
    if (parameter.default !== undefined) params[parameter.name] = parameter.default;
  }
  const word = params['contract'];
  if (word !== undefined) {
    const id = around.contractId(String(word));
    if (id === undefined)
      throw new FaultRefusal(`contract: there is no ${word}; a symbol such as MNQ or an id is wanted`);
    params['contract'] = id;
  }
  check(entry, params);
  unitOf(entry.fault)?.check?.(params);
  const startAt = startOf(params, around.now);
  const { forMs, seed } = params;
  return {
    fault: entry.fault,
    params,
    startAt,
    endsAt: typeof forMs === 'number' ? startAt + forMs : undefined,
    seed: typeof seed === 'number' ? seed : around.seed,
  };
}
