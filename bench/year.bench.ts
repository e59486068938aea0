// `npm run bench -- year`: a year of the exchange's calendar, look by look: what wakes people while the market is closed, and on a healthy day.
import { loadDetectors, loadDiagnostics } from '../src/catalogue.ts';
import { cmeCalendars } from '../src/domain/cme-calendar.ts';
import { phaseAt } from '../src/domain/session-clock.ts';
import type { LoginView, SuiteView } from '../src/domain/suite.ts';
import { startThresholds } from '../src/domain/thresholds.ts';
import { makeAlarm } from '../src/flows/alarm.ts';
import { alarmsOf } from '../src/flows/diagnosed.ts';
import { sightLogin } from '../src/flows/sight.ts';
import { makeLog } from '../src/log.ts';
import { fakeLogin, lostHub, type FakeLogin } from '../test/fakes/view.ts';
import { keep } from './measure.ts';

const stepMs = 15 * 60_000;
const from = Date.parse('2026-01-01T00:00:00Z');
const until = Date.parse('2027-01-01T00:00:00Z');
const instruments = ['MNQ', 'ES', 'CL', 'ZB'] as const;
const detectors = [...(await loadDetectors()), ...alarmsOf(await loadDiagnostics())].filter(
  ({ watches }) => watches === 'login',
);
const log = makeLog('silent');
const market = (now: number) => (suite: SuiteView) => phaseAt(cmeCalendars, suite.spec.instrument, now);

interface Counted {
  looks: number;
  /** Pages told while every market was closed. */
  closed: number;
  /** Pages told while one was open. */
  open: number;
  readonly said: string[];
}

/** Walks the year; `seen` is how the login looks at an instant whose markets are all closed or not. */
function walk(seen: (now: number, isClosed: boolean) => LoginView): Counted {
  const counted: Counted = { looks: 0, closed: 0, open: 0, said: [] };
  const alarm = makeAlarm({
    thresholds: startThresholds,
    stakes: (suites) =>
      last.suites
        .filter(({ spec }) => suites.includes(spec.name))
        .map(({ spec, contract, exposure }) => ({ suite: spec.name, contract: contract?.name, exposure })),
  });
  let last = seen(from, true);
  for (let now = from; now < until; now += stepMs) {
    const isClosed = instruments.every((one) => phaseAt(cmeCalendars, one, now).kind === 'closed');
    // Twice, so that whatever has a grace outlives it.
    for (const at of [now, now + 30_000]) {
      last = seen(at, isClosed);
      const sightings = sightLogin(
        detectors,
        last,
        { now: at, thresholds: startThresholds, market: market(at) },
        log,
      );
      const { firing } = alarm.look(sightings, at);
      counted.looks += 1;
      for (const alert of firing) {
        if (isClosed) counted.closed += 1;
        else counted.open += 1;
        if (counted.said.length < 5) counted.said.push(`${new Date(at).toISOString()} ${alert.summary}`);
      }
    }
  }
  return counted;
}

const suitesAt = (now: number, held: boolean): NonNullable<FakeLogin['suites']> =>
  instruments.map((instrument) => {
    const phase = phaseAt(cmeCalendars, instrument, now);
    const silentMs = phase.kind === 'open' ? 300 : now - phase.closedAt;
    const exposure = { kind: 'unprotected', side: 'long', size: 1, uncovered: 1 } as const;
    return held && instrument === 'MNQ' ? { instrument, silentMs, exposure } : { instrument, silentMs };
  });
/** The gateway's maintenance: both hubs gone for a while (F30). */
const maintenance = (now: number, isClosed: boolean): Pick<FakeLogin, 'market' | 'user'> =>
  isClosed ? { market: lostHub(now - 120_000), user: lostHub(now - 120_000) } : {};

const healthy = walk((now) => fakeLogin(now, { suites: suitesAt(now, false) }));
const flat = walk((now, isClosed) =>
  fakeLogin(now, { ...maintenance(now, isClosed), suites: suitesAt(now, false) }),
);
const exposed = walk((now, isClosed) =>
  fakeLogin(now, { ...maintenance(now, isClosed), suites: suitesAt(now, true) }),
);
const line = (name: string, { looks, closed, open }: Counted): string =>
  `| ${name} | ${looks} | ${closed} | ${open} |`;

keep('year', 'A year of sessions: who is woken while the market is closed', [
  `The CME calendar of 2026 with its weekends, daily breaks, holidays, half days and both clock changes, ${instruments.join(', ')} on one login, looked at every quarter of an hour by ${detectors.length} alarms through the real grace, inhibition and recovery. The login is made by hand for each instant, it is not the simulated gateway: this shows the rules against the calendar, not the streams (clean.md does that for days).`,
  '',
  '| the login | looks | pages, every market closed | pages, one open |',
  '|---|---|---|---|',
  line('well all year', healthy),
  line('both hubs gone whenever all markets are closed, flat', flat),
  line('the same, with a long position without a stop', exposed),
  '',
  '| target | measured | |',
  '|---|---|---|',
  `| 0 pages while the market is closed unless a position is exposed | ${healthy.closed + flat.closed} | ${healthy.closed + flat.closed === 0 ? 'held' : 'MISSED'} |`,
  `| 0 pages on a login that is well | ${healthy.open} | ${healthy.open === 0 ? 'held' : 'MISSED'} |`,
  `| an exposed position is told then too | ${exposed.closed} | ${exposed.closed > 0 ? 'held' : 'MISSED'} |`,
  ...(healthy.said.length + flat.said.length === 0
    ? []
    : ['', 'Said:', '', ...[...healthy.said, ...flat.said].map((one) => `- ${one}`)]),
]);
