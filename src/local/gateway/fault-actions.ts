// What a fault does at the moment it starts, while it runs and when it ends: kills, closes, freezes, storms.
import type { Cancel, Clock } from '../../domain/clock.ts';
import { type FaultRecord, hitsConnection } from './fault.ts';
import type { FaultLog } from './fault-log.ts';
import { closedWithError, type HubConnection } from './hub-connection.ts';
import { invocationRecord } from './hub-wire.ts';
import { seedOf, sequence } from './random.ts';

export interface ActionTargets {
  readonly clock: Clock;
  readonly log: FaultLog;
  readonly connections: () => readonly HubConnection[];
  readonly newestToken: () => number;
}

export interface FaultActions {
  expiredUpTo(record: FaultRecord): number;
  /** A client finished its handshake. */
  onOpened(connection: HubConnection): void;
}

/** Time for a notice to leave the socket before it is cut. */
const noticeMs = 50;

export function makeFaultActions({ clock, log, connections, newestToken }: ActionTargets): FaultActions {
  const timers = new Map<string, Cancel>();
  const frozen = new Map<string, Set<HubConnection>>();
  const expired = new Map<string, number>();
  const hit = (record: FaultRecord) => connections().filter((one) => hitsConnection(record, one));

  const sayLogout = (record: FaultRecord, connection: HubConnection) => {
    const { message } = record.params;
    connection.send(invocationRecord('GatewayLogout', message === undefined ? '' : JSON.stringify(message)));
  };
  const freeze = (record: FaultRecord, connection: HubConnection) => {
    const set = frozen.get(record.id) ?? new Set();
    frozen.set(record.id, set.add(connection));
    connection.freeze();
  };
  const throwOut = (record: FaultRecord, connection: HubConnection) => {
    if (record.params['notice'] === true) sayLogout(record, connection);
    clock.after(noticeMs, () => connection.kill());
  };

  const logout = (record: FaultRecord): boolean => {
    const { mode, everyMs, delayMs, allowReconnect, forMs } = record.params;
    const touched = hit(record);
    for (const connection of touched) sayLogout(record, connection);
    if (mode === 'then-close') {
      const close = () => {
        for (const connection of touched) connection.close(undefined, allowReconnect === true);
        log.remove(record.id);
      };
      // A fault that ends before its close was due closes as it ends.
      const untilEndMs = typeof forMs === 'number' ? Math.max(0, forMs - 5) : Number.POSITIVE_INFINITY;
      timers.set(record.id, clock.after(Math.min(Number(delayMs), untilEndMs), close));
      return true;
    }
    if (mode !== 'storm') return false;
    const storm = () => {
      for (const connection of hit(record)) sayLogout(record, connection);
    };
    timers.set(record.id, clock.every(Math.max(10, Number(everyMs)), storm));
    return true;
  };

  const maintain = (record: FaultRecord) => {
    const draw = sequence(seedOf(record.seed, record.id));
    const all = hit(record);
    const { close } = record.params;
    if (close === 'none') return;
    const chosen = close === 'all' ? all : all.filter((_, index) => draw() < 0.5 || index === 0);
    for (const connection of chosen) connection.kill();
  };

  const begin = (record: FaultRecord): boolean => {
    const { params } = record;
    switch (record.fault) {
      case 'F1':
        for (const connection of hit(record)) connection.kill();
        return params['down'] === true;
      case 'F2':
        for (const connection of hit(record))
          connection.close(String(params['error'] ?? closedWithError), params['allowReconnect'] === true);
        return params['down'] === true;
      case 'F3':
        for (const connection of hit(record)) freeze(record, connection);
        return true;
      case 'F12':
        expired.set(record.id, newestToken());
        if (params['close'] === true)
          for (const connection of hit(record))
            if (connection.session.serial <= newestToken()) connection.close(undefined, true);
        return true;
      case 'F15':
        return logout(record);
      case 'F16':
        if (params['phantom'] === true) for (const connection of hit(record)) throwOut(record, connection);
        return true;
      case 'F29': {
        const kill = () => {
          for (const connection of hit(record)) connection.kill();
        };
        kill();
        timers.set(record.id, clock.every(Number(params['everyMs']), kill));
        return true;
      }
      case 'F30':
        maintain(record);
        return true;
      default:
        return true;
    }
  };

  log.hook({
    begin,
    end(record) {
      timers.get(record.id)?.();
      timers.delete(record.id);
      const mine = frozen.get(record.id);
      frozen.delete(record.id);
      const others = [...frozen.values()];
      for (const connection of mine ?? []) if (!others.some((set) => set.has(connection))) connection.thaw();
    },
  });

  return {
    expiredUpTo: (record) => expired.get(record.id) ?? 0,
    onOpened(connection) {
      for (const record of log.active('F3'))
        if (record.params['newConnections'] === true && hitsConnection(record, connection))
          freeze(record, connection);
      for (const record of log.active('F16')) {
        if (!hitsConnection(record, connection)) continue;
        for (const older of connections()) {
          const rival = older !== connection && older.hub === connection.hub && older.phase === 'open';
          if (rival && older.session.username === connection.session.username) throwOut(record, older);
        }
      }
    },
  };
}
