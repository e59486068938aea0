// What is left of a login after a fuzzed hour: every question and alarm over it, and the report as Discord would get it.
import type { Detector } from '../../src/domain/detector.ts';
import type { Diagnostic } from '../../src/domain/diagnostic.ts';
import type { LoginView } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { systemClock } from '../../src/clock.ts';
import { neverCloses } from '../../src/desk.ts';
import { presentAnswer } from '../../src/discord/presenter/answer.ts';
import { loadExhibits } from '../../src/catalogue.ts';
import { examine } from '../../src/flows/examine.ts';
import { sightLogin } from '../../src/flows/sight.ts';
import { makeLog } from '../../src/log.ts';
import { brokenRules } from '../../test/discord/presenter/discord-rules.ts';
import { silent } from './ground.ts';

const exhibitors = await loadExhibits();

/** @throws where a check itself failed, a detector threw, or the report is none that Discord takes. */
export async function examined(
  login: LoginView,
  diagnostics: readonly Diagnostic[],
  detectors: readonly Detector[],
  now = Date.now(),
): Promise<void> {
  const report = await examine({
    login,
    suites: [],
    diagnostics,
    wanted: 'all',
    clock: { ...systemClock, now: () => now },
    market: () => neverCloses(now),
    thresholds: startThresholds,
    signal: new AbortController().signal,
    deadlineMs: 20_000,
    exhibitors,
    exhibits: exhibitors.map(({ name }) => name),
  });
  for (const finding of report.findings)
    if (finding.status === 'error') throw new Error(`${finding.diagnostic}: ${finding.summary}`);
  const shown = presentAnswer({
    kind: 'report',
    title: 'Health',
    askedAt: now,
    finishedAt: now,
    logins: [report],
    missing: [],
  });
  const broken = brokenRules(shown);
  if (broken.length > 0) throw new Error(`Discord would not take the report: ${broken.join('; ')}`);
  silent(JSON.stringify(shown), 'the report');
  const threw: string[] = [];
  const context = { now, thresholds: startThresholds, market: () => neverCloses(now) };
  sightLogin(
    detectors,
    login,
    context,
    makeLog('warn', (line) => threw.push(line)),
  );
  if (threw.length > 0) throw new Error(`a detector threw: ${threw.join('\n')}`);
}
