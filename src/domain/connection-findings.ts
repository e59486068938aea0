// What can be wrong with a hub's connection, told once for diagnostics, detectors and /explain.
import type { Explanation } from './diagnostic.ts';

export const hubDown: Explanation = {
  concern: 'sight',
  title: 'Hub is down',
  meaning:
    'There is no live connection. Market hub: no prices arrive. User hub: no order, position or fill events arrive.',
  causes: ['the socket was dropped', 'the gateway closed it or refuses the connection', 'the network is cut'],
  next: ['Check positions and stops on the platform', '/connection', '/health'],
};

export const hubDropped: Explanation = {
  concern: 'sight',
  title: 'Hub connection was dropped',
  meaning:
    'The socket broke without notice from the gateway and is being reopened; its subscriptions are gone.',
  causes: ['a network cut', 'a restart of the gateway’s hub server'],
  next: ['Wait for the reconnect', 'Reconcile orders and positions afterwards', '/connection'],
};

export const hubClosedByServer: Explanation = {
  concern: 'sight',
  title: 'Gateway closed the hub',
  meaning: 'The gateway sent a Close; unless it allows a reconnect, common clients then stay disconnected.',
  causes: ['maintenance', 'the session or the connection was ended by the gateway'],
  next: ['Check that the suite’s own client reconnected', 'Restart the suite if it did not'],
};

export const hubHalfOpen: Explanation = {
  concern: 'sight',
  title: 'Hub link is half-open',
  meaning: 'The socket looks connected, but nothing comes through any more; many clients never notice.',
  causes: ['a network path that died without closing', 'a hung hub server'],
  next: ['Restart the suite’s hub connection: its client may not notice by itself', '/connection'],
};

export const hubCannotConnect: Explanation = {
  concern: 'sight',
  title: 'Hub cannot be opened',
  meaning: 'Connecting, negotiation or handshake keeps failing, even if REST answers.',
  causes: ['an outage of the hub server', 'a proxy that breaks WebSockets', 'maintenance'],
  next: [
    'Check the vendor’s status page',
    'Check that the hub URL is right',
    'Manage positions on the platform',
  ],
};

export const negotiateBroken: Explanation = {
  concern: 'sight',
  title: 'Hub does not negotiate',
  meaning:
    'The step before a hub connection (SignalR negotiate) fails. Connections that are open, and clients that skip the step, go on; others cannot connect again.',
  causes: ['a broken hub server behind a living gateway', 'a proxy that answers in its place'],
  next: [
    'Do not restart a suite that runs: it may not come back',
    'Check the vendor’s status page',
    'Set the suite’s client to skip negotiation where it can',
  ],
};

export const hubAuthFailed: Explanation = {
  concern: 'sight',
  title: 'Hub refuses the token',
  meaning: 'The hub answers 401: the token has expired, or is not valid for this hub.',
  causes: ['the token expired', 'the session was ended at the gateway', 'the user has no data entitlement'],
  next: ['Check the session with /connection', 'Log in again'],
};

export const hubClosed: Explanation = {
  concern: 'sight',
  title: 'Hub is closed for good',
  meaning: 'The connection ended and nothing reopens it.',
  causes: ['it was stopped on our side', 'reconnecting was given up'],
  next: ['Restart the worker that hosts this login'],
};

export const subscriptionsMissing: Explanation = {
  concern: 'sight',
  title: 'Connected, but nothing is subscribed',
  meaning:
    'Subscriptions belong to one connection; the gateway acknowledged none on this one, so no events will arrive.',
  causes: ['a reconnect without subscribing again', 'the gateway does not answer the subscriptions'],
  next: ['Restart the suite’s hub connection so that it subscribes again', '/connection'],
};

export const subscriptionRefused: Explanation = {
  concern: 'sight',
  title: 'Subscription refused',
  meaning: 'The gateway answered a subscription with an error; events of that kind will not arrive.',
  causes: ['a wrong contract or account', 'a method the gateway does not know', 'a missing entitlement'],
  next: ['Read the gateway’s error in the evidence', 'Check the contract and the account'],
};

export const subscriptionWaiting: Explanation = {
  concern: 'sight',
  title: 'Subscription not acknowledged',
  meaning: 'A subscription was sent on this connection and the gateway has not answered it.',
  causes: ['a slow or stuck hub server', 'an answer that was lost'],
  next: ['Wait for the next try', 'Restart the suite’s hub connection if this persists'],
};

export const zombie: Explanation = {
  concern: 'sight',
  title: 'Reconnected, but no data came back',
  meaning: 'The connection was lost and is up again, but no event has arrived on it: it only looks healthy.',
  causes: ['the subscriptions were not renewed', 'the gateway does not serve the new connection'],
  next: ['Restart the suite’s hub connection', 'Reconcile orders and positions', '/connection'],
};

export const reconnectLoop: Explanation = {
  concern: 'sight',
  title: 'Hub is in a reconnect loop',
  meaning: 'The connection keeps opening and dropping.',
  causes: ['a second session of the same user', 'a dead token', 'a closed market', 'an unstable network'],
  next: [
    'Look for a second session of this user',
    'Check the session with /connection',
    'Pause the suite until the connection holds',
  ],
};

export const reconnectingOften: Explanation = {
  concern: 'upkeep',
  title: 'Hub reconnects often',
  meaning: 'The connection was lost several times within an hour; each time events can be missed.',
  causes: ['an unstable network', 'a second session', 'restarts at the gateway'],
  next: ['Check the network of the worker', 'Reconcile orders and positions'],
};
