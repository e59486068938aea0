// What the fault panel offers: big one-press scenarios, positions, and lists used where the server gives none.

export const scenarios = [
  {
    id: 'drop-market',
    title: 'Drop the market hub',
    detail: '30 s away',
    fault: { fault: 'F1', hub: 'market', forMs: 30_000, down: true },
  },
  {
    id: 'drop-user',
    title: 'Drop the user hub',
    detail: '30 s away',
    fault: { fault: 'F1', hub: 'user', forMs: 30_000, down: true },
  },
  {
    id: 'mute-market',
    title: 'Mute the market feed',
    detail: 'connected, but no data',
    fault: { fault: 'F4', hub: 'market' },
  },
  {
    id: 'half-open',
    title: 'Half-open socket',
    detail: 'no frames, no pongs',
    fault: { fault: 'F3', hub: 'market' },
  },
  { id: 'token', title: 'Expire the token', detail: 'REST answers 401', fault: { fault: 'F12' } },
  {
    id: 'gateway-503',
    title: 'Gateway answers 503',
    detail: 'REST in trouble',
    fault: { fault: 'F13', status: 503 },
  },
  { id: 'maintenance', title: 'Maintenance close', detail: 'as at 16:00 Chicago', fault: { fault: 'F30' } },
];

export const positions = [
  { id: 'flat', title: 'Flat', detail: 'nothing at stake', position: undefined },
  {
    id: 'protected',
    title: 'Protected',
    detail: 'long 1 MNQ with a stop',
    position: { side: 'long', size: 1, protected: true },
  },
  {
    id: 'unprotected',
    title: 'Unprotected',
    detail: 'long 1 MNQ, no stop',
    position: { side: 'long', size: 1, protected: false },
  },
];
export const positionAt = { account: 'PRAC-V2-1', contract: 'MNQ' };

export const discordFaults = [
  { fault: 'rate-limit', name: 'Rate limit', hint: 'one bucket answers 429', timed: true },
  { fault: 'rate-limit-global', name: 'Global rate limit', hint: 'everything answers 429', timed: true },
  { fault: 'server-error', name: 'Server error', hint: 'answers 500' },
  { fault: 'no-answer', name: 'No answer', hint: 'takes the request, never answers' },
  { fault: 'lost-answer', name: 'Lost answer', hint: 'does it, but the answer is lost' },
  { fault: 'slow', name: 'Slow', hint: 'answers late', timed: true },
  { fault: 'drop-gateway', name: 'Drop the gateway', hint: 'cuts the bot’s socket' },
  { fault: 'op7', name: 'Op 7', hint: 'asks the bot to reconnect' },
  { fault: 'op9', name: 'Op 9', hint: 'invalid session' },
  { fault: 'missing-ack', name: 'Missing ACK', hint: 'heartbeats stay unanswered' },
  { fault: 'late-hello', name: 'Late HELLO', hint: 'greets late', timed: true },
  { fault: 'no-welcome', name: 'No welcome', hint: 'neither READY nor RESUMED comes' },
  { fault: 'close-4004', name: 'Close 4004', hint: 'token refused' },
  { fault: 'close-4014', name: 'Close 4014', hint: 'intent not allowed' },
  { fault: 'down', name: 'Down', hint: 'nobody is there' },
];

const hub = { name: 'hub', kind: 'choice', choices: ['user', 'market', 'both'], default: 'both' };
const forMs = { name: 'forMs', kind: 'number', description: 'How long it lasts, ms. Missing = until ended.' };
const plain = (fault, name, ...parameters) => ({
  fault,
  name,
  description: '',
  parameters: [...parameters, forMs],
});

/** Where the gateway does not say what it can do. */
export const builtInCatalogue = [
  plain('F1', 'Drop the hub', hub, {
    name: 'down',
    kind: 'boolean',
    default: false,
    description: 'Stay away until it ends.',
  }),
  plain('F2', 'Close the hub politely', hub),
  plain('F3', 'Half-open socket', hub),
  plain('F4', 'Dead feed', hub),
  plain('F5', 'One stream stops', { name: 'contract', kind: 'text' }),
  plain('F12', 'Token expires'),
  plain('F13', 'REST in trouble', { name: 'status', kind: 'choice', choices: [429, 500, 502, 503] }),
  plain('F14', 'Login refused'),
  plain('F15', 'GatewayLogout', hub),
  plain('F16', 'Second session', hub),
  plain('F17', 'Other shapes', {
    name: 'shape',
    kind: 'choice',
    choices: ['object', 'flat', 'nulls', 'unknown-enums'],
    default: 'object',
  }),
  plain('F26', 'Cannot connect', hub),
  plain('F27', 'Odd framing', hub),
  plain('F29', 'Reconnect storm', hub),
  plain('F30', 'Maintenance'),
];

/** The catalogue in any of the forms it may come in: a list, or an object that holds one. */
export function catalogueOf(answer) {
  const list = Array.isArray(answer) ? answer : (answer?.catalogue ?? answer?.faults);
  return Array.isArray(list) && list.length > 0 ? list : builtInCatalogue;
}

/** Own parameters, then the common ones that add something for a person: where and how long. */
export function parametersOf(entry) {
  const own = entry.parameters ?? [];
  const common = (entry.common ?? []).filter(
    ({ name }) => ['hub', 'contract', 'forMs'].includes(name) && !own.some((one) => one.name === name),
  );
  return [...own, ...common];
}

/** Faults that are still on, newest first. */
export function activeOf(answer) {
  const list = Array.isArray(answer) ? answer : (answer?.faults ?? answer?.active ?? []);
  return list.filter((fault) => fault.state !== 'ended' && fault.endAt == null).reverse();
}

/** `F4 · hub market` of what was asked for. */
export function aboutFault(fault) {
  const {
    id: _id,
    fault: _code,
    struck,
    params,
    state: _s,
    startAt: _a,
    endAt: _e,
    endsAt: _n,
    seed: _seed,
    name: _nm,
    ...flat
  } = fault;
  const told = Object.entries({ ...params, ...flat }).filter(
    ([key, value]) => value !== false && value !== null && key !== 'forMs' && typeof value !== 'object',
  );
  const words = told.map(([key, value]) => (value === true ? key : `${key} ${value}`));
  if (struck > 0) words.push(`struck ${struck}×`);
  return words.join(' · ');
}
