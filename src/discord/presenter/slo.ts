// How fast people were told and moved: time to page and to acknowledge, per severity.
import type { Answer, KnownIncident } from '../../domain/job.ts';
import type { Severity } from '../../domain/severity.ts';
import { colours, field, message, type MessagePayload } from './message.ts';
import { count, span } from './text.ts';

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

export function presentSlo({ incidents, days }: Extract<Answer, { kind: 'slo' }>): MessagePayload {
  const rows = severities.flatMap((severity) => {
    const those = incidents.filter(({ incident }) => incident.severity === severity && incident.paged);
    return those.length === 0 ? [] : [field(`${severity} (${those.length})`, row(those))];
  });
  return message({
    embeds: [
      {
        title: `The last ${count(days, 'day')}: ${count(incidents.length, 'incident')}`,
        description: rows.length === 0 ? 'Nobody was paged.' : 'From the first sign of trouble, by severity.',
        color: colours.neutral,
        fields: rows,
      },
    ],
  });
}

function row(those: readonly KnownIncident[]): string {
  const paged = those.flatMap(({ incident, refs }) =>
    refs.acceptedAt === undefined ? [] : [refs.acceptedAt - incident.observedAt],
  );
  const taken = those.flatMap(({ incident }) =>
    incident.acknowledgedAt === undefined ? [] : [incident.acknowledgedAt - incident.observedAt],
  );
  return `paged: ${spread(paged)}\nacknowledged: ${spread(taken)}${those.length === taken.length ? '' : `, ${count(those.length - taken.length, 'never')}`}`;
}

/** `p50 1 s · p95 3 s · p99 4 s`, by the nearest rank. */
function spread(values: readonly number[]): string {
  if (values.length === 0) return 'none';
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): string =>
    span(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return `p50 ${at(0.5)} · p95 ${at(0.95)} · p99 ${at(0.99)}`;
}
