// What is said while Redis is away: with its age, never green, within Discord's rules however much there is.
import { describe, expect, it } from 'vitest';
import { presentAnswer } from '../../../src/discord/presenter/answer.ts';
import type { LastSeen, OutageAnswer } from '../../../src/domain/job.ts';
import type { LoginPulse } from '../../../src/domain/desk.ts';
import { alert, incident } from '../desk.ts';
import { brokenRules } from './discord-rules.ts';
import { finding, login, now, report } from './reports.ts';

const outage = {
  kind: 'away',
  sinceAt: now - 12_000,
  why: 'connect ECONNREFUSED 127.0.0.1:6379',
  advice: 'Check that Redis runs there and that REDIS_URL is right.',
} as const;
const pulse = (name: string, state = 'connected'): LoginPulse => ({
  login: name,
  worker: 'w1',
  hostedAt: now - 60_000,
  at: now - 12_400,
  session: 'active',
  sessionExpiresAt: undefined,
  hubs: { user: { state: 'connected', sinceAt: now }, market: { state, sinceAt: now } },
  suites: ['mnq', 'es'].map((suite) => ({
    suite,
    instrument: suite.toUpperCase(),
    contract: undefined,
    account: undefined,
    observe: 'direct',
    exposure: { kind: 'flat' },
    lastExchangeAt: now - 12_800,
    market: 'open',
  })),
});
const entry = (name: string): LastSeen['desk']['roster'][number] => ({
  login: name,
  since: 0,
  suites: ['mnq', 'es'].map((suite) => ({ suite, instrument: suite.toUpperCase(), observe: 'direct' })),
});
const seen: LastSeen = {
  desk: { roster: [entry('main')], pulses: [pulse('main')] },
  deskAt: now - 12_000,
  incidents: [{ incident: incident({ state: { kind: 'triggered' } }), refs: { threadId: '5' } }],
  incidentsAt: now - 12_500,
  direct: [],
  called: [{ kind: 'role', id: '7' }],
  report: { ...report([login('main', [finding('data-freshness', 'pass')])]), finishedAt: now - 40_000 },
  hostHere: false,
};
const answer: OutageAnswer = { kind: 'outage', at: now, outage, asked: '/health', done: 'read', seen };
const text = (given: OutageAnswer): string => JSON.stringify(presentAnswer(given).embeds, undefined, 1);

describe('an answer while Redis is away', () => {
  it('says since when, what was known last and how old that is, what is not known, and what to do', () => {
    const said = text(answer);
    for (const part of [
      'Redis is unreachable: /health is not answered',
      /since 14:31:53 CT, for 12 s/,
      /Last known \(12 s ago\)/,
      /user hub connected, market hub connected, session active, seen 12 s ago/,
      /mnq: was flat, newest data 400 ms old then/,
      /Open incidents \(as read 13 s ago\)/,
      /#12.*Market hub down.*nobody had it.*<#5>/,
      /The last answer to this \(40 s ago\)/,
      'Everything that happened since 14:31:53 CT',
      'REDIS_URL',
      '<@&7>',
      'second channel',
    ])
      expect(said).toMatch(part);
  });

  it('names of what was said without a record the part that is still wrong', () => {
    const over = { at: now, missed: [], proof: 'it flows' };
    const direct = [
      {
        id: 'd1',
        login: 'main',
        about: 'one' as const,
        decidedAt: now - 9_000,
        trouble: { sinceAt: now - 12_000, why: 'away' },
        alerts: [
          { alert: alert(), recovery: over },
          { alert: alert({ key: 'feed', title: 'Feed mute' }), recovery: undefined },
        ],
      },
    ];
    expect(text({ ...answer, seen: { ...seen, direct } })).toMatch(/🔴 Feed mute and 1 more/);
  });

  it('shows nothing green, though all was well when it was seen last', () => {
    expect(text(answer)).not.toMatch(/🟢|✅/);
    expect(presentAnswer(answer).embeds.every(({ color }) => color === 0x8a8f98)).toBe(true);
    expect(presentAnswer(answer).allowed_mentions).toEqual({ parse: [] });
  });

  it('puts first what was sick already', () => {
    const desk = { roster: [entry('main'), entry('b')], pulses: [pulse('main'), pulse('b', 'closed')] };
    const [field] = presentAnswer({ ...answer, seen: { ...seen, desk } }).embeds[0]?.fields ?? [];
    expect(field?.value).toMatch(/^🔴 \*\*b\*\*/);
  });

  it('says of a press that nothing was recorded, or that it is not known, and gives back what was written', () => {
    const press: OutageAnswer = { kind: 'outage', at: now, outage, asked: 'your note', done: 'nothing' };
    const said = text({ ...press, written: 'flattened *by hand*' });
    expect(said).toMatch(/Nothing was recorded, and nothing was changed/);
    expect(said).toContain('flattened \\\\*by hand\\\\*');
    expect(text({ ...press, done: 'unknown' })).toMatch(/it is not known whether your note was recorded/);
  });

  it('keeps to the rules of Discord with a desk of hundreds', () => {
    const names = Array.from({ length: 200 }, (_, index) => `login-${index}-${'x'.repeat(40)}`);
    const big: LastSeen = {
      ...seen,
      desk: { roster: names.map(entry), pulses: names.map((name) => pulse(name)) },
      incidents: names.map((id) => ({ incident: incident({ id: id.slice(0, 20) }), refs: {} })),
      report: report([
        login(
          'main',
          Array.from({ length: 60 }, (_, n) => finding(`f${n}`, 'fail')),
        ),
      ]),
    };
    for (const more of [{ seen: big }, { written: '@everyone\n'.repeat(150) }])
      expect(brokenRules(presentAnswer({ ...answer, asked: 'y'.repeat(900), ...more }))).toEqual([]);
  });
});
