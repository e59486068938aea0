// What a worker holds: its process over hours, and every bounded place of the login’s ledgers.
import type { Exhibitor, TableExhibit } from '../domain/exhibit.ts';
import { growthAfterMs, growthOf, growthText, megabytes } from '../domain/host-look.ts';
import type { HostSample } from '../domain/host-view.ts';
import { spanText } from '../domain/span.ts';
import type { LoginView } from '../domain/suite.ts';

const shown = 20;

export default {
  name: 'memory',
  scope: 'login',
  show({ login }, { now }) {
    return [hostTable(login, now), ledgerTable(login)];
  },
} satisfies Exhibitor;

function hostTable({ host, worker }: LoginView, now: number): TableExhibit {
  const title = `Process of worker ${worker}`;
  const columns = ['what', 'now', 'growth'];
  const last = host.samples.at(-1);
  if (host.measuredSinceAt === undefined || last === undefined) {
    return { kind: 'table', title, columns, rows: [], note: 'This worker does not measure itself.' };
  }
  const row = (what: string, member: Exclude<keyof HostSample, 'at'>, of = ''): readonly string[] => {
    const growth = growthOf(host, member);
    return [what, `${megabytes(last[member])}${of}`, growth === undefined ? '?' : growthText(growth)];
  };
  const { loop, stalls } = host;
  const handles = Object.entries(host.handles).sort((a, b) => b[1] - a[1]);
  const stall = stalls.at(-1);
  return {
    kind: 'table',
    title,
    columns,
    rows: [
      row('heap in use', 'heapUsed', ` of ${megabytes(host.heapLimit)}`),
      row('resident', 'rss'),
      row('buffers', 'external'),
      [
        'event loop late',
        loop === undefined
          ? '?'
          : `p99 ${spanText(loop.p99Ms)}, worst ${spanText(loop.maxMs)}; ${Math.round(loop.busy * 100)} % busy`,
        '',
      ],
      [
        'stalls over 1 s',
        stall === undefined
          ? '0'
          : `${stalls.length}, last ${spanText(stall.ms)}, ${spanText(now - stall.at)} ago`,
        '',
      ],
      [
        'open handles',
        handles
          .slice(0, 4)
          .map(([kind, count]) => `${count} ${kind}`)
          .join(', '),
        '',
      ],
      ['listener warnings', String(host.listenerWarnings), ''],
    ],
    note: `Measured for ${spanText(now - host.measuredSinceAt)}; growth (?) is known after ${spanText(growthAfterMs)}. This is Pitwatch’s own process; the suite’s cannot be seen from here.`,
  };
}

function ledgerTable(login: LoginView): TableExhibit {
  const retained = [...login.speed().retained].sort((a, b) => b.entries / b.bound - a.entries / a.bound);
  const left = retained.length - shown;
  return {
    kind: 'table',
    title: `Kept of login ${login.login}`,
    columns: ['what', 'entries', 'at most'],
    rows: retained.slice(0, shown).map(({ what, entries, bound }) => [what, String(entries), String(bound)]),
    note:
      retained.length === 0
        ? 'Nothing is kept yet.'
        : `Fullest first${left > 0 ? `; ${left} emptier ones are left out` : ''}. At its bound a place forgets its oldest entry.`,
  };
}
