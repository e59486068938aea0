// What can be wrong with the pace of a gateway and the health of a host, told once for diagnostics and /explain.
import type { Explanation } from './diagnostic.ts';

export const slowerThanUsual: Explanation = {
  concern: 'upkeep',
  title: 'REST answers are slower than usual',
  meaning: 'The slowest answers (p95) take several times as long as they did before on this login.',
  causes: ['load at the vendor', 'a slower network path from this worker', 'this worker itself is busy'],
  next: ['/performance', 'Check positions after every order', '/memory'],
};

export const requestsFailing: Explanation = {
  concern: 'upkeep',
  title: 'Many calls fail',
  meaning:
    'Many of Pitwatch’s calls in the last ten minutes failed: time-outs, server errors or unreadable answers.',
  causes: ['trouble at the vendor that comes and goes', 'an unstable network path'],
  next: [
    '/performance',
    'The suite’s calls may fail too: do not repeat orders blindly, one may have gone through',
    '/connection',
  ],
};

export const invokesSlow: Explanation = {
  concern: 'upkeep',
  title: 'Hub is slower than usual',
  meaning:
    'Calls or pings on the hub take several times as long as before, so its events may be just as late.',
  causes: ['load at the vendor', 'a slower network path', 'this worker reads slower than data arrives'],
  next: ['/performance', '/connection'],
};

export const invokeUnanswered: Explanation = {
  concern: 'upkeep',
  title: 'Hub does not complete a call',
  meaning: 'The hub answers pings, but a call on it gets no completion: it may be connected but dead.',
  causes: ['the hub’s server is stuck', 'an outage behind the hub'],
  next: ['/connection', 'Check orders and positions on the platform'],
};

export const fallingBehind: Explanation = {
  concern: 'data',
  title: 'This worker is falling behind the data',
  meaning: 'Data waits unread because this worker is busy: what it shows lags behind the market.',
  causes: ['too many suites on one worker', 'a burst of market data', 'another program on the machine'],
  next: ['/performance', 'Move logins to another worker', 'Leave depth off where nobody needs it'],
};

export const hostStalls: Explanation = {
  concern: 'upkeep',
  title: 'This worker’s event loop stalls',
  meaning:
    'This worker itself stood still: in that time it could neither read data nor notice trouble. This says nothing about the suite’s own process.',
  causes: ['too much work on one processor', 'a machine that swaps or is paused', 'a fault of Pitwatch'],
  next: ['/memory', 'Give the worker a processor of its own', 'Move logins to another worker'],
};

export const memoryGrows: Explanation = {
  concern: 'upkeep',
  title: 'This worker’s memory grows',
  meaning:
    'The heap in use rises steadily over hours; everything Pitwatch keeps is bounded, so it should not.',
  causes: ['a leak in Pitwatch', 'listeners that are never removed'],
  next: ['/memory', 'Restart the worker at a quiet moment', 'Report it with the table of /memory'],
};

export const heapNearlyFull: Explanation = {
  concern: 'upkeep',
  title: 'This worker’s heap is nearly full',
  meaning:
    'The process crashes when its heap is full; another worker, if there is one, then takes its logins within seconds.',
  causes: ['a leak', 'too many suites on one worker', 'a heap limit set too low'],
  next: ['/memory', 'Restart the worker at a quiet moment', 'Spread the logins'],
};

export const listenersPileUp: Explanation = {
  concern: 'upkeep',
  title: 'Listeners pile up',
  meaning: 'Node warned of too many listeners on one emitter: some are never removed.',
  causes: ['a fault of Pitwatch'],
  next: ['/memory', 'Report it with the worker’s log'],
};

export const overBound: Explanation = {
  concern: 'upkeep',
  title: 'A ledger holds more than its bound',
  meaning: 'A list that should drop its oldest entries does not, so memory would grow without end.',
  causes: ['a fault of Pitwatch'],
  next: ['/memory', 'Restart the worker at a quiet moment', 'Report it with the table of /memory'],
};
