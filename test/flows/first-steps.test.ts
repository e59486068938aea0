// The steps in a new incident's thread: those of its root cause, the same post however often they are made.
import { describe, expect, it } from 'vitest';
import { loadDetectors, loadDiagnostics, loadPlaybooks } from '../../src/catalogue.ts';
import { presentSteps } from '../../src/discord/presenter/steps.ts';
import { firstSteps } from '../../src/flows/first-steps.ts';
import { onAlert } from '../../src/domain/incident-rules.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { brokenRules, readableText } from '../discord/presenter/discord-rules.ts';
import { anAlert } from '../fakes/alerts.ts';

const playbooks = await loadPlaybooks();
const now = 1_000_000_000;

function incident(...findings: readonly string[]): Incident {
  const alerts = findings.map((finding) => ({
    alert: anAlert(finding, { login: 'main' }, now),
    recovery: undefined,
  }));
  const opened = onAlert([], { kind: 'firing', alert: anAlert('x', { login: 'main' }, now) }, now, '7');
  if (opened === undefined) throw new Error('an alert must open an incident');
  return { ...opened.incident, alerts };
}

describe('a new incident', () => {
  it('gets the steps of its root cause', () => {
    const post = firstSteps(incident('feed-mute', 'hub-down'), playbooks, now);
    expect(post).toMatchObject({
      id: '7-steps',
      incident: '7',
      kind: 'steps',
      title: 'Connected, but no data',
    });
  });

  it('of failing REST calls is not told that a hub is down', () => {
    const post = firstSteps(incident('gateway-failing'), playbooks, now);
    expect(post).toMatchObject({ title: 'REST calls fail' });
    expect(JSON.stringify(post)).not.toMatch(/hub is down|without the hub/);
  });

  it('with a position without its stop is told first what to do about that, then about its cause', () => {
    const both = incident('hub-down', 'naked-position');
    const alerts = both.alerts.map((one) =>
      one.alert.finding === 'naked-position'
        ? { ...one, alert: { ...one.alert, severity: 'critical' as const, insists: true } }
        : one,
    );
    const post = firstSteps({ ...both, alerts }, playbooks, now);
    if (post?.kind !== 'steps') throw new Error('expected steps');
    expect(post.title).toMatch(/^A position without a stop; after that: /);
    expect(post.steps[0]?.title).toBe('Put a stop on it, or close it, on the platform now');
    const payload = presentSteps(post);
    expect(brokenRules(payload)).toEqual([]);
    expect(JSON.stringify(payload)).toContain('step:naked-position.now:taken');
    expect(readableText(payload)).toContain(`${post.steps.length}. `);
    // Each is ticked under the playbook it comes from.
    const done = Object.fromEntries(
      post.steps.flatMap(({ id, of = post.playbook }) =>
        of === 'naked-position'
          ? [[`${of}.${id}`, { how: 'done' as const, by: { id: '1', name: 'Ada' }, at: now }]]
          : [],
      ),
    );
    const cause = post.steps.find(({ of }) => of !== undefined);
    expect(JSON.stringify(presentSteps({ ...post, marks: done }))).toContain(
      `step:${cause?.of}.${cause?.id}:taken`,
    );
  });

  it('gets those of what joined it where its root has none', () => {
    expect(firstSteps(incident('never-heard-of', 'host-lost'), playbooks, now)).toMatchObject({
      kind: 'steps',
      title: 'Nobody watches this login',
    });
    expect(firstSteps(incident('never-heard-of'), playbooks, now)).toBeUndefined();
  });
});

describe('every playbook', () => {
  it.each(playbooks)(
    '$name fits into one message, begins with the money and breaks no rule of Discord',
    (playbook) => {
      const { title, steps } = playbook;
      const payload = presentSteps({
        id: '1-steps',
        incident: '1',
        queuedAt: 0,
        kind: 'steps',
        playbook: playbook.name,
        title,
        steps,
        marks: {},
      });
      expect(brokenRules(payload)).toEqual([]);
      expect(readableText(payload)).toContain(`${steps.length}. `);
      expect(`${steps[0].title} ${steps[0].how}`).toMatch(/position|stop|prices|session/i);
      for (const { title: order, how } of steps) {
        expect(order).not.toMatch(/\.$/);
        expect(how).toMatch(/[.?!]$/);
      }
    },
  );

  it('is there for each finding that wakes people', async () => {
    const alarms = new Set([
      ...(await loadDetectors()).flatMap(({ findings }) => Object.keys(findings)),
      ...(await loadDiagnostics()).flatMap(({ alarms: own }) => own ?? []),
    ]);
    const known = new Set(playbooks.flatMap(({ findings }) => findings));
    expect([...alarms].filter((finding) => !known.has(finding))).toEqual([]);
  });
});
