// What calls people goes first, whatever kind of post it is.
import { expect, it } from 'vitest';
import { callsFor, rankOf } from '../../src/domain/post-urgency.ts';
import type { IncidentNote, Post } from '../../src/domain/incident.ts';
import { alert } from '../discord/desk.ts';
import { aCall, aCard, aNote, anIncident, aPage } from '../fixtures/incidents.ts';

const incident = anIncident('12');
const note = (said: IncidentNote): Post => ({
  id: 'n',
  incident: '12',
  queuedAt: 1,
  kind: 'note',
  note: said,
});

it('is a page by its severity, then what joins and calls by its own, then what calls nobody', () => {
  const low = aPage({ ...incident, severity: 'low' });
  const joined = note({ kind: 'joined', alert: alert({ severity: 'critical' }), mention: true });
  const quiet = note({ kind: 'joined', alert: alert({ severity: 'critical' }), mention: false });
  const order = [aCard(incident, 'c'), quiet, low, aCall(incident, 'call'), joined]
    .sort((a, b) => rankOf(a) - rankOf(b))
    .map((post) => post.id);
  expect(order.slice(0, 3)).toEqual(['n', 'call', '12-page']);
  expect(rankOf(joined)).toBe(rankOf(aPage(incident)));
  expect(callsFor(quiet)).toBeUndefined();
  expect(callsFor(aNote(incident, 'evidence'))).toBeUndefined();
});
