// Which incident somebody means: the one they typed, else the one in whose thread they typed it, else the only open one.
import { headline } from './lead.ts';
import type { KnownIncident } from './job.ts';
import { matching } from './nearest.ts';

export type IncidentLookup =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'unknown'; readonly text: string; readonly wayOut: string };

/** @param channelId where it was typed */
export function findIncident(
  typed: string | undefined,
  known: readonly KnownIncident[],
  channelId: string | undefined,
): IncidentLookup {
  const wanted = (typed ?? '').trim().replace(/^#/, '');
  if (wanted !== '') {
    // An old one may not be among those at hand: whoever carries it out says so.
    return /^\d{1,9}$/.test(wanted)
      ? { kind: 'found', id: wanted }
      : {
          kind: 'unknown',
          text: `"${wanted.slice(0, 40)}" is not an incident number.`,
          wayOut: 'Pick one from the list while you type, or see /incident list.',
        };
  }
  const here = known.find(({ refs }) => channelId !== undefined && refs.threadId === channelId);
  if (here !== undefined) return { kind: 'found', id: here.incident.id };
  const open = known.filter(({ incident }) => incident.state.kind !== 'resolved');
  const [only] = open;
  if (only !== undefined && open.length === 1) return { kind: 'found', id: only.incident.id };
  return {
    kind: 'unknown',
    text: open.length === 0 ? 'No incident is open.' : `${open.length} incidents are open.`,
    wayOut:
      open.length === 0
        ? 'Give the number of one; /incident list shows the latest.'
        : 'Give the number of one, or type the command in its thread.',
  };
}

export function incidentChoices(
  known: readonly KnownIncident[],
  typed: string,
): readonly { readonly name: string; readonly value: string }[] {
  // Its thread bears the name of its root, also once something else speaks for it.
  return matching(typed.replace(/^#/, ''), known, ({ incident }) => [
    incident.id,
    ...incident.alerts.map(({ alert }) => alert.title),
  ]).map(({ incident }) => ({
    name: `#${incident.id} ${incident.state.kind} · ${headline(incident)}`.slice(0, 100),
    value: incident.id,
  }));
}
