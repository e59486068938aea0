// What can be wrong with a hub's connection, told once for diagnostics, detectors and /explain.
import type { Explanation } from './diagnostic.ts';

export const hubDown: Explanation = {
  concern: 'sight',
  title: 'Hub is down',
  meaning: 'There is no live connection: no quotes or no order, position and fill events arrive.',
  causes: ['the socket was dropped', 'the gateway closed it or does not let us in', 'the network is cut'],
  next: ['Protect open positions on another device', '/connection', '/health'],
};

export const hubDropped: Explanation = {
  concern: 'sight',
  title: 'Hub connection was dropped',
  meaning:
    'The socket ended without a word from the gateway and is being opened again; its subscriptions are gone.',
  causes: ['a network cut', 'a restart of the gateway’s hub server'],
  next: ['Wait for the reconnect', 'Reconcile orders and positions afterwards', '/connection'],
};

export const hubClosedByServer: Explanation = {
  concern: 'sight',
  title: 'Gateway closed the hub',
  meaning:
    'The gateway sent a Close; common clients stay disconnected after it unless it allows a reconnect.',
  causes: ['maintenance', 'the session or the connection was ended by the gateway'],
  next: ['Check that the suite’s own client reconnected', 'Restart the suite if it did not'],
};

export const hubHalfOpen: Explanation = {
  concern: 'sight',
  title: 'Hub link is half-open',
  meaning: 'The socket looks connected, but nothing comes through it any more; many clients never notice.',
  causes: ['a network path that died without closing', 'a hung hub server'],
  next: ['Reconnect the hub', 'Restart the suite: its client may not notice by itself'],
};

export const hubCannotConnect: Explanation = {
  concern: 'sight',
  title: 'Hub cannot be opened',
  meaning: 'Negotiation, handshake or connecting fails again and again while REST may well answer.',
  causes: ['an outage of the hub server', 'a proxy that breaks WebSockets', 'maintenance'],
  next: [
    'Check the vendor’s status page',
    'Check that the hub URL is right',
    'Manage positions on the platform',
  ],
};

export const hubAuthFailed: Explanation = {
  concern: 'sight',
  title: 'Hub refuses the token',
  meaning: 'The hub answers 401: the token is expired, or not good for this hub.',
  causes: ['the token expired', 'the session was ended at the gateway', 'the user has no data entitlement'],
  next: ['Check the session with /connection', 'Log in again'],
};

export const hubClosed: Explanation = {
  concern: 'sight',
  title: 'Hub is closed for good',
  meaning: 'The connection ended and nobody opens it again.',
  causes: ['it was stopped on our side', 'the reconnects were given up'],
  next: ['Restart the worker that hosts this login'],
};

export const subscriptionsMissing: Explanation = {
  concern: 'sight',
  title: 'Connected, but nothing is subscribed',
  meaning:
    'Subscriptions belong to one connection; on this one the gateway acknowledged none, so nothing will come.',
  causes: [
    'a reconnect after which nobody subscribed again',
    'the gateway does not answer the subscriptions',
  ],
  next: ['Subscribe again or restart the suite', '/connection'],
};

export const subscriptionRefused: Explanation = {
  concern: 'sight',
  title: 'Subscription refused',
  meaning: 'The gateway answered a subscription with an error; that kind of event will not come.',
  causes: ['a wrong contract or account', 'a method the gateway does not know', 'a missing entitlement'],
  next: ['Read the gateway’s words in the evidence', 'Check the contract and the account'],
};

export const subscriptionWaiting: Explanation = {
  concern: 'sight',
  title: 'Subscription not acknowledged',
  meaning: 'A subscription was sent on this connection and the gateway has not answered it.',
  causes: ['a slow or stuck hub server', 'an answer that was lost'],
  next: ['Wait for the next try', 'Reconnect the hub if it stays so'],
};

export const zombie: Explanation = {
  concern: 'sight',
  title: 'Reconnected, but no data came back',
  meaning: 'The connection was lost and is up again, yet no event has arrived on it: it only looks healthy.',
  causes: ['nobody subscribed again', 'the gateway does not serve the new connection'],
  next: ['Reconnect the hub or restart the suite', 'Reconcile orders and positions', '/connection'],
};

export const reconnectLoop: Explanation = {
  concern: 'sight',
  title: 'Hub is in a reconnect loop',
  meaning: 'The connection is opened and lost again and again.',
  causes: ['a second session of the same user', 'a dead token', 'a closed market', 'an unstable network'],
  next: [
    'Look for a second session of this user',
    'Check the session with /connection',
    'Pause the suite until it holds',
  ],
};

export const reconnectingOften: Explanation = {
  concern: 'upkeep',
  title: 'Hub reconnects often',
  meaning: 'The connection was lost several times within an hour; each time events can be missed.',
  causes: ['an unstable network', 'a second session', 'restarts at the gateway'],
  next: ['Check the network of the worker', 'Reconcile orders and positions'],
};
