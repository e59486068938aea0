// A page whose content cannot be read here, because another version of the desk wrote it: it still wakes people, and says where to look.
import type { Alert } from './alert.ts';
import { type Incident, type Post, untouched } from './incident.ts';

/** All that is known without its content: that somebody must look, and where. */
export function barePage({
  id,
  incident,
  queuedAt,
}: Pick<Post, 'id' | 'incident' | 'queuedAt'>): Extract<Post, { kind: 'page' }> {
  const alert: Alert = {
    key: `unshowable@${incident}`,
    finding: 'unshowable',
    title: 'Alert this bot cannot show',
    place: { login: 'unknown' },
    severity: 'critical',
    sinceAt: queuedAt,
    observedAt: queuedAt,
    summary: 'It was written by another version of Pitwatch, and this bot cannot read what it says.',
    remedy: 'Look at your positions and stops on the platform now, then update the bot.',
    evidence: [],
    suites: [],
    causedBy: [],
    diagnostics: [],
  };
  const card: Incident = {
    id: incident,
    version: 1,
    login: 'unknown',
    severity: 'critical',
    state: { kind: 'triggered' },
    openedAt: queuedAt,
    observedAt: queuedAt,
    decidedAt: queuedAt,
    ...untouched(queuedAt),
    alerts: [{ alert, recovery: undefined }],
  };
  return { id, incident, queuedAt, kind: 'page', card };
}
