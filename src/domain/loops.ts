// The reconnect loops of a login that count now: losses while its market was closed (maintenance) do not.
import type { DetectContext } from './detector.ts';
import { hubNames } from './hub-condition.ts';
import { loopOf, type Loop } from './reconnects.ts';
import { holdsPosition, openedAt } from './stakes.ts';
import type { HubName, LoginView } from './suite.ts';

export interface HubLoop {
  readonly hub: HubName;
  readonly loop: Loop;
}

export function loopsOf(login: LoginView, context: DetectContext): readonly HubLoop[] {
  const direct = login.suites.filter((suite) => suite.spec.observe === 'direct');
  const opened = openedAt(direct, context);
  return hubNames.flatMap((hub) => {
    const held = hub === 'user' && login.suites.some(holdsPosition);
    if (opened === undefined && !held) return [];
    const loop = loopOf(login.hubs[hub], context.now, held ? 0 : (opened ?? 0), context.thresholds);
    return loop === undefined ? [] : [{ hub, loop }];
  });
}
