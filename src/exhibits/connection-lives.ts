// The lives of both hub connections: when each was opened, how long it held, and how it ended.
import type { Exhibitor, TableExhibit } from '../domain/exhibit.ts';
import { openedHubs } from '../domain/look.ts';
import { spanText } from '../domain/span.ts';

const shown = 8;

export default {
  name: 'connection-lives',
  scope: 'login',
  show({ login }, { now }) {
    return openedHubs(login).map((name): TableExhibit => {
      const { connections, pongRttMs } = login.hubs[name];
      const newest = connections.slice(-shown).reverse();
      const earlier = connections.length - newest.length;
      const rtt = pongRttMs === undefined ? '' : ` A ping takes ${spanText(pongRttMs)}.`;
      return {
        kind: 'table',
        title: `Connections of the ${name} hub`,
        columns: ['opened', 'held', 'events', 'ended by'],
        rows: newest.map(({ openedAt, closedAt, drop, events }) => [
          `${spanText(now - openedAt)} ago`,
          spanText((closedAt ?? now) - openedAt),
          String(events),
          closedAt === undefined ? 'open' : (drop?.reason ?? 'unknown'),
        ]),
        note:
          newest.length === 0
            ? 'No connection has been open yet.'
            : `${earlier > 0 ? `${earlier} earlier ones are left out.` : 'These are all since this worker took the login.'}${rtt}`,
      };
    });
  },
} satisfies Exhibitor;
