// The catalogue entries of the faults whose behaviour lies in fault-actions, fault-effects, shapes and the hubs themselves.
import { choice, type CataloguedFault, contract, flag, hub, ms, text } from './fault.ts';

const down = flag(
  'down',
  false,
  'Also refuse every new connection to the hub (HTTP 503) until the fault ends. `refuse` is another word for it.',
);

export const groupedFaults: readonly CataloguedFault[] = [
  {
    fault: 'F1',
    name: 'Drop the hub',
    lasts: 'once',
    description:
      'Kills the sockets without a word (close code 1006). The server stays up, so clients come back without their subscriptions; with `down` the hub stays away until the fault ends.',
    parameters: [hub(), down],
  },
  {
    fault: 'F2',
    name: 'Close the hub politely',
    lasts: 'once',
    description:
      'Sends a SignalR Close frame. Without `allowReconnect` the official client stays disconnected for good.',
    parameters: [
      hub(),
      flag('allowReconnect', false, 'Tell the client that it may come back.'),
      text('error', 'The text of the Close frame.'),
      down,
    ],
  },
  {
    fault: 'F3',
    name: 'Half-open socket',
    lasts: 'lasting',
    description:
      'The socket stays up, but nothing is sent, read or answered: no frames, no pings, no pongs. Hits the connections that are open when it starts.',
    parameters: [hub(), flag('newConnections', false, 'Also hit connections made while it lasts.')],
  },
  {
    fault: 'F12',
    name: 'Token expires',
    lasts: 'lasting',
    description:
      'Every token given out so far counts as expired: REST answers 401, new hub connections are refused. A fresh login works unless `relogin` is off.',
    parameters: [
      flag('close', false, 'Close the sockets that were opened with those tokens (else they survive).'),
      flag('relogin', true, 'A fresh loginKey works.'),
    ],
  },
  {
    fault: 'F13',
    name: 'REST in trouble',
    lasts: 'lasting',
    description:
      'REST answers 429, 500, 502 or 503, or answers late, or takes the request and never answers.',
    parameters: [
      {
        name: 'status',
        kind: 'choice',
        choices: [429, 500, 502, 503],
        description:
          'HTTP status instead of the answer. Missing with a delay = only slow; missing without = 503.',
      },
      {
        name: 'retryAfter',
        kind: 'number',
        min: 0,
        max: 86_400,
        description: 'Retry-After in seconds. Missing = no such header.',
      },
      ms('delayMs', undefined, 'Answer so late.'),
      flag('afterAccept', false, 'Carry the request out, but never answer it.'),
      text('path', 'Only paths that hold this text, such as /Order/place.'),
    ],
  },
  {
    fault: 'F14',
    name: 'Login refused',
    lasts: 'lasting',
    description:
      'Login answers an error code: 3 wrong credentials, 7 agreements not signed, 9 no API subscription, 10 API keys switched off; validate answers 3 expired.',
    parameters: [
      choice('code', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 3, 'The errorCode.'),
      choice('endpoint', ['login', 'validate'], 'login', 'Which call refuses.'),
    ],
  },
  {
    fault: 'F15',
    name: 'GatewayLogout',
    lasts: 'once',
    description:
      'Sends the undocumented GatewayLogout event: alone, followed by a close, or again and again.',
    parameters: [
      hub(),
      choice('mode', ['alone', 'then-close', 'storm'], 'alone', 'What comes with it.'),
      text('message', 'Argument of the event. Missing = none.'),
      ms('everyMs', 1000, 'For the storm: one each so many ms.'),
      ms('delayMs', 1000, 'For then-close: close so much later.'),
      flag('allowReconnect', false, 'For then-close: may the client come back.'),
    ],
  },
  {
    fault: 'F16',
    name: 'Second session',
    lasts: 'lasting',
    description:
      'One device at a time: while it lasts, a new connection to the hub throws out the older ones of the same user. With `phantom` somebody signs in elsewhere at once and throws out those that are open.',
    parameters: [
      hub('market'),
      flag('phantom', false, 'Throw out the open connections now.'),
      flag('notice', true, 'Send GatewayLogout first.'),
    ],
  },
  {
    fault: 'F17',
    name: 'Other shapes',
    lasts: 'lasting',
    description:
      'Payloads change their shape: single objects for arrays, user events without their wrapper, unknown or missing members, nulls, integers for decimals, times without a zone, enum values outside the tables.',
    parameters: [
      {
        ...choice(
          'shape',
          [
            'object',
            'flat',
            'unknown-members',
            'missing-members',
            'nulls',
            'integers',
            'naive-times',
            'unknown-enums',
          ],
          'object',
          'Which change.',
        ),
        required: true,
      },
      hub(),
      contract,
      flag('rest', true, 'Also change REST rows (all but object and flat).'),
    ],
  },
  {
    fault: 'F26',
    name: 'Cannot connect',
    lasts: 'lasting',
    description:
      'New hub connections fail: negotiate and the upgrade answer 503, 401 or something that is not SignalR, the handshake is refused, or never answered.',
    parameters: [
      hub(),
      choice(
        'mode',
        ['negotiate-503', 'negotiate-401', 'wrong-json', 'handshake-error', 'handshake-silence'],
        'negotiate-503',
        'How it fails.',
      ),
      text('error', 'Text of the handshake error.'),
    ],
  },
  {
    fault: 'F27',
    name: 'Odd framing',
    lasts: 'lasting',
    description:
      'Messages are split over frames, many come in one frame, one is far oversized, or the end mark 0x1E is missing.',
    parameters: [
      hub(),
      choice('mode', ['split', 'batched', 'oversized', 'no-terminator'], 'split', 'How frames are cut.'),
    ],
  },
  {
    fault: 'F29',
    name: 'Reconnect storm',
    lasts: 'lasting',
    description: 'Kills the sockets again and again.',
    parameters: [hub(), { ...ms('everyMs', 5000, 'One kill each so many ms.'), min: 50 }],
  },
  {
    fault: 'F30',
    name: 'Maintenance',
    lasts: 'lasting',
    description:
      'What happens at 16:00 Chicago time: the feed stops, some connections are closed, placing an order answers code 5. It resumes when the fault ends.',
    parameters: [choice('close', ['some', 'all', 'none'], 'some', 'Which connections are closed.')],
  },
];
