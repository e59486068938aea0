// How much a post matters to whoever sleeps: what calls people goes first and is never given up. Pure.
import type { AnnouncementPost } from './announcement.ts';
import type { IncidentNote, Post } from './incident.ts';
import { severities, type Severity } from './severity.ts';

/** The gravest that it calls people for; undefined = it calls nobody. */
export function callsFor(post: Post | AnnouncementPost): Severity | undefined {
  if (post.kind === 'page') return post.card.severity;
  return post.kind === 'note' ? calledBy(post.note) : undefined;
}

/** Lower goes first: what calls people by severity, then what goes into threads, then what belongs to no incident. */
export function rankOf(post: Post | AnnouncementPost): number {
  const severity = callsFor(post);
  if (severity !== undefined) return severities.indexOf(severity);
  return post.kind === 'announcement' ? severities.length + 1 : severities.length;
}

function calledBy(note: IncidentNote): Severity | undefined {
  switch (note.kind) {
    case 'joined':
      return note.mention ? note.alert.severity : undefined;
    case 'digest':
      return note.mention ? note.alerts[0]?.severity : undefined;
    case 'called':
      // Of what severity it is does not say: that nobody has come is grave enough.
      return 'high';
    default:
      return undefined;
  }
}
