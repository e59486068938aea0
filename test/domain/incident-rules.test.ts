// What an alert's change does to the open incidents of its login.
import { describe, expect, it } from 'vitest';
import type { Incident, Post } from '../../src/domain/incident.ts';
import { encloses } from '../../src/domain/belonging.ts';
import { onAcknowledge, onResolveByHand, type Refused } from '../../src/domain/incident-people.ts';
import { onAlert, type Decision } from '../../src/domain/incident-rules.ts';
import { overAt, stillSeen } from '../../src/domain/still-seen.ts';
import { anAlert } from '../fakes/alerts.ts';

const t0 = 1_000_000_000;
const market = { login: 'main', hub: 'market' } as const;
/** The incident of a decision that must have been made. */
function incidentOf(decision: Decision | Refused | undefined): Incident {
  if (decision === undefined || decision.kind === 'refused') throw new Error('expected a decision');
  return decision.incident;
}

const ada = { id: '1', name: 'Ada' };

function open(
  finding: string,
  place: Parameters<typeof anAlert>[1],
  sinceAt = t0,
  causedBy: string[] = [],
): Incident {
  const decision = onAlert(
    [],
    { kind: 'firing', alert: anAlert(finding, place, sinceAt, { causedBy }) },
    sinceAt,
    '1',
  );
  if (decision === undefined) throw new Error('expected an incident');
  return decision.incident;
}

describe('an alert', () => {
  it('opens an incident with exactly one page when nothing is open', () => {
    const decision = onAlert([], { kind: 'firing', alert: anAlert('hub-down', market, t0) }, t0, '7');
    expect(decision?.kind).toBe('opened');
    expect(decision?.posts.map((post) => [post.kind, post.id])).toEqual([['page', '7-1-0']]);
  });

  it('that was told already changes nothing', () => {
    const incident = open('hub-down', market);
    expect(
      onAlert([incident], { kind: 'firing', alert: anAlert('hub-down', market, t0) }, t0, '8'),
    ).toBeUndefined();
  });

  it('explained by the open one joins it without a second page', () => {
    const incident = open('hub-down', market);
    const alert = anAlert('feed-mute', { ...market, contract: 'MNQ' }, t0 + 60_000, {
      causedBy: ['hub-down'],
    });
    const decision = onAlert([incident], { kind: 'firing', alert }, t0 + 60_000, '8');
    expect(decision?.kind).toBe('joined');
    expect(decision?.posts.map((post) => post.kind)).toEqual(['note', 'card']);
    expect(decision?.incident.alerts[0]?.alert.finding).toBe('hub-down');
  });

  it('that explains the open one becomes its root', () => {
    const incident = open('hub-down', market, t0, ['session-expired']);
    const decision = onAlert(
      [incident],
      { kind: 'firing', alert: anAlert('session-expired', { login: 'main' }, t0 + 60_000) },
      t0 + 60_000,
      '8',
    );
    expect(decision?.kind).toBe('joined');
    expect(decision?.incident.alerts.map(({ alert }) => alert.finding)).toEqual([
      'session-expired',
      'hub-down',
    ]);
  });

  it('of the same login that began at the same moment is the same incident', () => {
    const incident = open('hub-down', market);
    const alert = anAlert('hub-down', { login: 'main', hub: 'user' }, t0 + 900);
    expect(onAlert([incident], { kind: 'firing', alert }, t0 + 1_000, '8')?.kind).toBe('joined');
  });

  it('of another login, or unrelated and much later, is an incident of its own', () => {
    const incident = open('hub-down', market);
    const elsewhere = anAlert('hub-down', { login: 'desk-b', hub: 'market' }, t0);
    expect(onAlert([incident], { kind: 'firing', alert: elsewhere }, t0, '8')?.kind).toBe('opened');
    const later = anAlert('request-rate', { login: 'main', hub: 'user' }, t0 + 3_600_000);
    expect(onAlert([incident], { kind: 'firing', alert: later }, t0 + 3_600_000, '8')?.kind).toBe('opened');
  });

  it('that insists joins what explains it and calls people again, though it is no worse', () => {
    const incident = open('hub-down', market);
    const naked = anAlert('naked-position', { login: 'main', suite: 'mnq' }, t0 + 60_000, {
      causedBy: ['hub-down'],
      insists: true,
    });
    const decision = onAlert([incident], { kind: 'firing', alert: naked }, t0 + 60_000, '8');
    expect(decision?.kind).toBe('joined');
    expect(decision?.posts[0]).toMatchObject({ kind: 'note', note: { kind: 'joined', mention: true } });
  });

  it('of the same suite at the same moment is the same incident', () => {
    const suite = { login: 'main', suite: 'mnq' };
    const incident = open('fill-missed', suite);
    const drift = anAlert('position-drift', suite, t0 + 4_000);
    expect(onAlert([incident], { kind: 'firing', alert: drift }, t0 + 4_000, '8')?.kind).toBe('joined');
    const other = anAlert('position-drift', { login: 'main', suite: 'es' }, t0 + 4_000);
    expect(onAlert([incident], { kind: 'firing', alert: other }, t0 + 4_000, '8')?.kind).toBe('opened');
  });

  it('of a suite at the same moment never hides behind the hub', () => {
    const incident = open('hub-down', market);
    const naked = anAlert('naked-position', { login: 'main', suite: 'mnq' }, t0 + 500);
    expect(onAlert([incident], { kind: 'firing', alert: naked }, t0 + 500, '8')?.kind).toBe('opened');
  });

  it('that makes it worse raises the severity and mentions, and nothing lowers it again', () => {
    const incident = open('hub-down', market);
    const critical = anAlert('hub-down', { login: 'main', hub: 'user' }, t0 + 100, { severity: 'critical' });
    const worse = onAlert([incident], { kind: 'firing', alert: critical }, t0 + 100, '8');
    expect(worse?.incident.severity).toBe('critical');
    expect(worse?.posts[0]).toMatchObject({ kind: 'note', note: { kind: 'joined', mention: true } });
    const low = anAlert('feed-mute', market, t0 + 200, { severity: 'low' });
    expect(
      onAlert([incidentOf(worse)], { kind: 'firing', alert: low }, t0 + 200, '8')?.incident.severity,
    ).toBe('critical');
  });
});

describe('a gateway that is lost', () => {
  it('under twenty contracts, two hubs and five suites is one incident in at most three channel messages', () => {
    const open = new Map<string, Incident>();
    const posts: Post[] = [];
    const causes = ['gateway-unreachable', 'hub-down', 'feed-mute'];
    const alerts = [
      ...Array.from({ length: 20 }, (_, index) =>
        anAlert('contract-mute', { ...market, contract: `C${index}` }, t0 + index * 40, { causedBy: causes }),
      ),
      ...(['user', 'market'] as const).map((hub, index) =>
        anAlert('hub-down', { login: 'main', hub }, t0 + 900 + index, { causedBy: causes }),
      ),
      ...Array.from({ length: 5 }, (_, index) =>
        anAlert('naked-position', { login: 'main', suite: `s${index}` }, t0 + 2_000 + index, {
          causedBy: causes,
          insists: true,
          severity: 'critical',
        }),
      ),
      anAlert('gateway-unreachable', { login: 'main' }, t0 + 4_000, { severity: 'critical' }),
    ];
    for (const [index, alert] of alerts.entries()) {
      const at = alert.sinceAt;
      const decision = onAlert([...open.values()], { kind: 'firing', alert }, at, String(index));
      if (decision === undefined) throw new Error('each of them is news');
      open.set(decision.incident.id, decision.incident);
      posts.push(...decision.posts);
    }
    const inChannel = posts.filter(({ kind }) => kind === 'page');
    expect(inChannel.length).toBeLessThanOrEqual(3);
    expect(open.size).toBe(1);
    const [incident] = open.values();
    expect(incident?.alerts).toHaveLength(alerts.length);
    expect(incident?.alerts[0]?.alert.finding).toBe('gateway-unreachable');
  });
});

describe('a place encloses', () => {
  const suite = { login: 'main', contract: 'MNQ', suite: 'mnq' };

  it.each([
    ['a login its hubs', { login: 'main' }, market, true],
    ['a hub a suite that hangs on both', market, suite, true],
    ['a hub a suite that hangs on it', market, { ...suite, hub: 'market' as const }, true],
    ['no hub a suite that hangs on the other', market, { ...suite, hub: 'user' as const }, false],
    ['a contract its suite', { ...market, contract: 'MNQ' }, { ...suite, hub: 'market' as const }, true],
    ['no contract another contract’s suite', { ...market, contract: 'ES' }, suite, false],
    ['no suite its hub', suite, market, false],
    ['no login another login', { login: 'desk-b' }, suite, false],
  ])('%s', (_, outer, inner, expected) => {
    expect(encloses(outer, inner)).toBe(expected);
  });
});

describe('a recovery', () => {
  const recovery = { at: t0 + 30_000, missed: ['one bar'], proof: 'data flows' };

  it('of the only alert resolves the incident with its downtime', () => {
    const decision = onAlert(
      [open('hub-down', market)],
      { kind: 'resolved', key: 'hub-down@main/market', recovery },
      t0 + 33_000,
      '',
    );
    expect(decision?.kind).toBe('recovered');
    expect(decision?.incident.state).toMatchObject({ kind: 'resolved', by: 'recovery', at: t0 + 30_000 });
    expect(decision?.posts.map((post) => post.kind)).toEqual(['note', 'card']);
    expect(decision?.posts[0]).toMatchObject({
      note: { kind: 'recovered', downtimeMs: 30_000, recovery: { missed: ['one bar'] } },
    });
  });

  it('of one of two leaves the incident open and says so', () => {
    const first = open('hub-down', market);
    const both = incidentOf(
      onAlert(
        [first],
        { kind: 'firing', alert: anAlert('hub-down', { login: 'main', hub: 'user' }, t0) },
        t0,
        '',
      ),
    );
    const decision = onAlert(
      [both],
      { kind: 'resolved', key: 'hub-down@main/market', recovery },
      t0 + 33_000,
      '',
    );
    expect(decision?.kind).toBe('part-recovered');
    expect(decision?.incident.state.kind).toBe('triggered');
  });

  it('of something nobody told about says nothing', () => {
    expect(
      onAlert([open('hub-down', market)], { kind: 'resolved', key: 'x@main', recovery }, t0, ''),
    ).toBeUndefined();
  });
});

describe('the same thing back', () => {
  const recovery = { at: t0 + 30_000, missed: [], proof: 'data flows' };
  const key = 'hub-down@main/market';
  const ended = incidentOf(
    onAlert([open('hub-down', market)], { kind: 'resolved', key, recovery }, t0 + 30_000, ''),
  );
  const again = (sinceAt: number) =>
    ({ kind: 'firing', alert: anAlert('hub-down', market, sinceAt) }) as const;

  it('within five minutes reopens its incident in the thread, without a second page', () => {
    const decision = onAlert([], again(t0 + 60_000), t0 + 60_000, '8', { recent: [ended] });
    expect(decision?.kind).toBe('reopened');
    expect(decision?.incident).toMatchObject({ id: '1', state: { kind: 'triggered' } });
    expect(decision?.posts.map((post) => post.kind)).toEqual(['note', 'card']);
    expect(decision?.posts[0]).toMatchObject({ note: { mention: true } });
  });

  it('later is a new incident with a page of its own', () => {
    expect(onAlert([], again(t0 + 600_000), t0 + 600_000, '8', { recent: [ended] })?.kind).toBe('opened');
  });

  it('after a person resolved it by hand is a new incident', () => {
    const byHand = incidentOf(onResolveByHand(open('hub-down', market), ada, t0 + 30_000));
    expect(onAlert([], again(t0 + 60_000), t0 + 60_000, '8', { recent: [byHand] })?.kind).toBe('opened');
  });

  it('on the other hub is a new incident', () => {
    const other = anAlert('hub-down', { login: 'main', hub: 'user' }, t0 + 60_000);
    expect(onAlert([], { kind: 'firing', alert: other }, t0 + 60_000, '8', { recent: [ended] })?.kind).toBe(
      'opened',
    );
  });
});

describe('a recovery of what somebody closed by hand before', () => {
  const recovery = { at: t0 + 60_000, missed: [], proof: 'data flows' };
  const change = { kind: 'resolved', key: 'hub-down@main/market', recovery } as const;
  const byHand = incidentOf(onResolveByHand(open('hub-down', market), ada, t0 + 30_000));

  it('is told in its thread and card; it stays closed by whom closed it', () => {
    const decision = onAlert([], change, t0 + 61_000, '', { recent: [byHand] });
    expect(decision?.posts.map((post) => post.kind)).toEqual(['note', 'card']);
    expect(decision?.posts[0]).toMatchObject({ note: { kind: 'recovered', downtimeMs: 60_000 } });
    expect(decision?.incident.state).toEqual(byHand.state);
    expect(stillSeen(byHand)).toHaveLength(1);
    expect(stillSeen(incidentOf(decision))).toEqual([]);
    expect(overAt(incidentOf(decision))).toBe(recovery.at);
  });

  it('is told once', () => {
    const after = incidentOf(onAlert([], change, t0 + 61_000, '', { recent: [byHand] }));
    expect(onAlert([], change, t0 + 62_000, '', { recent: [after] })).toBeUndefined();
  });

  it('belongs to an open incident first', () => {
    const later = { ...open('hub-down', market, t0 + 40_000), id: '2' };
    expect(onAlert([later], change, t0 + 61_000, '', { recent: [byHand] })?.incident.id).toBe('2');
  });

  it('of a part of it says that the rest still fires', () => {
    const user = anAlert('hub-down', { login: 'main', hub: 'user' }, t0 + 100);
    const both = incidentOf(
      onAlert([open('hub-down', market)], { kind: 'firing', alert: user }, t0 + 100, ''),
    );
    const closed = incidentOf(onResolveByHand(both, ada, t0 + 30_000));
    const decision = onAlert([], change, t0 + 61_000, '', { recent: [closed] });
    expect(decision?.posts[0]).toMatchObject({ note: { kind: 'part-recovered' } });
    expect(stillSeen(incidentOf(decision)).map(({ key }) => key)).toEqual(['hub-down@main/user']);
  });
});

describe('people', () => {
  it('acknowledge once', () => {
    const decision = onAcknowledge(open('hub-down', market), ada, t0 + 1);
    expect(incidentOf(decision).state).toEqual({ kind: 'acknowledged', by: ada, at: t0 + 1 });
    expect(onAcknowledge(incidentOf(decision), { id: '2', name: 'Bob' }, t0 + 2)).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('Ada') as string,
    });
  });

  it('resolve by hand, and are told what still fires', () => {
    const decision = onResolveByHand(open('hub-down', market), ada, t0 + 1);
    if (decision.kind === 'refused') throw new Error(decision.text);
    expect(decision.posts[0]).toMatchObject({
      note: { kind: 'resolved-by-hand', stillFiring: ['Title of hub-down'] },
    });
    expect(onResolveByHand(incidentOf(decision), ada, t0 + 2).kind).toBe('refused');
  });
});
