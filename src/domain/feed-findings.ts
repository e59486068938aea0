// What can be wrong with market data while the connection stands, told once for diagnostics, detectors and /explain.
import type { Explanation } from './diagnostic.ts';

export const feedMute: Explanation = {
  concern: 'sight',
  title: 'Market hub is connected but mute',
  meaning:
    'The connection is up and answers pings, but no market data arrives for any contract while the market is open.',
  causes: ['a dead feed behind the hub', 'a connection the gateway no longer serves'],
  next: [
    'Do not trust prices shown by the suite',
    'Restart the suite’s market connection',
    'Check the vendor’s status page',
  ],
};

export const contractMute: Explanation = {
  concern: 'sight',
  title: 'One contract is mute',
  meaning: 'No data arrives for this contract, while other contracts on the same hub flow.',
  causes: [
    'the contract was rolled or halted',
    'its subscription was lost',
    'a fault of this feed at the gateway',
  ],
  next: [
    'Check that the contract is the active one',
    'Have the suite subscribe to it again',
    'Compare with another platform',
  ],
};

export const streamStopped: Explanation = {
  concern: 'sight',
  title: 'One kind of event stopped',
  meaning: 'Quotes, trades or depth of this contract stopped, while its other events flow.',
  causes: ['that subscription was lost', 'a fault of this feed at the gateway'],
  next: [
    'Have the suite subscribe to that kind again',
    'Do not trust what is built from it (bars, volume, book)',
  ],
};

export const feedLate: Explanation = {
  concern: 'sight',
  title: 'Market data is late',
  meaning: 'Events arrive, but their exchange times are old: the prices you see are out of date.',
  causes: ['a backlog at the gateway', 'this worker reads too slowly', 'a feed that repeats old values'],
  next: ['Do not trade on these prices', 'Restart the suite’s market connection'],
};

export const feedSlow: Explanation = {
  concern: 'upkeep',
  title: 'Market data pauses',
  meaning: 'The newest event is older than usual for this contract, but not old enough to call it mute.',
  causes: ['a quiet market', 'the first sign of a dead feed'],
  next: ['Run /health again in a few seconds'],
};

export const clockAhead: Explanation = {
  concern: 'data',
  title: 'Exchange times are in the future',
  meaning:
    'Events are stamped later than this worker’s clock: one of the two clocks is wrong, so ages shown here cannot be trusted.',
  causes: ['this worker’s clock is behind', 'wrong times from the gateway'],
  next: ['Check the time synchronisation of the worker'],
};

export const contractInactive: Explanation = {
  concern: 'data',
  title: 'Contract is no longer active',
  meaning:
    'The platform has rolled to another expiry: this contract’s feed stops and its orders are refused, even those that would close a position.',
  causes: ['the quarterly or monthly roll', 'a suite that still names the old expiry'],
  next: ['Close what is left in the old contract', 'Move the suite to the new contract', '/positions'],
};
