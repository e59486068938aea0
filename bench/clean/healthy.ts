// Lives through a stretch of a healthy market on the virtual clock, with and without a position, and writes down everything that was said.
import { DateTime } from 'luxon';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import { cmeCalendars } from '../../src/domain/cme-calendar.ts';
import { phaseAt } from '../../src/domain/session-clock.ts';
import type { PlannedHalt } from '../../src/local/gateway/market.ts';
import { openDesk, type Units } from '../virtual/desk.ts';
import { virtually } from '../virtual/virtually.ts';
import type { Span } from './spans.ts';

export interface Said {
  readonly at: string;
  readonly what: string;
  readonly summary: string;
}

export interface Lived {
  readonly span: Span;
  readonly hours: number;
  readonly openHours: number;
  readonly pages: readonly Said[];
  /** Warnings and failures of all questions, asked every few minutes; each told once while it stands. */
  readonly findings: readonly Said[];
  readonly asked: number;
}

const zone = 'America/Chicago';
const minuteMs = 60_000;
const hourMs = 3_600_000;
const stepMs = 5 * minuteMs;
/** A hold-up of the trader's day: on at nine, off well before everything must be flat at 15:10. */
const onAt = 9;
const offAt = 14;

export const instantOf = (wall: string): number => DateTime.fromISO(wall, { zone }).toMillis();
export const phaseOf = (instrument: string, at: number): MarketPhase => phaseAt(cmeCalendars, instrument, at);

/** Where the calendar of a product is closed though the exchange's usual week is open: what the simulated exchange must be told. */
export function haltsOf(symbols: readonly string[], fromAt: number, toAt: number): readonly PlannedHalt[] {
  return symbols.flatMap((symbol) => {
    const halts: { symbol: string; startAt: number; endAt: number }[] = [];
    for (let at = fromAt; at < toAt; at += 15 * minuteMs) {
      const phase = phaseOf(symbol, at);
      if (phase.kind !== 'closed' || phase.why !== 'holiday') continue;
      const last = halts.at(-1);
      if (last !== undefined && last.endAt >= at) last.endAt = at + 15 * minuteMs;
      else halts.push({ symbol, startAt: at, endAt: at + 15 * minuteMs });
    }
    return halts;
  });
}

export async function liveThrough(span: Span, units: Units): Promise<Lived> {
  const fromAt = instantOf(span.from);
  const toAt = instantOf(span.to);
  const symbols = Object.keys(span.pace);
  const [traded = 'MNQ'] = symbols;
  return await virtually({ startAt: fromAt }, async (time) => {
    const desk = await openDesk({
      units,
      seed: span.seed,
      phase: phaseOf,
      instruments: symbols,
      gateway: {
        session: 'real',
        rhythm: 'lively',
        eventsPerSecond: span.pace,
        halts: haltsOf(symbols, fromAt, toAt),
      },
    });
    const findings: Said[] = [];
    let standing = new Set<string>();
    let open = 0;
    let asked = 0;
    let holding = false;
    for (let at = fromAt + stepMs; at <= toAt; at += stepMs) {
      await new Promise<void>((resolve) => setTimeout(resolve, at - time.now()));
      const local = DateTime.fromMillis(at, { zone });
      const closesAt = phaseOf(traded, at);
      const wanted =
        span.positions &&
        closesAt.kind === 'open' &&
        local.hour >= onAt &&
        local.hour < offAt &&
        closesAt.closesAt - at > 1.5 * hourMs;
      if (wanted !== holding) {
        if (wanted) await desk.hold('protected', traded);
        else await desk.release();
        holding = wanted;
      }
      open += symbols.filter((symbol) => phaseOf(symbol, at).kind === 'open').length / symbols.length;
      asked += 1;
      const report = await desk.ask();
      const now = new Set<string>();
      for (const { status, label, summary, suites } of report.findings) {
        if (status !== 'warn' && status !== 'fail' && status !== 'error') continue;
        if (span.rightly?.includes(label ?? '') === true) continue;
        const what = `${label ?? status} ${suites.join('+')}`;
        now.add(what);
        if (!standing.has(what)) findings.push({ at: local.toISO() ?? '', what, summary });
      }
      standing = now;
    }
    // An alert is told as it fires and again as it ends.
    const untrue = desk.alerts.filter(({ finding }) => span.rightly?.includes(finding) !== true);
    const fired = new Map(untrue.map((alert) => [`${alert.key} ${alert.observedAt}`, alert]));
    const pages = [...fired.values()].map(({ key, summary, observedAt }) => ({
      at: DateTime.fromMillis(observedAt, { zone }).toISO() ?? '',
      what: key,
      summary,
    }));
    await desk.close();
    return {
      span,
      hours: (toAt - fromAt) / hourMs,
      openHours: (open * stepMs) / hourMs,
      pages,
      findings,
      asked,
    };
  });
}
