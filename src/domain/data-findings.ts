// What can be wrong with market data itself, told once for diagnostics, alarms and /explain.
import type { Explanation } from './diagnostic.ts';

export const priceMisaligned: Explanation = {
  concern: 'data',
  title: 'Prices off the tick grid',
  meaning: 'The feed sends prices that are not whole ticks: nothing can have traded there.',
  causes: [
    'a fault in the feed',
    'a wrong tick size for the contract',
    'averaged or adjusted prices in the stream',
  ],
  next: ['Compare with the platform’s chart', '/data'],
};

export const priceNoise: Explanation = {
  concern: 'data',
  title: 'Prices with rounding noise',
  meaning:
    'Prices differ from their tick by less than a ten-thousandth of it: exact comparisons in the suite fail.',
  causes: ['floating-point arithmetic on the way'],
  next: ['Have the suite round prices to ticks', '/data'],
};

export const priceNotPositive: Explanation = {
  concern: 'data',
  of: 'contract',
  title: 'Prices at or below zero',
  meaning: 'A price of zero or less arrived while the market was far above it.',
  causes: ['an empty message read as a price', 'a fault in the feed'],
  next: ['Stop the suite from acting on it', 'Compare with the platform’s chart', '/data'],
};

export const priceSpike: Explanation = {
  concern: 'data',
  of: 'contract',
  title: 'Price spike',
  meaning:
    'A price jumped far away and came back at once, or the other stream contradicts it: not a real market move.',
  causes: ['a wrong print or quote in the feed', 'an unannounced correction'],
  next: ['Check that no stop or entry was triggered: /orders', 'Compare with the platform’s chart', '/data'],
};

export const bookCrossed: Explanation = {
  concern: 'data',
  of: 'contract',
  title: 'Book is crossed',
  meaning:
    'The best bid has been above the best ask for longer than an update can take: one of the two is stale.',
  causes: ['one side of the feed is stale', 'a depth level that was never removed'],
  next: ['Do not trust the suite’s limit prices', 'Have the suite subscribe to the contract again', '/data'],
};

export const bookLocked: Explanation = {
  concern: 'data',
  title: 'Book is locked',
  meaning: 'Best bid and best ask have been equal for many updates.',
  causes: ['one side of the feed is late'],
  next: ['Compare with the platform’s book', '/data'],
};

export const bookFrozen: Explanation = {
  concern: 'data',
  of: 'contract',
  title: 'One side of the book is frozen',
  meaning: 'One side has not moved while the other moved again and again and trades went on.',
  causes: ['one side of the feed stopped'],
  next: [
    'Do not trust the suite’s spreads and limit prices',
    'Have it subscribe to the contract again',
    '/data',
  ],
};

export const depthBroken: Explanation = {
  concern: 'data',
  title: 'Depth is broken',
  meaning: 'The depth was reset and not rebuilt, or holds levels that should have been removed.',
  causes: ['a lost depth update', 'a reset without a snapshot after it'],
  next: ['Have the suite subscribe to depth again', '/data'],
};

export const timeBackwards: Explanation = {
  concern: 'data',
  title: 'Exchange times go backwards',
  meaning: 'Events carry exchange times more than a second older than those of earlier events.',
  causes: ['events delivered out of order', 'a clock that was set back'],
  next: ['Check how the suite’s bars handle late events', '/data'],
};

export const volumeFell: Explanation = {
  concern: 'data',
  title: 'Day volume fell',
  meaning: 'The day’s total volume in the quotes went down although no new trading day began.',
  causes: ['a fault in the feed', 'a correction'],
  next: ['Do not trust volumes built from it until the next trading day', '/data'],
};

export const volumeDiffers: Explanation = {
  concern: 'data',
  title: 'Volumes disagree',
  meaning: 'The prints of the last minutes do not add up to the increase of the day’s volume.',
  causes: ['lost or doubled prints', 'a total that runs ahead of the prints'],
  next: ['Do not trust the suite’s volume bars', '/data'],
};

export const printsDoubled: Explanation = {
  concern: 'data',
  title: 'Prints come twice',
  meaning:
    'The prints of the last minutes exceed the increase of the day’s volume; without those that came twice they match it.',
  causes: ['a feed that repeats what it sent', 'one stream subscribed to twice'],
  next: ['Have the suite skip prints identical to the one before until this is over', '/data'],
};

export const barsUnsound: Explanation = {
  concern: 'data',
  title: 'Bars are unsound',
  meaning:
    'Bars from the gateway are impossible in themselves, duplicated, missing, shifted or out of order.',
  causes: ['a fault in the history service'],
  next: ['Have the suite check what it loads', '/data'],
};

export const barsDiffer: Explanation = {
  concern: 'data',
  title: 'Bars differ from the prints',
  meaning: 'Closed bars from the gateway do not match the prints of those minutes.',
  causes: ['lost prints', 'corrected history', 'a fault in the history service'],
  next: ['Compare with the platform’s chart', '/data'],
};

export const clockSkewed: Explanation = {
  concern: 'data',
  title: 'Clocks disagree',
  meaning: 'The gateway’s clock and this worker’s differ by more than the network delay explains.',
  causes: ['this machine’s clock is not synchronised', 'the gateway’s clock is wrong'],
  next: ['Check time synchronisation on this machine', '/data'],
};

export const feedInLumps: Explanation = {
  concern: 'data',
  title: 'Data comes in lumps',
  meaning:
    'Events that happened seconds apart keep arriving all at once: on average prices are half that old.',
  causes: ['a queue or a slow link on the way', 'a client or proxy that reads too slowly'],
  next: ['/performance', 'Compare with another machine or connection', '/data'],
};
