// A span of time and a market's phase as a person reads them.
import type { MarketPhase } from './calendar.ts';

/** `12 ms`, `1.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`; negative spans count as 0. */
export function spanText(ms: number): string {
  if (ms < 1_000) return `${Math.round(Math.max(0, ms))} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return pair(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return pair(hours, 'h', minutes % 60, 'min');
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}

/** `daily break, opens in 12 min`. */
export function closedText(phase: Extract<MarketPhase, { kind: 'closed' }>, now: number): string {
  const why = { 'daily-break': 'daily break', weekend: 'weekend', holiday: phase.name ?? 'holiday' }[
    phase.why
  ];
  return `${why}, opens in ${spanText(phase.opensAt - now)}`;
}

const chicago = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/Chicago',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `09:04:40 CT`: the time of the exchange, which traders think in. */
export function chicagoTime(at: number): string {
  return `${chicago.format(at)} CT`;
}
