// How an incident stood and how long things were down, told from its timeline, also where that is cut or old.
import { expect, test } from 'vitest';
import { beganAt, downtimeOf, stretches } from '../../src/domain/incident-story.ts';
import { onAlert } from '../../src/domain/incident-rules.ts';
import { onAcknowledge, onResolveByHand } from '../../src/domain/incident-people.ts';
import type { Decision } from '../../src/domain/decision.ts';
import type { TimelineEntry } from '../../src/domain/timeline.ts';
import { anAlert } from '../fakes/alerts.ts';
import { ann, night, overAt, pastIncident, timeline } from '../fixtures/past-incident.ts';

const { incident } = pastIncident();
const place = { login: 'main', hub: 'market' } as const;
const minute = 60_000;

/** What the rules really write, step after step. */
function lived(...steps: readonly ((before: Decision | undefined) => unknown)[]): {
  incident: Decision['incident'];
  timeline: readonly TimelineEntry[];
} {
  let last: Decision | undefined;
  const entries: TimelineEntry[] = [];
  for (const step of steps) {
    const decision = step(last) as Decision;
    expect(decision).toHaveProperty('entries');
    entries.push(...decision.entries);
    last = decision;
  }
  if (last === undefined) throw new Error('nothing was lived');
  return { incident: last.incident, timeline: entries };
}

const recovery = (at: number) => ({ at, missed: [], proof: 'it flows' });
const fails = (at: number) => (before: Decision | undefined) =>
  before?.incident.state.kind === 'resolved'
    ? onAlert([], { kind: 'firing', alert: anAlert('hub-down', place, at) }, at, '12', {
        recent: [before.incident],
      })
    : onAlert(
        before === undefined ? [] : [before.incident],
        { kind: 'firing', alert: anAlert('hub-down', place, at) },
        at,
        '12',
      );
const recovers = (at: number) => (before: Decision | undefined) =>
  onAlert(
    before === undefined ? [] : [before.incident],
    { kind: 'resolved', key: 'hub-down@main/market', recovery: recovery(at) },
    at,
    '12',
  );

test('it stands as each decision left it, without a hole', () => {
  expect(stretches(incident, timeline)).toEqual([
    { standing: 'triggered', fromAt: night + 2_000, toAt: night + 240_000 },
    { standing: 'acknowledged', fromAt: night + 240_000, toAt: night + 721_000 },
    { standing: 'resolved', fromAt: night + 721_000, toAt: undefined },
  ]);
});

test('entries from before the standing was kept tell the same by their kind', () => {
  const old = timeline.map(({ at, by, kind, text }) => ({ at, by, kind, text }));
  expect(stretches(incident, old)).toEqual(stretches(incident, timeline));
});

test('a timeline whose beginning is lost still begins at the opening, and none at all tells the present', () => {
  expect(stretches(incident, timeline.slice(4))[0]).toMatchObject({ fromAt: night + 2_000 });
  expect(stretches(incident, [])).toEqual([
    { standing: 'triggered', fromAt: night + 2_000, toAt: overAt },
    { standing: 'resolved', fromAt: overAt, toAt: undefined },
  ]);
});

test('downtime runs from the first sign to the proven end', () => {
  expect(beganAt(incident)).toBe(night);
  expect(downtimeOf(incident, timeline, overAt + minute)).toEqual({
    kind: 'over',
    ms: 12 * minute,
    rounds: 1,
  });
});

test('what comes back within minutes is down in rounds, and the time in between does not count', () => {
  const story = lived(
    fails(night),
    recovers(night + 10_000),
    fails(night + minute),
    recovers(night + minute + 5_000),
  );
  expect(downtimeOf(story.incident, story.timeline, night + minute * 9)).toEqual({
    kind: 'over',
    ms: 15_000,
    rounds: 2,
  });
});

test('what is open, or was closed by hand while it fired, was down at least so long', () => {
  const open = lived(fails(night));
  expect(downtimeOf(open.incident, open.timeline, night + minute)).toEqual({
    kind: 'at-least',
    ms: minute,
    rounds: 1,
  });
  const closed = lived(
    fails(night),
    (before) => before && onAcknowledge(before.incident, ann, night + 5_000),
    (before) => before && onResolveByHand(before.incident, ann, night + 30_000),
  );
  expect(closed.timeline.map(({ standing }) => standing)).toEqual(['triggered', 'acknowledged', 'resolved']);
  expect(downtimeOf(closed.incident, closed.timeline, night + minute)).toEqual({
    kind: 'at-least',
    ms: 30_000,
    rounds: 1,
  });
});
