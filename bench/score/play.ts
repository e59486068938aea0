// Plays one fault on a gateway and a login of its own over real sockets, and writes down what the diagnosis said, once a second.
import { systemClock } from '../../src/clock.ts';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { Diagnostic } from '../../src/domain/diagnostic.ts';
import type { Finding } from '../../src/domain/report.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { examine } from '../../src/flows/examine.ts';
import { startGateway } from '../../src/local/gateway/gateway.ts';
import { makeLog } from '../../src/log.ts';
import { openLogin } from '../../src/projectx/live-login.ts';
import { traces, type Holding, type ScoredFault } from './truth.ts';

export interface Played {
  readonly fault: ScoredFault;
  readonly seed: number;
  readonly holding: Holding;
  /** The first root finding that was not there before; undefined = none came. */
  readonly first: string | undefined;
  /** From when it was knowable to the first right root finding, ms; undefined = it never came. */
  readonly rightMs: number | undefined;
  /** Other root findings that came. */
  readonly extra: readonly string[];
  /** Calls that would change an account, as the gateway counted them after the position was set up. */
  readonly requests: number;
}

const warmUpMs = 8_000;
const lookMs = 1_000;
const dayMs = 86_400_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function roots(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ label, consequenceOf }) =>
    label === undefined || consequenceOf !== undefined ? [] : [label],
  );
}

export async function play(
  fault: ScoredFault,
  seed: number,
  holding: Holding,
  diagnostics: readonly Diagnostic[],
): Promise<Played> {
  const gateway = await startGateway({ seed, trader: 'off', eventsPerSecond: 20 });
  const suite = (name: string, instrument: string) =>
    ({
      name,
      login: 'main',
      instrument,
      account: 'PRAC-V2-1',
      observe: 'direct',
      timeframes: ['1min'],
      depth: true,
    }) as const;
  const login = openLogin({
    spec: {
      name: 'main',
      username: gateway.username,
      apiKeyEnv: 'UNUSED',
      apiUrl: gateway.apiUrl,
      userHubUrl: gateway.userHubUrl,
      marketHubUrl: gateway.marketHubUrl,
      suites: [suite('mnq', 'MNQ'), suite('es', 'ES')],
    },
    apiKey: gateway.apiKey,
    worker: 'score',
    clock: systemClock,
    log: makeLog('silent'),
    thresholds: startThresholds,
  });
  login.start();
  const market = (): MarketPhase => ({
    kind: 'open',
    openedAt: Date.now() - dayMs,
    closesAt: Date.now() + dayMs,
  });
  const look = async (): Promise<readonly string[]> => {
    const { findings } = await examine({
      login: login.view(),
      suites: [],
      diagnostics,
      wanted: 'all',
      clock: systemClock,
      market,
      thresholds: startThresholds,
      signal: new AbortController().signal,
      deadlineMs: 5_000,
    });
    return roots(findings).filter((label) => !traces.includes(label));
  };
  try {
    await pause(warmUpMs / 2);
    if (holding !== 'flat') await hold(gateway.url, holding);
    await pause(warmUpMs / 2 + (holding === 'unprotected' ? 4_000 : 0));
    const before = new Set(await look());
    // An uncovered position is first a warning and then a failure: it is there before the fault.
    if (holding === 'unprotected') before.add('naked-position');
    gateway.faults.inject({ ...fault.inject, seed });
    const struckAt = Date.now();
    if (fault.then !== undefined) await hold(gateway.url, fault.then);
    const seen = new Map<string, number>();
    let first: string | undefined;
    while (Date.now() - struckAt < fault.watchMs) {
      await pause(lookMs);
      const now = Date.now() - struckAt;
      for (const label of await look()) {
        if (before.has(label) || seen.has(label)) continue;
        first ??= label;
        seen.set(label, now);
      }
      if (first !== undefined && fault.right.some((label) => seen.has(label))) break;
    }
    const right = fault.right.flatMap((label) => seen.get(label) ?? []);
    return {
      fault,
      seed,
      holding,
      first,
      rightMs: right.length === 0 ? undefined : Math.max(0, Math.min(...right) - fault.knowableMs),
      extra: [...seen.keys()].filter((label) => !fault.right.includes(label)),
      requests: login.view().meter.used,
    };
  } finally {
    await login.close();
    await gateway.stop();
  }
}

async function hold(url: string, holding: Exclude<Holding, 'flat'>): Promise<void> {
  const answer = await fetch(`${url}/sim/position`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      account: 'PRAC-V2-1',
      contract: 'MNQ',
      side: 'long',
      size: 2,
      protected: holding === 'protected',
    }),
  });
  if (!answer.ok) throw new Error(`the position could not be set up: ${await answer.text()}`);
}
