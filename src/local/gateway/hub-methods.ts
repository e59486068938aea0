// The hubs' methods: subscribing and unsubscribing, names without regard to case, and the exact words of refusals.
import type { HubName } from './hub-connection.ts';

export interface Subscription {
  readonly action: 'subscribe' | 'unsubscribe';
  readonly topics: readonly string[];
}

const perAccount = { orders: 'orders', positions: 'positions', trades: 'trades' } as const;
const perContract = {
  contractquotes: 'quote',
  contracttrades: 'trade',
  contractmarketdepth: 'depth',
} as const;

export const topicOf = {
  accounts: (username: string) => `accounts/${username}`,
  account: (stream: 'orders' | 'positions' | 'trades', accountId: number) => `${stream}/${accountId}`,
  contract: (kind: 'quote' | 'trade' | 'depth', contractId: string) => `${kind}/${contractId}`,
};

/** ASP.NET's words for a method that is not there; older servers said `Unknown hub method 'X'`. */
export function unknownMethod(method: string): string {
  return `Failed to invoke '${method}' due to an error on the server. HubException: Method does not exist.`;
}

export function failedMethod(method: string): string {
  return `Failed to invoke '${method}' due to an error on the server.`;
}

function accountIds(args: readonly unknown[]): readonly number[] | undefined {
  const ids = args.flat().map((arg) => {
    if (typeof arg === 'string' && /^\d+$/.test(arg.trim())) return Number(arg);
    return typeof arg === 'number' && Number.isInteger(arg) ? arg : undefined;
  });
  return ids.length > 0 && ids.every((id) => id !== undefined) ? ids : undefined;
}

function contractIds(args: readonly unknown[]): readonly string[] | undefined {
  const ids = args.flat();
  return ids.length > 0 && ids.every((id) => typeof id === 'string' && id !== '')
    ? (ids as string[])
    : undefined;
}

/** What a method asks for; a text = the completion's error. */
export function readMethod(
  hub: HubName,
  method: string,
  args: readonly unknown[],
  username: string,
): Subscription | string {
  const [, verb, what = ''] = /^(subscribe|unsubscribe)(\w+)$/.exec(method.toLowerCase()) ?? [];
  if (verb === undefined) return unknownMethod(method);
  const action = verb as Subscription['action'];
  if (hub === 'user') {
    if (what === 'accounts') return { action, topics: [topicOf.accounts(username)] };
    if (!(what in perAccount)) return unknownMethod(method);
    const stream = perAccount[what as keyof typeof perAccount];
    const ids = accountIds(args);
    if (ids === undefined) return failedMethod(method);
    return { action, topics: ids.map((id) => topicOf.account(stream, id)) };
  }
  if (!(what in perContract)) return unknownMethod(method);
  const kind = perContract[what as keyof typeof perContract];
  const ids = contractIds(args);
  if (ids === undefined) return failedMethod(method);
  return { action, topics: ids.map((id) => topicOf.contract(kind, id)) };
}
