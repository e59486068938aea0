// What can be wrong on the way into the gateway, told once for diagnostics, detectors and /explain.
import type { Explanation } from './diagnostic.ts';

export const gatewayUnreachable: Explanation = {
  concern: 'access',
  title: 'Gateway is unreachable',
  meaning: 'The REST API does not answer at all, so orders, positions and data cannot be checked.',
  causes: [
    'the gateway is down',
    'the network or DNS of this worker is cut',
    'a firewall or proxy blocks it',
  ],
  next: [
    'Check the vendor’s status page',
    'Check the network of the worker',
    'Manage open positions on another device',
  ],
};

export const gatewayFailing: Explanation = {
  concern: 'access',
  title: 'Gateway is failing',
  meaning: 'Calls to the REST API fail: server errors, time-outs or answers that cannot be read.',
  causes: ['maintenance on the gateway (daily at 16:00 Chicago time)', 'an overload or outage at the vendor'],
  next: [
    'Wait a minute and run /health again',
    'Check the vendor’s status page',
    'Do not repeat orders blindly: an order may have gone through',
  ],
};

export const gatewaySlow: Explanation = {
  concern: 'upkeep',
  title: 'Gateway is slow',
  meaning:
    'REST answers take seconds, so orders sent now may arrive late or time out after they were accepted.',
  causes: ['load at the vendor', 'a slow network path from this worker'],
  next: ['Run /health again', 'Check positions after every order'],
};

export const sessionExpired: Explanation = {
  concern: 'access',
  title: 'Session has expired',
  meaning: 'The login’s token is no longer valid: REST answers 401 and a dropped hub cannot come back.',
  causes: ['the token’s 24 hours ran out and the renewal failed', 'the gateway ended the session'],
  next: [
    'Check that the API key is still valid',
    'Restart the suite so that it logs in again',
    '/connection',
  ],
};

export const sessionExpiring: Explanation = {
  concern: 'upkeep',
  title: 'Session is about to expire',
  meaning:
    'The token expires soon and no new one has replaced it; after that REST calls and reconnects fail.',
  causes: ['renewal calls are failing', 'the gateway does not issue a new token'],
  next: ['Check the API key and the platform login', 'Be ready to log in again'],
};

export const renewalFailing: Explanation = {
  concern: 'upkeep',
  title: 'Session renewal fails',
  meaning: 'The token still works, but renewing it failed; the session ends when the token expires.',
  causes: ['the gateway refuses or does not answer the renewal', 'the API key was withdrawn'],
  next: ['Check the API key', 'Watch the time left on the token'],
};

export const noSession: Explanation = {
  concern: 'access',
  title: 'No session yet',
  meaning: 'This login has no token, so nothing on it can be watched.',
  causes: ['the gateway does not answer the login', 'this worker has only just taken the login'],
  next: ['Run /health again in a few seconds', 'Check the vendor’s status page'],
};

export const credentialsRefused: Explanation = {
  concern: 'access',
  title: 'Login refused: user name or API key',
  meaning: 'The gateway does not accept this user name with this API key.',
  causes: ['a wrong or replaced API key', 'an e-mail address where the platform user name is wanted'],
  next: ['Compare the user name with the platform’s', 'Make a new API key and set it in the environment'],
};

export const agreementsNotSigned: Explanation = {
  concern: 'access',
  title: 'Login refused: agreements not signed',
  meaning: 'The gateway wants agreements signed on the platform before the API may be used.',
  causes: ['new market-data or user agreements'],
  next: ['Log in to the platform in a browser and sign them'],
};

export const apiAccessMissing: Explanation = {
  concern: 'access',
  title: 'Login refused: no API subscription',
  meaning: 'The user has no active API subscription at the gateway.',
  causes: ['the subscription ended or was never bought'],
  next: ['Renew the API subscription on the platform'],
};

export const apiKeyDisabled: Explanation = {
  concern: 'access',
  title: 'Login refused: API keys disabled',
  meaning: 'Login by API key is switched off for this user.',
  causes: ['disabled by the user, the firm or the vendor'],
  next: ['Switch API key authentication on in the platform’s settings', 'Ask the firm’s support'],
};

export const loginRefused: Explanation = {
  concern: 'access',
  title: 'Login refused',
  meaning: 'The gateway refuses the login, and not because of the key.',
  causes: ['an account, device or app problem at the gateway', 'an unknown error there'],
  next: ['Log in to the platform in a browser', 'Ask the firm’s support with the code shown'],
};

export const hubTokenExpired: Explanation = {
  concern: 'access',
  title: 'Hub runs on an expired token',
  meaning:
    'A renewal does not reach a hub that is already open: this one was opened with a token that has expired.',
  causes: ['the session was renewed, but the hub connection was not reopened'],
  next: [
    'Expect the gateway to close it at any time',
    'Restart the suite’s hub connections at a quiet moment',
    'Restart this worker if the finding stays',
  ],
};

export const hubTokenExpiring: Explanation = {
  concern: 'upkeep',
  title: 'Hub’s token expires soon',
  meaning: 'The token this hub was opened with expires soon; the gateway may then close the connection.',
  causes: ['a long-lived connection', 'a renewal that did not reopen the hub'],
  next: [
    'Restart the suite’s hub connections before the token expires',
    'Restart this worker if the finding stays',
  ],
};

export const secondSession: Explanation = {
  concern: 'access',
  title: 'Logged out, probably by a second session',
  meaning:
    'The gateway announced a logout, then the connection closed or its data stopped; exchange rules allow one market-data device at a time.',
  causes: ['the same user signed in on another device, platform or bot', 'the gateway ended the session'],
  next: ['Find the other session of this user and close one of the two', 'Use observe: rest for this suite'],
};

export const logoutNotice: Explanation = {
  concern: 'upkeep',
  title: 'Logout notice from the gateway',
  meaning: 'GatewayLogout came, but connection and data carried on; by itself it is only a warning.',
  causes: ['another sign-in of the same user', 'a notice without consequences'],
  next: ['Check for a second session of this user', '/connection'],
};

export const logoutStorm: Explanation = {
  concern: 'access',
  title: 'Storm of logout notices',
  meaning: 'The gateway keeps sending GatewayLogout while the connection stays up.',
  causes: ['two competing sessions of one user', 'a fault at the gateway'],
  next: ['Close the second session of this user', 'Do not reconnect because of the notices alone'],
};
