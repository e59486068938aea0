// How fast a login's gateway is and how full its ledgers are, put together for its view.
import type { Retained, SpeedView } from '../domain/speed-view.ts';
import type { LoginRoom } from './login-room.ts';

export function speedOf(room: LoginRoom): SpeedView {
  const now = room.clock.now();
  const { user, market } = room.hubs;
  return {
    ...room.speed.view(now),
    invokeWaitingSinceAt: { user: user.invokeWaitingSinceAt, market: market.invokeWaitingSinceAt },
    pausedUntil: room.meter.pausedUntil > now ? room.meter.pausedUntil : undefined,
    pingsReused: room.rest.pingsReused,
    retained: retainedIn(room),
  };
}

function retainedIn(room: LoginRoom): readonly Retained[] {
  const { markets, accounts, hubs, rest } = room;
  const of = (
    owner: string,
    list: readonly (readonly [what: string, entries: number, bound: number])[],
  ): Retained[] => list.map(([what, entries, bound]) => ({ what: `${what} of ${owner}`, entries, bound }));
  return [
    ...[...markets.values()].flatMap((ledger) => of(ledger.contract.name, ledger.retained())),
    ...[...accounts.values()].flatMap((ledger) =>
      of(ledger.account?.name ?? 'an account', [...ledger.retained(), ...ledger.money.retained()]),
    ),
    ...of('the user hub', hubs.user.retained()),
    ...of('the market hub', hubs.market.retained()),
    ...of('REST', rest.retained()),
  ];
}
