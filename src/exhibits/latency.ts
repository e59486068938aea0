// How long the gateway takes for each kind of question, now beside before, and how much of the allowance that is.
import type { Exhibitor, TableExhibit } from '../domain/exhibit.ts';
import { openedHubs } from '../domain/look.ts';
import { spanText } from '../domain/span.ts';
import type { PaceView, Spread } from '../domain/speed-view.ts';
import type { LoginView } from '../domain/suite.ts';

export default {
  name: 'latency',
  scope: 'login',
  show({ login }, { now }) {
    const speed = login.speed();
    const hubs = openedHubs(login).flatMap((hub) => [
      { ...speed.invokes[hub], name: `${hub} hub: call` },
      { ...speed.pings[hub], name: `${hub} hub: ping` },
    ]);
    const paces = [...[...speed.rest].sort((a, b) => (a.name < b.name ? -1 : 1)), ...hubs];
    const table: TableExhibit = {
      kind: 'table',
      title: `Latency of login ${login.login}`,
      columns: ['question', 'n', 'p50', 'p95', 'p99', 'before p95 (n)', 'failed'],
      rows: paces.filter(wasAsked).map(rowOf),
      note: `The last ${spanText(speed.recentMs)} (– = none) beside everything before, measured for ${spanText(now - speed.measuredSinceAt)}; values within 8 %. A call on the user hub is a subscription sent again once a minute.`,
    };
    return [table, allowance(login, now)];
  },
} satisfies Exhibitor;

function wasAsked({ recent, before, recentFailed, beforeFailed }: PaceView): boolean {
  return recent !== undefined || before !== undefined || recentFailed + beforeFailed > 0;
}

function rowOf({ name, recent, before, recentFailed }: PaceView): readonly string[] {
  const of = (spread: Spread | undefined, value: (spread: Spread) => number): string =>
    spread === undefined ? '–' : spanText(value(spread));
  return [
    name,
    String(recent?.count ?? 0),
    of(recent, ({ p50Ms }) => p50Ms),
    of(recent, ({ p95Ms }) => p95Ms),
    of(recent, ({ p99Ms }) => p99Ms),
    before === undefined ? '–' : `${spanText(before.p95Ms)} (${before.count})`,
    String(recentFailed),
  ];
}

function allowance(login: LoginView, now: number): TableExhibit {
  const { meter } = login;
  const { pausedUntil, pingsReused } = login.speed();
  const last = meter.tooMany.at(-1);
  return {
    kind: 'table',
    title: 'Our share of the requests',
    columns: ['what', 'used', 'ours at most', 'gateway’s limit'],
    rows: [
      [
        `all calls, ${spanText(meter.windowMs)}`,
        String(meter.used),
        String(meter.share),
        String(meter.allowance),
      ],
      ['bars, 30 s', String(meter.historyUsed), String(meter.historyShare), '50'],
      ['put off by us', String(meter.withheld), '', ''],
      [
        '429 answers kept',
        String(meter.tooMany.length),
        '',
        last === undefined ? 'none yet' : `last ${spanText(now - last.at)} ago`,
      ],
      ['pause after a 429', pausedUntil === undefined ? 'no' : `${spanText(pausedUntil - now)} left`, '', ''],
      ['pings answered again', String(pingsReused), '', ''],
    ],
    note: 'Only our own calls can be seen; what other programs of this user spend shows as 429 answers while we are far below the limit.',
  };
}
