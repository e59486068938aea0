// What time asks of an incident: calls that widen, acknowledgements that run out, silences that end, flapping that stops, storms told together.
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/domain/alert.ts';
import { carePolicies } from '../../src/domain/care.ts';
import type { Reaches } from '../../src/domain/callees.ts';
import type { Decision } from '../../src/domain/decision.ts';
import type { Incident, Post } from '../../src/domain/incident.ts';
import { digestAfterMs, onDue } from '../../src/domain/incident-due.ts';
import { onAcknowledge, onNote, type Refused } from '../../src/domain/incident-people.ts';
import { onAlert, stormNotes, type Surroundings } from '../../src/domain/incident-rules.ts';
import type { Silence } from '../../src/domain/silence.ts';
import { anAlert } from '../fakes/alerts.ts';

const t0 = 1_000_000_000;
const minuteMs = 60_000;
const ada = { id: '1', name: 'Ada' };
const market = { login: 'main', hub: 'market' } as const;
const hubDown = (at: number, more: Partial<Alert> = {}): Alert =>
  anAlert('hub-down', market, at, { severity: 'critical', ...more });
const naked = {
  suite: 'mnq',
  contract: 'C',
  exposure: { kind: 'unprotected', side: 'long', size: 1, uncovered: 1 },
} as const;

function made(decision: Decision | Refused | undefined): Decision {
  if (decision === undefined || decision.kind === 'refused') throw new Error('expected a decision');
  return decision;
}
const fires = (open: readonly Incident[], alert: Alert, at: number, around: Surroundings = {}): Decision =>
  made(onAlert(open, { kind: 'firing', alert }, at, '7', around));
const ends = (open: readonly Incident[], alert: Alert, at: number): Decision =>
  made(
    onAlert(
      open,
      { kind: 'resolved', key: alert.key, recovery: { at, missed: [], proof: 'data flows' } },
      at,
      '',
    ),
  );
const notes = (posts: readonly Post[]): readonly string[] =>
  posts.map((post) => (post.kind === 'note' ? post.note.kind : post.kind));
const silence = (more: Partial<Silence> = {}): Silence => ({
  id: 'S1',
  kind: 'silence',
  matcher: { finding: 'hub-down' },
  reason: 'moving house',
  by: ada,
  madeAt: t0,
  fromAt: t0,
  toAt: t0 + 60 * minuteMs,
  untilWell: false,
  ...more,
});

describe('nobody moves', () => {
  const { secondaryAfterMs, everyoneAfterMs } = carePolicies.critical;

  it('the secondary is called, then everyone, each once, in the thread', () => {
    let { incident } = fires([], hubDown(t0), t0);
    const told: (readonly [number, string | undefined])[] = [];
    for (let at = t0; at <= t0 + 60 * minuteMs; at += 1_000) {
      const decision = onDue(incident, [], at);
      if (decision === undefined) continue;
      ({ incident } = decision);
      const [first] = decision.posts;
      told.push([
        at - t0,
        first?.kind === 'note' && first.note.kind === 'called' ? first.note.circle : undefined,
      ]);
    }
    expect(told).toEqual([
      [secondaryAfterMs, 'secondary'],
      [everyoneAfterMs, 'everyone'],
    ]);
  });

  it('the timeline claims no call where nobody is configured to be called', () => {
    const { incident } = fires([], hubDown(t0), t0);
    const said = (reaches: Reaches) =>
      onDue(incident, [], t0 + secondaryAfterMs, reaches)?.entries.map(({ text }) => text);
    expect(said(() => [])).toEqual(['Nobody took it. Nobody is configured to be called, so no phone rings.']);
    const own: Reaches = (circle) => [{ kind: 'user', id: circle }];
    expect(said(own)).toEqual(['Nobody took it: called the secondary on call']);
    const oneRole: Reaches = () => [{ kind: 'role', id: '9' }];
    expect(said(oneRole)).toEqual(['Nobody took it: called the same people again']);
    const alone: Reaches = (circle) => (circle === 'primary' ? own(circle) : oneRole(circle));
    expect(said(alone)).toEqual(['Nobody took it: called the on-call role']);
  });

  it('an acknowledgement stops it at once, and runs out when nothing is heard', () => {
    const opened = fires([], hubDown(t0), t0).incident;
    const taken = made(onAcknowledge(opened, ada, t0 + minuteMs)).incident;
    expect(onDue(taken, [], t0 + secondaryAfterMs)).toBeUndefined();
    const atNag = made(onDue(taken, [], t0 + 6 * minuteMs));
    expect(notes(atNag.posts)).toEqual(['reminded']);
    const ranOut = made(onDue(atNag.incident, [], t0 + 11 * minuteMs));
    expect(notes(ranOut.posts)).toEqual(['called', 'card']);
    expect(ranOut.incident.state.kind).toBe('triggered');
    expect(ranOut.incident.acknowledgedAt).toBe(t0 + minuteMs);
  });

  it('a note counts as moving', () => {
    const taken = made(onAcknowledge(fires([], hubDown(t0), t0).incident, ada, t0)).incident;
    const noted = made(onNote(taken, ada, 'restarted the router', t0 + 9 * minuteMs)).incident;
    expect(onDue(noted, [], t0 + 11 * minuteMs)).toBeUndefined();
  });
});

describe('a silence', () => {
  it('opens the incident without telling anybody, says why, and pages when it ends while it fires', () => {
    const opened = fires([], hubDown(t0), t0, { silences: [silence()] });
    expect(opened.posts).toEqual([]);
    expect(opened.incident.state).toMatchObject({ kind: 'suppressed', silence: { id: 'S1' } });
    expect(opened.entries.map(({ kind }) => kind)).toEqual(['opened', 'withheld']);
    expect(onDue(opened.incident, [silence()], t0 + minuteMs)).toBeUndefined();
    const after = made(onDue(opened.incident, [silence()], t0 + 60 * minuteMs));
    expect(notes(after.posts)).toEqual(['page']);
    expect(after.incident.state.kind).toBe('triggered');
    expect(after.incident.care.calledAt).toBe(t0 + 60 * minuteMs);
  });

  it('that is ended by hand pages at once', () => {
    const opened = fires([], hubDown(t0), t0, { silences: [silence()] });
    const ended = silence({ ended: { at: t0 + 5, by: ada } });
    expect(notes(made(onDue(opened.incident, [ended], t0 + 10)).posts)).toEqual(['page']);
  });

  it('over which it recovered leaves nothing but a line in the list', () => {
    const opened = fires([], hubDown(t0), t0, { silences: [silence()] });
    const over = ends([opened.incident], hubDown(t0), t0 + minuteMs);
    expect(over.posts).toEqual([]);
    expect(over.incident).toMatchObject({ paged: false, state: { kind: 'resolved', silence: 'S1' } });
  });

  it('never holds back a position without a stop', () => {
    expect(notes(fires([], hubDown(t0, { suites: [naked] }), t0, { silences: [silence()] }).posts)).toEqual([
      'page',
    ]);
  });

  it('does not cover what joins later: that is the page', () => {
    const opened = fires([], hubDown(t0), t0, { silences: [silence()] });
    const other = anAlert('session-expired', { login: 'main' }, t0 + minuteMs);
    const joined = fires([opened.incident], { ...other, sinceAt: t0 }, t0 + minuteMs, {
      silences: [silence()],
    });
    expect(joined.incident.id).toBe(opened.incident.id);
    expect(notes(joined.posts)).toEqual(['page']);
  });
});

describe('what joins a silenced incident', () => {
  const held = fires([], hubDown(t0), t0, { silences: [silence({ toAt: t0 + 180 * minuteMs })] }).incident;
  const at = t0 + 60 * minuteMs;
  const exposed = anAlert('naked-position', { login: 'main', suite: 'mnq' }, at, {
    severity: 'critical',
    insists: true,
    causedBy: ['hub-down'],
    suites: [naked],
  });

  it('calls the primary now, and the others in their time: the hour of silence does not count', () => {
    const joined = fires([held], exposed, at, { silences: [silence({ toAt: t0 + 180 * minuteMs })] });
    expect(notes(joined.posts)).toEqual(['page']);
    expect(joined.incident.pagedAt).toBe(at);
    expect(onDue(joined.incident, [], at + 1_000)).toBeUndefined();
    const { secondaryAfterMs } = carePolicies.critical;
    expect(onDue(joined.incident, [], at + secondaryAfterMs - 1)).toBeUndefined();
    expect(made(onDue(joined.incident, [], at + secondaryAfterMs)).posts[0]).toMatchObject({
      note: { kind: 'called', circle: 'secondary' },
    });
  });
});

describe('a silence over what was paged before', () => {
  const paged = fires([], hubDown(t0), t0).incident;
  const overAt = t0 + 2 * minuteMs;
  const ended = ends([paged], hubDown(t0), overAt).incident;
  const backAt = t0 + 4 * minuteMs;
  const maintenance = silence({
    kind: 'maintenance',
    fromAt: t0 + 3 * minuteMs,
    toAt: t0 + 123 * minuteMs,
  });
  const around = { recent: [ended], silences: [maintenance] };

  it('calls nobody while it lasts, and the primary, in the thread there is, when it is over', () => {
    const back = fires([], hubDown(backAt), backAt, around);
    expect(back.incident).toMatchObject({ id: '7', state: { kind: 'suppressed', silence: { id: 'S1' } } });
    expect(notes(back.posts)).toEqual(['card']);
    for (let now = backAt; now < maintenance.toAt; now += minuteMs)
      expect(onDue(back.incident, [maintenance], now)).toBeUndefined();
    const after = made(onDue(back.incident, [maintenance], maintenance.toAt));
    expect(after.posts[0]).toMatchObject({ note: { kind: 'joined', mention: true } });
    expect(notes(after.posts)).toEqual(['joined', 'card']);
    expect(after.incident.state.kind).toBe('triggered');
    expect(onDue(after.incident, [maintenance], maintenance.toAt + minuteMs)).toBeUndefined();
    expect(
      made(onDue(after.incident, [maintenance], maintenance.toAt + carePolicies.critical.secondaryAfterMs))
        .posts[0],
    ).toMatchObject({ note: { kind: 'called', circle: 'secondary' } });
  });

  it('over which it recovered calls nobody, and is what held it', () => {
    const back = fires([], hubDown(backAt), backAt, around).incident;
    const over = ends([back], hubDown(backAt), backAt + minuteMs);
    expect(notes(over.posts)).toEqual(['recovered', 'card']);
    expect(over.incident.state).toMatchObject({ kind: 'resolved', silence: 'S1' });
  });

  it('and under which it flapped ends by itself once it stays well', () => {
    let incident = ended;
    let at = t0 + 3 * minuteMs;
    for (let turn = 0; turn < 3; turn += 1, at += minuteMs) {
      const open = incident.state.kind === 'resolved' ? [] : [incident];
      incident = fires(open, hubDown(at), at, { recent: [incident], silences: [maintenance] }).incident;
      incident = ends([incident], hubDown(at), at + 20_000).incident;
    }
    expect(incident).toMatchObject({ state: { kind: 'suppressed' }, flapping: { kind: 'flapping' } });
    const end = made(onDue(incident, [maintenance], at + 11 * minuteMs));
    expect(end.incident.state).toMatchObject({ kind: 'resolved', by: 'recovery' });
  });

  it('that was made after the page lets nobody else be called, and begins with the primary when it is over', () => {
    const { secondaryAfterMs } = carePolicies.critical;
    const covering = [maintenance];
    expect(onDue(paged, covering, t0 + 3 * minuteMs - 1)).toBeUndefined();
    const resting = made(onDue(paged, covering, t0 + secondaryAfterMs));
    expect(notes(resting.posts)).toEqual(['card']);
    expect(resting.incident.state.kind).toBe('suppressed');
    expect(onDue(resting.incident, covering, t0 + 60 * minuteMs)).toBeUndefined();
    const after = made(onDue(resting.incident, covering, maintenance.toAt));
    expect(notes(after.posts)).toEqual(['joined', 'card']);
    expect(after.incident.care.circle).toBe('primary');
  });

  it('neither asks nor calls who has it before it is over', () => {
    const taken = made(onAcknowledge(paged, ada, t0 + minuteMs)).incident;
    for (let at = t0 + 3 * minuteMs; at < maintenance.toAt; at += minuteMs)
      expect(onDue(taken, [maintenance], at)).toBeUndefined();
    expect(notes(made(onDue(taken, [maintenance], maintenance.toAt)).posts)).toEqual(['reminded']);
  });

  it('keeps what joins for its end, also where somebody has the incident already', () => {
    const taken = made(onAcknowledge(paged, ada, t0 + minuteMs)).incident;
    const mute = anAlert('feed-mute', { ...market, contract: 'MNQ' }, backAt, {
      causedBy: ['hub-down'],
      severity: 'medium',
    });
    const muted = silence({ matcher: { finding: 'feed-mute' }, toAt: backAt + minuteMs });
    const joined = fires([taken], mute, backAt, { silences: [muted] });
    expect(notes(joined.posts)).toEqual(['card']);
    expect(onDue(joined.incident, [muted], backAt + 30_000)).toBeUndefined();
    const told = made(onDue(joined.incident, [muted], backAt + minuteMs));
    expect(told.posts[0]).toMatchObject({
      note: { kind: 'digest', mention: false, alerts: [{ finding: 'feed-mute' }] },
    });
    expect(told.incident).toMatchObject({ untold: [], state: { kind: 'acknowledged' } });
    expect(onDue(told.incident, [muted], backAt + minuteMs + 10_000)).toBeUndefined();
  });

  it('over something graver than its incident calls people when it is over', () => {
    const slow = anAlert('feed-slow', market, t0, { severity: 'medium' });
    const open = fires([], slow, t0).incident;
    const graver = hubDown(t0 + 1_000, { causedBy: ['feed-slow'] });
    const joined = fires([open], graver, t0 + 1_000, { silences: [silence()] });
    expect(joined.incident.severity).toBe('medium');
    const told = made(onDue(joined.incident, [silence()], t0 + 60 * minuteMs));
    expect(told.posts[0]).toMatchObject({ note: { kind: 'digest', mention: true } });
    expect(told.incident.severity).toBe('critical');
  });
});

describe('flapping', () => {
  /** Fails and recovers every two minutes; what is told of each turn. */
  function flap(times: number, more: Partial<Alert> = {}) {
    let incident = fires([], hubDown(t0, more), t0).incident;
    const told: string[][] = [];
    let at = t0;
    for (let turn = 0; turn < times; turn += 1) {
      at += minuteMs;
      const over = ends([incident], hubDown(t0, more), at);
      at += minuteMs;
      const open = over.incident.state.kind === 'resolved' ? [] : [over.incident];
      const back = fires(open, hubDown(at, more), at, { recent: [over.incident] });
      ({ incident } = back);
      told.push([...notes(over.posts), '→', ...notes(back.posts)]);
    }
    return { incident, told, at };
  }

  it('is one incident, told when it starts, then only on its card', () => {
    const { told, incident } = flap(5);
    expect(told).toEqual([
      ['recovered', 'card', '→', 'joined', 'card'],
      ['recovered', 'card', '→', 'flapping', 'card'],
      ['card', '→', 'card'],
      ['card', '→', 'card'],
      ['card', '→', 'card'],
    ]);
    expect(incident.id).toBe('7');
  });

  it('never mutes an exposed position', () => {
    const { told } = flap(4, { suites: [naked] });
    expect(told[2]).toEqual(['card', '→', 'joined', 'card']);
  });

  it('that stops well ends the incident ten minutes after its last turn', () => {
    const { incident, at } = flap(3);
    const over = ends([incident], hubDown(t0), at + minuteMs);
    expect(over.incident.state.kind).toBe('triggered');
    expect(
      onDue(
        { ...over.incident, care: { ...over.incident.care, circle: 'everyone' } },
        [],
        at + 10 * minuteMs,
      ),
    ).toBeUndefined();
    const end = made(onDue(over.incident, [], at + 11 * minuteMs));
    expect(notes(end.posts)).toEqual(['recovered', 'card']);
    expect(end.incident.state).toMatchObject({ kind: 'resolved', by: 'recovery' });
  });

  it('that stops down calls the people', () => {
    const { incident, at } = flap(3);
    const end = made(onDue(incident, [], at + 10 * minuteMs));
    expect(end.posts[0]).toMatchObject({ note: { kind: 'called', why: 'stays-down' } });
    expect(end.incident.flapping.kind).toBe('steady');
  });
});

describe('a storm', () => {
  it('of five hundred alerts within ten seconds is told in at most ten posts, the worst first', () => {
    const open = new Map<string, Incident>();
    const posts: Post[] = [];
    const keep = (decision: Decision | undefined): void => {
      if (decision === undefined) return;
      open.set(decision.incident.id, decision.incident);
      posts.push(...decision.posts.filter(({ kind }) => kind === 'page' || kind === 'note'));
    };
    for (let index = 0; index < 500; index += 1) {
      const at = t0 + index * 20;
      const alert = anAlert(`thing-${index}`, { login: 'main', suite: `s${index}` }, at, {
        severity: index % 50 === 49 ? 'critical' : 'medium',
      });
      keep(onAlert([...open.values()], { kind: 'firing', alert }, at, String(index)));
      for (const incident of open.values()) keep(onDue(incident, [], at));
    }
    for (const incident of open.values()) keep(onDue(incident, [], t0 + 10_000 + digestAfterMs));
    expect(posts.length).toBeLessThanOrEqual(10);
    const pages = posts.filter(({ kind }) => kind === 'page');
    expect(pages.length).toBeLessThanOrEqual(5);
    const told = posts.flatMap((post) => {
      if (post.kind === 'page') return post.card.alerts.map(({ alert }) => alert.key);
      if (post.kind !== 'note') return [];
      if (post.note.kind === 'joined') return [post.note.alert.key];
      return post.note.kind === 'digest' ? post.note.alerts.map(({ key }) => key) : [];
    });
    expect(new Set(told).size).toBe(500);
    expect(told).toHaveLength(500);
    const digests = posts.flatMap((post) =>
      post.kind === 'note' && post.note.kind === 'digest' ? [post.note.alerts] : [],
    );
    for (const alerts of digests) {
      const first = alerts.findIndex(({ severity }) => severity === 'medium');
      expect(alerts.slice(Math.max(0, first)).every(({ severity }) => severity === 'medium')).toBe(true);
    }
    expect(
      posts.filter((post) => post.kind === 'note' && post.note.kind === 'joined').length,
    ).toBeLessThanOrEqual(stormNotes);
  });
});
