// What GatewayLogout notices on a hub mean: noise, a storm, or that somebody else signed in and we were thrown out.
import { lostLives } from './reconnects.ts';
import type { HubView } from './suite.ts';
import type { Thresholds } from './thresholds.ts';

const stormWindowMs = 60_000;
const stormNotices = 5;
/** How long a notice is still worth mentioning. */
const recentMs = 10 * 60_000;

export type Logouts =
  | { readonly kind: 'none' }
  | { readonly kind: 'notice'; readonly notices: readonly number[]; readonly lastAt: number }
  | { readonly kind: 'storm'; readonly notices: readonly number[]; readonly lastAt: number }
  | {
      readonly kind: 'kicked';
      readonly noticeAt: number;
      readonly closedAt: number;
      /** True while the connection is not back, and for a short while after. */
      readonly active: boolean;
    };

export function logoutsOf(hub: HubView, now: number, { logoutToCloseMs }: Thresholds): Logouts {
  const notices = hub.logoutNotices.filter((at) => now - at <= recentMs);
  const kicked = kickOf(hub, notices, now, logoutToCloseMs);
  if (kicked !== undefined) return kicked;
  const lastAt = notices.at(-1);
  if (lastAt === undefined) return { kind: 'none' };
  const storm = hub.logoutNotices.filter((at) => now - at <= stormWindowMs);
  if (storm.length >= stormNotices) return { kind: 'storm', notices: storm, lastAt };
  return { kind: 'notice', notices, lastAt };
}

function kickOf(
  hub: HubView,
  notices: readonly number[],
  now: number,
  logoutToCloseMs: number,
): Logouts | undefined {
  for (const life of [...lostLives(hub, now - recentMs)].reverse()) {
    const noticeAt = notices.findLast(
      (at) => at <= life.closedAt && life.closedAt - at <= logoutToCloseMs && at >= life.openedAt,
    );
    if (noticeAt === undefined) continue;
    const back = hub.state.kind === 'connected' && hub.proven;
    return {
      kind: 'kicked',
      noticeAt,
      closedAt: life.closedAt,
      active: !back || now - life.closedAt <= logoutToCloseMs,
    };
  }
  return undefined;
}
