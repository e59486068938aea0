// A REST client that asks a fake gateway with a token that never ends.
import type { HostView } from '../../src/domain/host-view.ts';
import { Meter } from '../../src/projectx/meter.ts';
import { GatewayRest } from '../../src/projectx/rest.ts';
import { startTuning } from '../../src/projectx/tuning.ts';
import { FakeClock } from '../fakes/clock.ts';

export function asking(apiUrl: string, host?: () => Pick<HostView, 'lateMs'>) {
  const clock = new FakeClock(Date.now());
  const meter = new Meter(clock, startTuning);
  const rest = new GatewayRest({
    apiUrl,
    clock,
    meter,
    tuning: startTuning,
    ...(host === undefined ? {} : { host }),
  });
  const token = () => Promise.resolve('a-token');
  const nothing = (): void => undefined;
  const bearer = { expiresAt: undefined, token, replace: token, accepted: nothing, refusedAnew: nothing };
  const ask = () =>
    rest.read('Account/search', {}, { bearer, purpose: 'polling' }).then(
      () => 'answered',
      () => 'failed',
    );
  return { clock, meter, rest, ask };
}
