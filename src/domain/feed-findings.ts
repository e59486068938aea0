// What can be wrong with market data while the connection stands, told once for diagnostics, detectors and /explain.
import type { Explanation } from './diagnostic.ts';

export const feedMute: Explanation = {
  concern: 'sight',
  title: 'Market hub is connected but mute',
  meaning:
    'The connection is up and answers pings, but no market data of any contract comes while the session is open.',
  causes: ['a dead feed behind the hub', 'a connection the gateway no longer serves'],
  next: [
    'Do not trust prices shown by the suite',
    'Reconnect the market hub',
    'Check the vendor’s status page',
  ],
};

export const contractMute: Explanation = {
  concern: 'sight',
  title: 'One contract is mute',
  meaning: 'No data of this contract comes, while other contracts on the same hub flow.',
  causes: [
    'the contract was rolled or halted',
    'its subscription was lost',
    'a fault of this feed at the gateway',
  ],
  next: ['Check that the contract is the active one', 'Subscribe it again', 'Compare with another platform'],
};

export const streamStopped: Explanation = {
  concern: 'sight',
  title: 'One kind of event stopped',
  meaning: 'Quotes, trades or depth of this contract stopped, while its other events flow.',
  causes: ['that subscription was lost', 'a fault of this feed at the gateway'],
  next: ['Subscribe that kind again', 'Do not trust what is built from it (bars, volume, book)'],
};

export const feedLate: Explanation = {
  concern: 'sight',
  title: 'Market data is late',
  meaning: 'Events arrive, but their exchange times are old: prices shown now are prices of then.',
  causes: ['a backlog at the gateway', 'a slow consumer on our side', 'a feed that repeats old values'],
  next: ['Do not trade on these prices', 'Reconnect the market hub'],
};

export const feedSlow: Explanation = {
  concern: 'upkeep',
  title: 'Market data pauses',
  meaning: 'The newest event is older than usual for this contract, but not old enough to call it mute.',
  causes: ['a quiet moment of the market', 'the beginning of a dead feed'],
  next: ['Run /health again in a few seconds'],
};

export const clockAhead: Explanation = {
  concern: 'data',
  title: 'Exchange times lie in the future',
  meaning:
    'Events carry times later than our clock: one of the two clocks is wrong, and ages cannot be trusted.',
  causes: ['the clock of this worker is slow', 'wrong times from the gateway'],
  next: ['Check the time synchronisation of the worker'],
};

export const contractInactive: Explanation = {
  concern: 'data',
  title: 'Contract is no longer active',
  meaning:
    'The platform has rolled to another expiry: this contract’s feed stops and its orders are refused, those that would close a position too.',
  causes: ['the quarterly or monthly roll', 'a suite that names an expiry that is over'],
  next: ['Close what is left in the old contract', 'Move the suite to the new contract', '/positions'],
};
