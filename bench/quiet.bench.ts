// Does a healthy desk stay silent: minutes of the whole desk live, and four days with breaks, a night and a weekend on a given clock?
import { loadDetectors } from '../src/catalogue.ts';
import type { MarketPhase } from '../src/domain/calendar.ts';
import { cmeCalendars } from '../src/domain/cme-calendar.ts';
import type { Exposure } from '../src/domain/order.ts';
import { phaseAt } from '../src/domain/session-clock.ts';
import type { SuiteView } from '../src/domain/suite.ts';
import { startThresholds } from '../src/domain/thresholds.ts';
import { tradingPhase } from '../src/domain/trading-phase.ts';
import { makeAlarm } from '../src/flows/alarm.ts';
import { sightLogin } from '../src/flows/sight.ts';
import { makeLog } from '../src/log.ts';
import { fakeHub, fakeLogin, lostHub, type FakeSuite } from '../test/fakes/view.ts';
import { keep } from './measure.ts';
import { openStage, typistOf } from './stage.ts';

const real = process.argv.includes('--real');
const liveMs = real ? 3_600_000 : Math.round(240_000 * Number(process.env['BENCH_SCALE'] ?? '1'));
/** The watch looks twice a second; over days every other second is enough to see what lasts. */
const lookMs = 2_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;
const silent = makeLog('silent');
const detectors = await loadDetectors();

/** Thursday noon to Monday noon, Chicago: two daily breaks, two nights, the weekend and its reopening. */
const fromAt = Date.parse('2026-11-12T18:00:00Z');
const days = 4;

interface Quiet {
  readonly looks: number;
  readonly hoursOpen: number;
  readonly hoursClosed: number;
  readonly alerts: readonly string[];
}

interface Scene {
  readonly exposure: Exposure;
  /** Both hubs lost for this many minutes in every closed hour. */
  readonly lostWhileClosedMs: number;
}

/** Data flows while the market is open and stops with it; the connections live on, as the real ones do. */
function walk(scene: Scene, toAt: number): Quiet {
  const alarm = makeAlarm({
    thresholds: startThresholds,
    stakes: (names) => names.map((suite) => ({ suite, contract: undefined, exposure: scene.exposure })),
  });
  const alerts: string[] = [];
  let looks = 0;
  let open = 0;
  let lastDataAt = fromAt;
  for (let now = fromAt; now < toAt; now += lookMs) {
    const phase = (instrument: string): MarketPhase => phaseAt(cmeCalendars, instrument, now);
    const isOpen = phase('MNQ').kind === 'open';
    if (isOpen) {
      lastDataAt = now;
      open += 1;
    }
    const silentMs = isOpen ? 300 : now - lastDataAt + 300;
    const suites: FakeSuite[] = ['MNQ', 'ES'].map((instrument) => ({
      instrument,
      silentMs,
      exposure: scene.exposure,
    }));
    const intoHourMs = now % hourMs;
    const lost =
      !isOpen && intoHourMs >= 10 * minuteMs && intoHourMs < 10 * minuteMs + scene.lostWhileClosedMs;
    const hub = lost ? lostHub(now - (intoHourMs - 10 * minuteMs)) : {};
    const event = isOpen ? {} : { lastEventAt: now - silentMs };
    const login = fakeLogin(now, {
      hostedAt: fromAt - hourMs,
      suites,
      market: { ...fakeHub('market', now), ...hub, ...(lost ? {} : event) },
      user: { ...fakeHub('user', now), ...hub },
    });
    const market = (suite: SuiteView): MarketPhase => tradingPhase(phase(suite.spec.instrument), suite, now);
    const sightings = sightLogin(detectors, login, { now, thresholds: startThresholds, market }, silent);
    for (const alert of alarm.look(sightings, now).firing)
      alerts.push(`${new Date(now).toISOString()} ${alert.key}`);
    looks += 1;
  }
  const hours = (count: number): number => (count * lookMs) / hourMs;
  return { looks, hoursOpen: hours(open), hoursClosed: hours(looks - open), alerts };
}

async function live(): Promise<{
  readonly messages: number;
  readonly asked: number;
  readonly pages: readonly string[];
}> {
  const pages: string[] = [];
  const stage = await openStage({
    redis: 'embedded',
    trader: 'live',
    eventsPerSecond: 20,
    onLine: (line) => {
      if (line.msg === 'alert firing') pages.push(line.key ?? '?');
    },
  });
  const typist = typistOf(stage.discord);
  const endsAt = performance.now() + liveMs;
  let asked = 0;
  while (performance.now() < endsAt) {
    await typist.type('health');
    asked += 1;
    await new Promise((resolve) =>
      setTimeout(resolve, Math.min(10_000, Math.max(0, endsAt - performance.now()))),
    );
  }
  const messages = stage.gateway.connections().reduce((sum, one) => sum + one.sent, 0);
  typist.stop();
  await stage.stop();
  return { messages, asked, pages };
}

const flat: Exposure = { kind: 'flat' };
const hour = walk(
  { exposure: { kind: 'protected', side: 'long', size: 2 }, lostWhileClosedMs: 0 },
  fromAt + hourMs,
);
const long = walk({ exposure: flat, lostWhileClosedMs: 0 }, fromAt + days * 24 * hourMs);
const cut = walk({ exposure: flat, lostWhileClosedMs: 20 * minuteMs }, fromAt + days * 24 * hourMs);
const running = await live();

const line = (name: string, { looks, hoursOpen, hoursClosed, alerts }: Quiet): string =>
  `| ${name} | ${hoursOpen.toFixed(1)} h | ${hoursClosed.toFixed(1)} h | ${looks.toLocaleString('en')} | ${alerts.length} |`;
const found = [...hour.alerts, ...long.alerts, ...cut.alerts, ...running.pages];
keep('quiet', 'Healthy running: nobody is woken', [
  'On a given clock every detector and the alarm look every 2 s at a healthy login with MNQ and ES and the thresholds as shipped, from Thursday 2026-11-12 12:00 Chicago; the market follows the CME calendar, data flows while it is open and stops with it. In the last row both hubs are also lost for 20 minutes of every closed hour.',
  `Live, the whole desk (embedded Redis, simulated trader at work) runs ${(liveMs / 60_000).toFixed(0)} real minutes with a \`/health\` every 10 s${real ? '' : '; with `--real` it is the true hour'}.`,
  '',
  '| scene | market open | market closed | looks | pages |',
  '|---|---|---|---|---|',
  line('one hour, protected position', hour),
  line(`${days} days with breaks, nights and a weekend, flat`, long),
  line('the same, hubs lost while the market is closed', cut),
  '',
  '| live | messages | `/health` asked | pages |',
  '|---|---|---|---|',
  `| whole desk, ${(liveMs / 60_000).toFixed(1)} min | ${running.messages.toLocaleString('en')} | ${running.asked} | ${running.pages.length} |`,
  '',
  `Target: zero pages. ${found.length === 0 ? 'Held.' : `MISSED: ${found.slice(0, 5).join('; ')}`}`,
]);
process.exit(0);
