// What a diagnostic and a detector share when they judge: the instant, the thresholds and every suite's market.
import type { DetectContext } from './detector.ts';
import type { ExamineContext, Verdict } from './diagnostic.ts';
import { hubNames } from './hub-condition.ts';
import type { HubName, HubView, LoginView } from './suite.ts';

export function lookOf({ now, thresholds, marketOf }: ExamineContext): DetectContext {
  return { now, thresholds, market: marketOf };
}

/** The hubs that a login's modes of observation open. */
export function openedHubs(login: LoginView): readonly HubName[] {
  return hubNames.filter((hub) => login.hubs[hub].state.kind !== 'off');
}

/** The hubs that are connected, whatever that is worth. */
export function connectedHubs(login: LoginView): readonly HubView[] {
  return hubNames.map((hub) => login.hubs[hub]).filter((hub) => hub.state.kind === 'connected');
}

/** The skip of a question about hubs where there is none of ours; undefined = there is one. */
export function withoutHubs(login: LoginView): Extract<Verdict, { status: 'skip' }> | undefined {
  if (openedHubs(login).length > 0) return undefined;
  const probe = login.suites.length > 0 && login.suites.every((suite) => suite.spec.observe === 'probe');
  return {
    status: 'skip',
    reason: probe
      ? 'observed by a probe, which is not available yet'
      : 'observed by REST polling: Pitwatch has no hub connection to judge',
  };
}

/** `market hub`, `market hub and user hub`. */
export function hubsText(hubs: readonly HubName[]): string {
  return hubs.map((hub) => `${hub} hub`).join(' and ');
}

/** True for a list that holds at least one. */
export function some<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}
