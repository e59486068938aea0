// What a fault is: its catalogue entry, its parameters, its line in the ground truth, and the points of the gateway it may bear on.
import type { Clock } from '../../domain/clock.ts';
import type { ContractList, SimContract } from './contracts.ts';
import type { Exchange } from './exchange.ts';
import type { HubConnection } from './hub-connection.ts';
import type { HubEvent } from './hub-wire.ts';
import type { JsonRow } from './json.ts';
import type { Market } from './market.ts';
import type { Fields } from './rest-fields.ts';
import type { Session } from './tokens.ts';

/** `F18`; which ones there are is what the catalogue holds. */
export type FaultCode = `F${number}`;

export type FaultValue = string | number | boolean;
export type FaultParams = Readonly<Record<string, FaultValue>>;

export interface FaultParameter {
  readonly name: string;
  readonly kind: 'choice' | 'number' | 'text' | 'boolean';
  readonly choices?: readonly FaultValue[];
  readonly default?: FaultValue;
  readonly required?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly description: string;
}

export interface CataloguedFault {
  readonly fault: FaultCode;
  readonly name: string;
  readonly description: string;
  /** `once`: over as soon as it happened; `lasting`: until `forMs` is over or it is deleted. */
  readonly lasts: 'once' | 'lasting';
  readonly parameters: readonly FaultParameter[];
}

/** One injected fault as `GET /faults` tells it. Instants are epoch ms. */
export interface FaultRecord {
  readonly id: string;
  readonly fault: FaultCode;
  readonly params: FaultParams;
  readonly state: 'scheduled' | 'active' | 'ended';
  readonly startAt: number;
  /** Null while it has not ended. */
  readonly endAt: number | null;
  /** When it will end by itself; null = only when deleted. */
  readonly endsAt: number | null;
  readonly seed: number;
  /** When its first event or answer went out changed, or was withheld: before that nobody outside could know. */
  readonly firstEffectAt: number | null;
  /** How many events and answers it has changed or withheld; counted for faults in files of their own. */
  readonly effects: number;
}

/** A request that cannot be taken, with the way out. */
export class FaultRefusal extends Error {}

/** What a fault may use of the gateway. */
export interface FaultDesk {
  readonly clock: Clock;
  readonly contracts: ContractList;
  readonly market: Market;
  readonly exchange: Pick<Exchange, 'bend' | 'account' | 'trades'>;
  readonly accountIds: readonly number[];
  /** Sends an event to its subscribers; every running fault bears on it, its sender too. */
  publish(event: HubEvent): void;
  /** Ends a running fault, as `DELETE /faults/:id` does. */
  finish(id: string): void;
}

export interface RestAnswered {
  /** Lower case, `/api/order/place`. */
  readonly path: string;
  readonly fields: Fields;
  readonly session: Session;
  readonly now: number;
}

/** A fault at work; what it remembers lives in the closures. */
export interface RunningFault {
  /**
   * What is sent in place of an event: itself, changed ones, more, or nothing. Asked once per event, however many
   * connections listen, and only where hub, connection and contract are those of the request.
   */
  readonly event?: (event: HubEvent) => readonly HubEvent[];
  /** A REST endpoint's answer before it is spelled. */
  readonly answer?: (answer: JsonRow, call: RestAnswered) => JsonRow;
  /** How much later than its doing a REST call is answered. */
  readonly answerLateMs?: (call: RestAnswered) => number;
  /** The server's clock is so far ahead (behind below zero): the `Date` header, and bars with it. */
  readonly clockShiftMs?: number;
  readonly end?: () => void;
}

/** A fault in a file of its own: the default export of `faults/fNN.ts`. */
export interface Fault extends CataloguedFault {
  /** Refuses with a `FaultRefusal` what makes no sense together. */
  readonly check?: (params: FaultParams) => void;
  /** Called as it begins; undefined = it was over at once. */
  readonly start: (record: FaultRecord, desk: FaultDesk) => RunningFault | undefined;
}

export const hub = (fallback: 'user' | 'market' | 'both' = 'both'): FaultParameter => ({
  name: 'hub',
  kind: 'choice',
  choices: ['user', 'market', 'both'],
  default: fallback,
  description: 'Which hub it hits.',
});
export const contract: FaultParameter = {
  name: 'contract',
  kind: 'text',
  description: 'Only this contract: symbol (MNQ), gateway root (EP) or id. Missing = all.',
};
/** One of a few words; without a fallback it may be left out. */
export const choice = (
  name: string,
  choices: readonly FaultValue[],
  fallback: FaultValue | undefined,
  description: string,
): FaultParameter => ({
  name,
  kind: 'choice',
  choices,
  description,
  ...(fallback === undefined ? {} : { default: fallback }),
});
export const flag = (name: string, fallback: boolean, description: string): FaultParameter => ({
  name,
  kind: 'boolean',
  default: fallback,
  description,
});
export const text = (name: string, description: string): FaultParameter => ({
  name,
  kind: 'text',
  description,
});
export const number = (
  name: string,
  fallback: number | undefined,
  [min, max]: readonly [number, number],
  description: string,
): FaultParameter => ({
  name,
  kind: 'number',
  min,
  max,
  description,
  ...(fallback === undefined ? {} : { default: fallback }),
});
export const ms = (name: string, fallback: number | undefined, description: string): FaultParameter =>
  number(name, fallback, [0, 86_400_000], description);

export function hitsHub(record: FaultRecord, name: 'user' | 'market'): boolean {
  const wanted = record.params['hub'] ?? 'both';
  return wanted === 'both' || wanted === name;
}

export function hitsConnection(record: FaultRecord, connection: HubConnection): boolean {
  const id = record.params['connection'];
  return hitsHub(record, connection.hub) && (id === undefined || id === connection.id);
}

/** The contracts a fault bears on that have somebody listening. */
export function contractsHit(record: FaultRecord, { market }: FaultDesk): readonly SimContract[] {
  const wanted = record.params['contract'];
  return market.live().filter((contract) => wanted === undefined || contract.id === wanted);
}

export const account: FaultParameter = {
  name: 'account',
  kind: 'text',
  description: 'Only this account: its name or id. Missing = all.',
};

/** Whether an order or a placement is one a fault bears on, by its `contract` and `account`. */
export function hitsOrder(
  { params }: FaultRecord,
  { exchange }: FaultDesk,
  { accountId, contractId }: { readonly accountId: number; readonly contractId: string },
): boolean {
  const { account: wanted, contract: root } = params;
  const isAccount =
    wanted === undefined || wanted === String(accountId) || wanted === exchange.account(accountId)?.name;
  return isAccount && (root === undefined || root === contractId);
}
