// A login's start and its newest reconnect as it writes them down, lived through on the simulated gateway.
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { neverCloses } from '../../src/desk.ts';
import type { Exhibit, StepsExhibit } from '../../src/domain/exhibit.ts';
import type { LoginView, SuiteView } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import shutdown from '../../src/exhibits/shutdown.ts';
import startup from '../../src/exhibits/startup.ts';
import { startGateway, type Gateway } from '../../src/local/gateway/gateway.ts';
import { makeLog } from '../../src/log.ts';
import { openLogin, type LiveLogin } from '../../src/projectx/live-login.ts';
import { until } from './fake-gateway.ts';
import { aSuite, loginTo } from '../fixtures/login-spec.ts';

let gateway: Gateway | undefined;
let login: LiveLogin | undefined;

afterEach(async () => {
  await login?.close();
  await gateway?.stop();
});

async function open(faults: readonly Readonly<Record<string, unknown>>[] = []): Promise<LiveLogin> {
  const started = await startGateway({ trader: 'off', eventsPerSecond: 40 });
  gateway = started;
  for (const fault of faults) started.faults.inject(fault);
  login = openLogin({
    spec: loginTo(started, [aSuite()]),
    apiKey: started.apiKey,
    worker: 'w1',
    clock: systemClock,
    log: makeLog('silent'),
    thresholds: startThresholds,
    tuning: { pingMs: 100, reconnectDelaysMs: [0, 50, 100] },
  });
  login.start();
  return login;
}

function first(view: LoginView): SuiteView {
  const [suite] = view.suites;
  if (suite === undefined) throw new Error('the login has no suite');
  return suite;
}

function stepsOf(exhibit: Exhibit): StepsExhibit {
  if (exhibit.kind !== 'steps') throw new Error(`a ${exhibit.kind} is no checklist`);
  return exhibit;
}

function shown(live: LiveLogin, exhibitor: typeof startup | typeof shutdown = startup) {
  const now = Date.now();
  return exhibitor
    .show(first(live.view()), {
      now,
      market: neverCloses(now),
      marketOf: () => neverCloses(now),
      thresholds: startThresholds,
      signal: new AbortController().signal,
    })
    .map(stepsOf);
}
const statuses = (live: LiveLogin, index = 0) => shown(live)[index]?.steps.map(({ status }) => status) ?? [];
const all = Array<string>(6).fill('pass');

describe('a start', () => {
  it('is written down step by step, and stays as it was after a reconnect, which has its own', async () => {
    const live = await open();
    await until(
      'all six',
      () => statuses(live).every((status) => status === 'pass') && statuses(live).length === 6,
    );
    const [start] = shown(live);
    expect(shown(live)).toHaveLength(1);
    const times = start?.steps.map(({ startedAt = 0 }) => startedAt) ?? [];
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    gateway?.faults.inject({ fault: 'F1', hub: 'market' });
    await until(
      'the reconnect',
      () => statuses(live, 1).length === 6 && statuses(live, 1).join() === all.join(),
    );
    const [before, after] = shown(live);
    expect(before?.steps).toEqual(start?.steps);
    expect(after?.note).toMatch(/^The market hub was lost .* ago: its socket was dropped \(/);
    expect(after?.steps[1]?.said).toContain('Already so at the loss');
  });

  it.each([
    [{ fault: 'F13', status: 503 }, ['waiting', 'open', 'open', 'open', 'open', 'open']],
    [{ fault: 'F14', endpoint: 'login', code: 3 }, ['pass', 'fail', 'open', 'open', 'open', 'open']],
    [{ fault: 'F26', mode: 'negotiate-503' }, ['pass', 'pass', 'waiting', 'open', 'open', 'open']],
    [{ fault: 'F26', mode: 'handshake-error' }, ['pass', 'pass', 'pass', 'waiting', 'open', 'open']],
    [{ fault: 'F4' }, ['pass', 'pass', 'pass', 'pass', 'waiting', 'open']],
    [{ fault: 'F5', kind: 'trade' }, ['pass', 'pass', 'pass', 'pass', 'pass', 'waiting']],
  ] as const)('under %j hangs at its step', async (fault, wanted) => {
    const live = await open([fault]);
    await until(wanted.join(), () => statuses(live).join() === wanted.join());
  });
});

describe('an end', () => {
  it('says that both sockets were closed by both sides and no loop is left', async () => {
    const live = await open();
    await until('all six', () => statuses(live).join() === all.join());
    login = undefined;
    expect(await live.close()).toEqual({ sockets: { user: 'closed', market: 'closed' }, loopsLeft: 0 });
  });

  it('of a socket whose server does not answer says that it was cut', async () => {
    const live = await open();
    await until('all six', () => statuses(live).join() === all.join());
    gateway?.faults.inject({ fault: 'F3', hub: 'market' });
    login = undefined;
    expect((await live.close()).sockets).toEqual({ user: 'closed', market: 'cut' });
  });

  it('that nobody wrote down is not passed', async () => {
    const live = await open();
    await until('the books', () => first(live.view()).reconciledAt !== undefined);
    expect(shown(live, shutdown)[0]?.steps.map(({ status }) => status)).toEqual([
      'skip',
      'skip',
      'pass',
      'skip',
      'skip',
    ]);
  });
});
