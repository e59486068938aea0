import { startGateway } from '../src/local/gateway/gateway.ts';
import { openLogin } from '../src/projectx/live-login.ts';
import { systemClock } from '../src/clock.ts';
import { loadDiagnostics } from '../src/catalogue.ts';
import { startThresholds } from '../src/domain/thresholds.ts';
import { examine } from '../src/flows/examine.ts';
import { makeLog } from '../src/log.ts';
const diagnostics = await loadDiagnostics();
const market = () => ({ kind: 'open' as const, openedAt: Date.now() - 3.6e6, closesAt: Date.now() + 3.6e6 });
const suite = (name: string, instrument: string) => ({ name, login: 'main', instrument, account: 'PRAC-V2-1', observe: 'direct' as const, timeframes: ['1min' as const], depth: true });
const wanted: Record<string, unknown>[] = JSON.parse(process.argv[2] ?? '[]') as Record<string, unknown>[];
const seconds = Number(process.argv[3] ?? 30);
await Promise.all(wanted.map(async (fault) => {
  const gw = await startGateway({ trader: 'off', eventsPerSecond: 20 });
  const login = openLogin({ spec: { name: 'main', username: gw.username, apiKeyEnv: 'X', apiUrl: gw.apiUrl, userHubUrl: gw.userHubUrl, marketHubUrl: gw.marketHubUrl, suites: [suite('mnq','MNQ'), suite('es','ES')] }, apiKey: gw.apiKey, worker: 'w', clock: systemClock, log: makeLog('silent'), thresholds: startThresholds });
  login.start();
  await new Promise((r) => setTimeout(r, 6000));
  if (fault['fault'] !== undefined) try { gw.faults.inject(fault); } catch (e) { console.log(JSON.stringify(fault), String(e)); await login.close(); await gw.stop(); return; }
  const t0 = Date.now(); const seen = new Map<string, string>();
  while (Date.now() < t0 + seconds * 1000) {
    await new Promise((r) => setTimeout(r, 1000));
    const report = await examine({ login: login.view(), suites: [], diagnostics, wanted: 'all', clock: systemClock, market, thresholds: startThresholds, signal: new AbortController().signal, deadlineMs: 5000 });
    for (const f of report.findings) if (f.consequenceOf === undefined && f.label !== undefined && !seen.has(f.label)) seen.set(f.label, `${((Date.now()-t0)/1000).toFixed(0)}s ${f.status} ${f.severity} ${f.summary.slice(0,110)}`);
    for (const f of report.findings) if (f.status === 'error') seen.set('ERROR '+f.diagnostic, f.summary);
  }
  console.log('##', JSON.stringify(fault)); for (const [k, v] of seen) console.log('   ', k, '-', v);
  await login.close(); await gw.stop();
}));
process.exit(0);
