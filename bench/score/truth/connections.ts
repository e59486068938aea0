// The truth about faults of hubs, session and REST (F1-F5, F12-F17, F26, F27, F29, F30).
import { always, harmless, minuteMs, type Params, pick, type ScoredFault } from './scored.ts';

const market: Params = { hub: 'market' };
const user: Params = { hub: 'user' };
const mutePatienceMs = 15_000;

/** A hub that was dropped and refuses to be opened again is both. */
const away = ['hub-dropped', 'hub-cannot-connect'] as const;

export const connectionFaults: readonly ScoredFault[] = [
  {
    name: 'F1 market hub away',
    inject: always({ fault: 'F1', ...market, down: true }),
    right: away,
    knowableMs: 0,
    watchMs: 15_000,
    critical: true,
  },
  {
    name: 'F1 user hub away',
    inject: always({ fault: 'F1', ...user, down: true }),
    right: away,
    knowableMs: 0,
    watchMs: 15_000,
    critical: true,
  },
  {
    name: 'F1 both hubs away',
    inject: always({ fault: 'F1', down: true }),
    right: away,
    knowableMs: 0,
    watchMs: 15_000,
    critical: true,
  },
  {
    name: 'F2 Close, final',
    inject: (draw) => [{ fault: 'F2', ...pick(draw, [market, user]), down: true }],
    right: ['hub-closed-by-server', 'hub-cannot-connect'],
    knowableMs: 0,
    watchMs: 15_000,
    critical: true,
  },
  {
    name: 'F2 Close, may come back, hub away',
    inject: (draw) => [{ fault: 'F2', ...pick(draw, [market, user]), allowReconnect: true, down: true }],
    right: ['hub-closed-by-server', ...away],
    knowableMs: 0,
    watchMs: 15_000,
    critical: true,
  },
  {
    name: 'F3 half-open',
    inject: (draw) => [{ fault: 'F3', ...pick(draw, [market, user]), newConnections: true }],
    right: ['hub-half-open', 'hub-cannot-connect'],
    // Every new connection dies as soon: five in a row are a loop.
    also: ['reconnect-loop'],
    knowableMs: 0,
    watchMs: 30_000,
    critical: true,
  },
  {
    name: 'F4 dead feed',
    inject: always({ fault: 'F4', ...market }),
    right: ['feed-mute'],
    knowableMs: mutePatienceMs,
    watchMs: minuteMs,
    critical: true,
  },
  // One contract alone falls silent: whether it was rolled shows only when it is looked up.
  {
    name: 'F5 one contract',
    inject: (draw) => [{ fault: 'F5', contract: pick(draw, ['MNQ', 'ES']) }],
    right: ['contract-mute'],
    knowableMs: mutePatienceMs,
    watchMs: minuteMs,
    critical: true,
  },
  {
    name: 'F5 one kind stops',
    inject: (draw) => [
      {
        fault: 'F5',
        kind: pick(draw, ['quote', 'trade', 'depth']),
        ...pick(draw, [{}, { contract: 'MNQ' }]),
      },
    ],
    right: ['stream-stopped'],
    knowableMs: 1.5 * mutePatienceMs,
    watchMs: 90_000,
  },
  // A side that stands still shows once the market has left it, or has come upon it: then the book crosses, or locks.
  {
    name: 'F5 one side',
    inject: (draw) => [{ fault: 'F5', side: pick(draw, ['bid', 'ask']) }],
    right: ['book-frozen', 'book-crossed', 'book-locked'],
    also: ['depth-broken'],
    knowableMs: 5_000,
    watchMs: 4 * minuteMs,
  },
  {
    name: 'F12 token expires',
    inject: (draw) => [{ fault: 'F12', relogin: false, close: draw() < 0.5 }],
    right: ['session-expired', 'no-session', 'credentials-refused', 'login-refused'],
    knowableMs: 0,
    watchMs: minuteMs,
    critical: true,
  },
  // A server that answers with errors is failing; one that never answers in time is not reachable: from outside both are one outage.
  {
    name: 'F13 server errors',
    inject: (draw) => [{ fault: 'F13', status: pick(draw, [500, 502, 503]) }],
    right: ['gateway-failing', 'gateway-unreachable'],
    also: ['requests-failing'],
    knowableMs: 0,
    watchMs: minuteMs,
    critical: true,
  },
  {
    name: 'F13 429',
    inject: (draw) => [{ fault: 'F13', status: 429, ...pick(draw, [{}, { retryAfter: 10 }]) }],
    right: ['rate-limited'],
    also: ['requests-failing'],
    knowableMs: 0,
    watchMs: minuteMs,
  },
  // Beyond our own patience a slow answer is no answer.
  {
    name: 'F13 slow answers',
    inject: (draw) => [{ fault: 'F13', delayMs: 5_000 + Math.floor(draw() * 35_000) }],
    right: ['gateway-slow', 'gateway-unreachable', 'gateway-failing'],
    also: ['requests-failing', 'rest-slower'],
    knowableMs: 5_000,
    watchMs: minuteMs,
  },
  ...(
    [
      [3, 'credentials-refused'],
      [7, 'agreements-not-signed'],
      [9, 'api-access-missing'],
      [10, 'api-key-disabled'],
    ] as const
  ).map(
    ([code, label]): ScoredFault => ({
      name: `F14 login refused, ${code}`,
      inject: always({ fault: 'F14', code }, { fault: 'F12' }),
      // Credentials that worked until the token ended cannot be told from a session that may not be replaced.
      right: code === 3 ? [label, 'session-expired'] : [label],
      also: ['session-expired'],
      knowableMs: 0,
      watchMs: 90_000,
      critical: true,
    }),
  ),
  {
    name: 'F15 logout alone',
    inject: (draw) => [{ fault: 'F15', mode: 'alone', ...pick(draw, [market, user]) }],
    right: ['logout-notice'],
    knowableMs: 0,
    watchMs: 15_000,
  },
  // A notice followed by the end of the connection is what signing in elsewhere looks like; a final close stands beside it.
  {
    name: 'F15 logout, then close',
    inject: always({ fault: 'F15', mode: 'then-close', ...market }),
    right: ['second-session', 'logout-notice', 'hub-closed-by-server'],
    knowableMs: 0,
    watchMs: 15_000,
    critical: true,
  },
  {
    name: 'F15 logout storm',
    inject: (draw) => [{ fault: 'F15', mode: 'storm', everyMs: 500 + Math.floor(draw() * 2_000), ...market }],
    right: ['logout-storm', 'logout-notice', 'second-session'],
    knowableMs: 0,
    watchMs: minuteMs,
    critical: true,
  },
  {
    name: 'F16 second session',
    inject: always({ fault: 'F16', phantom: true, ...market }),
    right: ['second-session'],
    knowableMs: 0,
    watchMs: minuteMs,
    critical: true,
  },
  // Both spellings of one thing are understood; to tell them is right as well.
  {
    name: 'F17 other spelling',
    inject: (draw) => [{ fault: 'F17', shape: pick(draw, ['object', 'flat']) }],
    right: [harmless, 'odd-payload'],
    knowableMs: 0,
    watchMs: 20_000,
  },
  {
    name: 'F17 unknown members',
    inject: always({ fault: 'F17', shape: 'unknown-members' }),
    right: ['odd-payload'],
    knowableMs: 0,
    watchMs: 20_000,
  },
  {
    // A quote may lack any member, a print or a level may not: the suite's own books then lack something.
    name: 'F17 missing members, nulls',
    inject: (draw) => [{ fault: 'F17', shape: pick(draw, ['missing-members', 'nulls']), ...market }],
    right: ['odd-payload'],
    knowableMs: 0,
    watchMs: 20_000,
  },
  {
    name: 'F17 integers, naive times',
    inject: (draw) => [{ fault: 'F17', shape: pick(draw, ['integers', 'naive-times']), ...market }],
    right: [harmless, 'odd-payload'],
    knowableMs: 0,
    watchMs: 20_000,
  },
  ...(['negotiate-503', 'negotiate-401', 'wrong-json', 'handshake-error', 'handshake-silence'] as const).map(
    (mode): ScoredFault => ({
      name: `F26 ${mode}`,
      inject: (draw) => {
        const hub = pick(draw, [market, user]);
        return [
          { fault: 'F26', mode, ...hub },
          { fault: 'F1', ...hub },
        ];
      },
      right: mode === 'negotiate-401' ? ['hub-auth-failed', ...away] : away,
      knowableMs: 0,
      watchMs: minuteMs,
      critical: true,
    }),
  ),
  {
    name: 'F27 odd framing',
    inject: (draw) => [{ fault: 'F27', mode: pick(draw, ['split', 'no-terminator']), ...market }],
    right: ['odd-framing', 'odd-payload'],
    knowableMs: 0,
    watchMs: 30_000,
  },
  // Many messages in a frame, or one that is large, is the protocol as it may be.
  {
    name: 'F27 batched, oversized',
    inject: (draw) => [{ fault: 'F27', mode: pick(draw, ['batched', 'oversized']), ...market }],
    right: [harmless, 'odd-framing'],
    knowableMs: 0,
    watchMs: 20_000,
  },
  // Between two cuts the hub is away; five short lives in a row are a loop.
  {
    name: 'F29 storm',
    inject: (draw) => [
      { fault: 'F29', ...pick(draw, [market, user]), everyMs: 1_000 + Math.floor(draw() * 7_000) },
    ],
    right: ['reconnect-loop', 'hub-dropped', 'second-session'],
    also: ['hub-cannot-connect'],
    knowableMs: 0,
    watchMs: 90_000,
    critical: true,
  },
  // A halt that no calendar tells is a dead feed to whoever looks on; where connections were closed, one without data.
  {
    name: 'F30 maintenance in mid-session',
    inject: (draw) => [{ fault: 'F30', close: pick(draw, ['some', 'all', 'none']) }],
    right: ['feed-mute', 'zombie', 'hub-dropped'],
    knowableMs: mutePatienceMs,
    watchMs: minuteMs,
    critical: true,
  },
];
