// The desk's numbers: what is told, what is not told where it cannot be known, and that rules and dashboard name nothing else.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { OpsError } from '../../src/domain/errors.ts';
import type { QueueNumbers } from '../../src/domain/queue-numbers.ts';
import { unmeasuredSpeed } from '../../src/domain/speed-view.ts';
import { processMetrics } from '../../src/health.ts';
import { meterDesk, type DeskMeter, type DeskSources } from '../../src/health/desk-meter.ts';
import { incident } from '../discord/desk.ts';
import { fakeLogin } from '../fakes/view.ts';

const now = Date.UTC(2026, 10, 18, 15, 0, 0);
const numbers: QueueNumbers = {
  lanes: [
    { lane: 'questions', login: 'main', depth: 3, oldestAt: now - 4_000 },
    { lane: 'evidence', login: 'main', depth: 0, oldestAt: undefined },
    { lane: 'answers', depth: 0, oldestAt: undefined },
    { lane: 'posts', depth: 2, oldestAt: now - 31_000 },
  ],
  deadLetters: 4,
};
const speed = {
  ...unmeasuredSpeed,
  retained: [
    { what: 'prints of MNQ', entries: 100, bound: 4_096 },
    { what: '1min bars of MNQ', entries: 20, bound: 500 },
  ],
};
const sources = (more: Partial<DeskSources> = {}): DeskSources => ({
  now: () => now,
  queue: () => Promise.resolve(numbers),
  open: () => Promise.resolve([incident({ severity: 'critical' })]),
  redisUp: () => Promise.resolve(true),
  discordUp: () => Promise.resolve(true),
  views: () => [fakeLogin(now, { name: 'main', suites: [{ name: 'mnq', instrument: 'MNQ' }], speed })],
  canaries: () => [{ what: 'questions to main', seenAt: now - 2_000, sinceAt: now - 60_000, replaced: 1 }],
  ...more,
});
const meterOf = (more: Partial<DeskSources> = {}): DeskMeter => meterDesk(processMetrics(), sources(more));
/** Every line of a metric, without its prefix. */
const told = (text: string, name: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`pitwatch_${name}`))
    .map((line) => line.slice('pitwatch_'.length));

describe('the numbers of a desk', () => {
  it('say what waits and for how long, what is open, how fresh data is and how much is asked of the gateway', async () => {
    const text = await meterOf().text();
    expect(told(text, 'queue_depth')).toContain('queue_depth{lane="questions",login="main"} 3');
    expect(told(text, 'queue_oldest_seconds')).toContain('queue_oldest_seconds{lane="posts",login=""} 31');
    expect(told(text, 'dead_letters')).toEqual(['dead_letters 4']);
    expect(told(text, 'incidents_open')).toContain('incidents_open{severity="critical",state="triggered"} 1');
    expect(told(text, 'canary_age_seconds')).toEqual(['canary_age_seconds{queue="questions to main"} 2']);
    expect(told(text, 'hub_connected')).toContain('hub_connected{login="main",hub="market"} 1');
    expect(told(text, 'feed_age_seconds{login="main",suite="mnq",kind="quote"}')).toHaveLength(1);
    expect(told(text, 'gateway_allowance_used_ratio')).toHaveLength(1);
    expect(told(text, 'ledger_entries{')).toEqual(['ledger_entries{login="main"} 120']);
    expect(told(text, 'ledger_entries_bound')).toEqual(['ledger_entries_bound{login="main"} 4596']);
    expect(told(text, 'position_unprotected')).toHaveLength(1);
    expect(told(text, 'redis_up')).toEqual(['redis_up 1']);
    const refusing = await meterOf({ redisUp: () => Promise.resolve(false) }).text();
    expect(told(refusing, 'redis_up')).toEqual(['redis_up 0']);
  });

  it('count deliveries by what became of them, and let their errors through', async () => {
    const meter = meterOf();
    const fails = (retryable: boolean) =>
      meter.deliver('page', () => Promise.reject(new OpsError('discord-refused', 'no', { retryable })));
    await meter.deliver('page', () => Promise.resolve());
    await expect(fails(true)).rejects.toThrow('no');
    await expect(fails(false)).rejects.toThrow('no');
    meter.paged(2_000);
    meter.answered(100);
    for (const status of [200, 204, 429, 403, 418, 503]) meter.discordSaid(status);
    const text = await meter.text();
    expect(told(text, 'deliveries_total')).toEqual([
      'deliveries_total{what="page",outcome="accepted"} 1',
      'deliveries_total{what="page",outcome="unavailable"} 1',
      'deliveries_total{what="page",outcome="refused"} 1',
    ]);
    expect(told(text, 'time_to_page_seconds_sum')).toEqual(['time_to_page_seconds_sum 2']);
    expect(told(text, 'discord_responses_total').map((line) => /"(.*)"/.exec(line)?.[1])).toEqual([
      '2xx',
      '429',
      '403',
      '4xx',
      '5xx',
    ]);
  });

  it('are silent about what cannot be read, rather than old or zero', async () => {
    let away = false;
    const queue = (): Promise<QueueNumbers> =>
      away ? Promise.reject(new Error('no answer')) : Promise.resolve(numbers);
    const meter = meterOf({
      queue,
      open: () => (away ? Promise.reject(new Error('x')) : Promise.resolve([])),
    });
    await meter.text();
    away = true;
    const text = await meter.text();
    expect(told(text, 'redis_up')).toEqual(['redis_up 0']);
    expect(told(text, 'queue_depth')).toEqual([]);
    expect(told(text, 'incidents_open')).toEqual([]);
    expect(told(text, 'dead_letters')).toEqual(['dead_letters Nan']);
    expect(told(text, 'hub_connected')).toHaveLength(2);
  });

  it('forget a login that is not held here any more', async () => {
    let views = sources().views();
    const meter = meterOf({ views: () => views });
    await meter.text();
    views = [];
    expect(told(await meter.text(), 'hub_connected')).toEqual([]);
  });
});

describe('what is told to Prometheus and Grafana', () => {
  const rules = parse(readFileSync('docs/ops/alerts.yml', 'utf8')) as {
    groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
  };
  const dashboard = JSON.parse(readFileSync('docs/ops/dashboard.json', 'utf8')) as {
    panels: { title: string; targets: { expr: string }[]; gridPos: { x: number; w: number } }[];
  };
  const all = rules.groups.flatMap((group) => group.rules);
  const namesIn = (expr: string): readonly string[] => expr.match(/\bpitwatch_[a-z0-9_]+/g) ?? [];

  it('names only what is measured', async () => {
    const meter = meterOf();
    await meter.deliver('page', () => Promise.resolve());
    meter.discordSaid(200);
    const text = await meter.text();
    const known = new Set(text.split('\n').flatMap((line) => /^(pitwatch_[a-z0-9_]+)/.exec(line)?.[1] ?? []));
    const named = [
      ...all.map(({ expr }) => expr),
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ];
    expect(named.flatMap(namesIn).filter((name) => !known.has(name))).toEqual([]);
    expect(named.flatMap(namesIn).length).toBeGreaterThan(30);
  });

  it('is a rule for each thing that goes wrong, once, and each says what happened and what to do', () => {
    expect(new Set(all.map(({ alert }) => alert)).size).toBe(all.length);
    for (const { annotations } of all) {
      expect(annotations['summary']).toMatch(/\S.*\.$/);
      expect(annotations['action']).toMatch(/\S.*\.$/);
    }
  });

  it('is a panel for each of our own numbers, in rows that fit', async () => {
    const own = (await meterOf().text())
      .split('\n')
      .flatMap((line) => /^# TYPE (pitwatch_\w+)/.exec(line)?.[1] ?? [])
      .filter((name) => !/^pitwatch_(nodejs|process)_/.test(name));
    const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join(' ');
    expect(own.filter((name) => !shown.includes(name))).toEqual([]);
    for (const { gridPos } of dashboard.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  });
});
