// The parts of an answer become one report that names whoever did not answer, and why.
import { describe, expect, it } from 'vitest';
import type { DeskView, LoginPulse } from '../../src/domain/desk.ts';
import type { AskResult, TaskTicket } from '../../src/domain/job.ts';
import type { LoginReport } from '../../src/domain/report.ts';
import { assemble } from '../../src/flows/assemble.ts';

const now = 1_000_000;
const ticket: Pick<TaskTicket, 'task' | 'askedAt'> = {
  askedAt: now - 10_000,
  task: {
    kind: 'examine',
    title: 'Health',
    diagnostics: 'all',
    parts: [
      { login: 'a', suites: ['mnq'] },
      { login: 'b', suites: ['es'] },
    ],
  },
};

function answered(login: string): AskResult {
  const report: LoginReport = { login, worker: 'w', startedAt: now, tookMs: 3, suites: [], findings: [] };
  return { kind: 'report', report };
}

function deskWith(pulseAt: number | undefined): DeskView {
  if (pulseAt === undefined) return { roster: [], pulses: [] };
  const pulse: LoginPulse = {
    login: 'b',
    worker: 'w2',
    hostedAt: 0,
    at: pulseAt,
    session: 'active',
    sessionExpiresAt: undefined,
    hubs: { user: { state: 'connected', sinceAt: 0 }, market: { state: 'connected', sinceAt: 0 } },
    suites: [],
  };
  return { roster: [], pulses: [pulse] };
}

describe('a report', () => {
  it('lists the logins that answered in a fixed order, with nothing missing', () => {
    const report = assemble(ticket, [answered('b'), answered('a')], [], deskWith(now), now);
    expect(report.logins.map(({ login }) => login)).toEqual(['a', 'b']);
    expect(report.missing).toEqual([]);
  });

  it.each([
    ['never hosted', undefined, 'no worker has ever hosted b: start one (npm run worker)'],
    ['silent for a minute', now - 60_000, 'worker w2 hosts it but was last heard of 60 s ago'],
    ['alive but late', now - 1_000, 'worker w2 is alive (heard 1 s ago) but did not answer in time'],
  ])('names a login that did not answer: %s', (_name, pulseAt, why) => {
    const missing = [{ login: 'b', suites: ['es'] }];
    const report = assemble(ticket, [answered('a')], missing, deskWith(pulseAt), now);
    expect(report.missing).toEqual([{ login: 'b', suites: ['es'], why }]);
  });

  it('keeps the reason of a host that failed', () => {
    const failed: AskResult = { kind: 'failed', login: 'b', why: 'the host is letting go' };
    const report = assemble(ticket, [answered('a'), failed], [], deskWith(now), now);
    expect(report.missing).toEqual([{ login: 'b', suites: ['es'], why: 'the host is letting go' }]);
  });
});
