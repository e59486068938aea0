// What people do to incidents: one winner, a kind answer for the rest, stale buttons explained.
import { describe, expect, it } from 'vitest';
import { onAlert } from '../../src/domain/incident-rules.ts';
import type { Callee, Reaches } from '../../src/domain/callees.ts';
import type { ExamineTask } from '../../src/domain/job.ts';
import { act } from '../../src/flows/act.ts';
import { anAlert } from '../fakes/alerts.ts';
import { MemoryIncidents } from '../fakes/incident-store.ts';

const ada = { id: '1', name: 'Ada' };
const bob = { id: '2', name: 'Bob' };

function desk() {
  const store = new MemoryIncidents();
  const alert = anAlert('hub-down', { login: 'main', hub: 'market' }, 1_000, {
    diagnostics: ['hub-connection'],
  });
  const decision = onAlert([], { kind: 'firing', alert }, 1_000, '5');
  if (decision !== undefined) store.write('main', decision.incident, decision.posts);
  const asked: ExamineTask[] = [];
  const given = {
    store,
    now: () => 2_000,
    playbooks: [],
    reaches: (): readonly Callee[] => [{ kind: 'role', id: '9' }],
    rerun: (task: ExamineTask) => {
      asked.push(task);
      return Promise.resolve();
    },
  };
  return { store, asked, given };
}

describe('acknowledging', () => {
  it('pressed by two people at once has one winner and one kind answer naming the winner', async () => {
    const { store, given } = desk();
    const answers = await Promise.all([
      act({ kind: 'incident', action: 'acknowledge', incident: '5' }, ada, given),
      act({ kind: 'incident', action: 'acknowledge', incident: '5' }, bob, given),
    ]);
    expect(answers.map((answer) => answer.kind).sort()).toEqual(['done', 'refusal']);
    expect(store.kinds().filter((kind) => kind === 'acknowledged')).toHaveLength(1);
    const refusal = answers.find((answer) => answer.kind === 'refusal');
    const state = store.incidents.get('5')?.state;
    if (state?.kind !== 'acknowledged') throw new Error('expected acknowledged');
    expect(refusal).toMatchObject({ text: expect.stringContaining(state.by.name) as string });
  });

  it('after the end explains that it is over', async () => {
    const { given } = desk();
    await act({ kind: 'incident', action: 'resolve', incident: '5' }, ada, given);
    const answer = await act({ kind: 'incident', action: 'acknowledge', incident: '5' }, bob, given);
    expect(answer).toMatchObject({
      kind: 'refusal',
      text: 'Incident #5 is already closed: Ada closed it by hand, still seen: Title of hub-down.',
    });
  });

  it('of an incident that is no longer kept is refused with the way out', async () => {
    const { given } = desk();
    const answer = await act({ kind: 'incident', action: 'acknowledge', incident: '404' }, ada, given);
    expect(answer).toMatchObject({ kind: 'refusal', wayOut: expect.stringContaining('/health') as string });
  });
});

describe('resolving', () => {
  it('twice by a double click resolves once', async () => {
    const { store, given } = desk();
    await Promise.all(
      [1, 2].map(() => act({ kind: 'incident', action: 'resolve', incident: '5' }, ada, given)),
    );
    expect(store.kinds().filter((kind) => kind === 'resolved-by-hand')).toHaveLength(1);
  });

  it('while it still fires tells the presser what is still seen, and warns', async () => {
    const { given } = desk();
    const answer = await act({ kind: 'incident', action: 'resolve', incident: '5' }, ada, given);
    expect(answer).toMatchObject({
      kind: 'done',
      warns: true,
      text: expect.stringMatching(/closed by hand, but still seen: Title of hub-down\..*\/health/) as string,
    });
  });

  it('what was well already is simply resolved', async () => {
    const { store, given } = desk();
    const open = store.incidents.get('5');
    if (open === undefined) throw new Error('expected an incident');
    const recovery = { at: 1_500, missed: [], proof: 'flows' };
    store.write('main', { ...open, alerts: open.alerts.map(({ alert }) => ({ alert, recovery })) }, []);
    const answer = await act({ kind: 'incident', action: 'resolve', incident: '5' }, ada, given);
    expect(answer).toEqual({ kind: 'done', text: 'Incident #5 is resolved.' });
  });
});

describe('escalating', () => {
  it('where nobody is configured to be called says so and what to add, and changes nothing', async () => {
    const { store, given } = desk();
    const before = store.incidents.get('5');
    const answer = await act({ kind: 'incident', action: 'escalate', incident: '5' }, ada, {
      ...given,
      reaches: () => [],
    });
    expect(answer).toMatchObject({
      kind: 'refusal',
      text: 'Nobody is configured to be called, so no phone rings.',
      wayOut: expect.stringContaining('pitwatch.yaml') as string,
    });
    expect(store.incidents.get('5')).toEqual(before);
  });

  it('calls the next circle that reaches somebody', async () => {
    const { given } = desk();
    const reaches: Reaches = (circle) => (circle === 'everyone' ? [{ kind: 'role', id: '9' }] : []);
    const answer = await act({ kind: 'incident', action: 'escalate', incident: '5' }, ada, {
      ...given,
      reaches,
    });
    expect(answer).toMatchObject({
      kind: 'done',
      text: 'Called for help with incident #5, everyone: its thread shows whom that reaches.',
    });
  });

  it('on a desk without a secondary says that the same people are called again, also in the timeline', async () => {
    const { store, given } = desk();
    const answer = await act({ kind: 'incident', action: 'escalate', incident: '5' }, ada, given);
    expect(answer).toMatchObject({ text: expect.stringContaining('#5, the same people again:') as string });
    const timeline = (await store.timeline('5')).map(({ text }) => text);
    expect(timeline.at(-1)).toBe('Ada called the same people again');
  });
});

describe('running again', () => {
  it('asks the login for the diagnostics of its alerts, for the thread', async () => {
    const { asked, given } = desk();
    const answer = await act({ kind: 'incident', action: 'rerun', incident: '5' }, ada, given);
    expect(answer.kind).toBe('done');
    expect(asked).toMatchObject([
      { incident: '5', diagnostics: ['hub-connection'], parts: [{ login: 'main', suites: ['mnq'] }] },
    ]);
  });
});
