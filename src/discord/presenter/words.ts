// Exposure, market phase and severity in a trader's words.
import type { MarketPhase } from '../../domain/calendar.ts';
import { exposureText } from '../../domain/exposure.ts';
import type { Exposure } from '../../domain/order.ts';
import type { FindingStatus } from '../../domain/report.ts';
import { exchangeDay, exchangeTime, plain } from './text.ts';

export const icons: Readonly<Record<FindingStatus, string>> = {
  fail: '🔴',
  error: '❔',
  warn: '🟡',
  skip: '⚪',
  pass: '🟢',
};

const dayMs = 24 * 3_600_000;

/** The exposure in one line of plain text, not yet escaped. */
export function exposureWords(exposure: Exposure): string {
  const readAt = exposure.kind === 'unknown' ? undefined : exposure.readAt;
  const since = readAt === undefined ? '' : ` when last read, at ${exchangeTime(readAt)}`;
  return plain(`${exposureText(exposure)}${since}`);
}

/** How much is at stake, worst first. */
export function exposureRank(exposure: Exposure): number {
  switch (exposure.kind) {
    case 'unprotected':
      return 0;
    case 'unknown':
      return 1;
    case 'protected':
      return 2;
    case 'flat':
      return 3;
  }
}

/** `open until 16:00:00 CT`, `closed (weekend), opens Sun 22 Nov 17:00 CT`. Plain text, not yet escaped. */
export function marketWords(phase: MarketPhase, now: number): string {
  if (phase.kind === 'open') {
    const until =
      phase.closesAt - now < dayMs
        ? exchangeTime(phase.closesAt).replace(':00 CT', ' CT')
        : exchangeDay(phase.closesAt);
    if (phase.note !== undefined) return `market open (${plain(phase.note)})`;
    return `market open until ${until}`;
  }
  const why = phase.why === 'holiday' ? (phase.name ?? 'holiday') : phase.why.replace('-', ' ');
  return `market closed (${plain(why)}), opens ${exchangeDay(phase.opensAt)}`;
}
