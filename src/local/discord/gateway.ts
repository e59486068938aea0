// The Gateway v10 websocket: hello, identify, heartbeat, resume with replay, close codes, and its faults.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import * as cast from './cast.ts';
import type { ActiveFault, FaultName, Faults } from './faults.ts';
import { hidesText, wants } from './gateway-intents.ts';
import { Closing, closings, isToken, readFrame, readIdentify, textFrom } from './gateway-frames.ts';
import { GatewaySession } from './gateway-session.ts';
import { guildCreate, readyOf } from './gateway-welcome.ts';
import { numberOf, objectOf, textOf, type Json } from './json.ts';
import { memberJson } from './people.ts';
import type { TrafficRecord } from './record.ts';
import type { World } from './world.ts';

export interface GatewayOptions {
  readonly world: World;
  readonly record: TrafficRecord;
  readonly faults: Faults;
  readonly token: string;
  readonly heartbeatIntervalMs: number;
  /** Privileged intents that are switched on for the application. */
  readonly enabledIntents: number;
  readonly maxConcurrency: number;
}

/** Discord keeps a lost session for a few minutes. */
const sessionLifeMs = 5 * 60_000;
const keptSessions = 64;
const sendsPerMinute = 120;
const identifiesPerDay = 1_000;

interface Line {
  readonly socket: WebSocket;
  session: GatewaySession | undefined;
  sends: number;
  sendsSince: number;
}

export class Gateway {
  private readonly options: GatewayOptions;
  private readonly server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 1 << 20,
  });
  private readonly sessions = new Map<string, GatewaySession>();
  private readonly lines = new Set<Line>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private identifiesLeft = identifiesPerDay;
  private identifiesSince: number;
  private wasOnline = false;

  constructor(options: GatewayOptions) {
    this.options = options;
    this.identifiesSince = options.world.clock.now();
    options.faults.onInject((fault) => this.onFault(fault));
  }

  get online(): boolean {
    return [...this.lines].some(({ session }) => session !== undefined);
  }

  /** The answer of GET /gateway/bot. */
  botInfo(url: string): Json {
    const { world, maxConcurrency } = this.options;
    this.refreshAllowance();
    return {
      url,
      shards: 1,
      session_start_limit: {
        total: identifiesPerDay,
        remaining: this.identifiesLeft,
        reset_after: Math.max(0, 86_400_000 - (world.clock.now() - this.identifiesSince)),
        max_concurrency: maxConcurrency,
      },
    };
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.options.faults.has('down')) {
      socket.destroy();
      return;
    }
    this.server.handleUpgrade(request, socket, head, (ws) => this.connected(ws, request.url ?? '/'));
  }

  /** Sends a dispatch to every session of the guild's shard that wants it. */
  dispatch(t: string, d: Json): void {
    const { record, world } = this.options;
    record.dispatched({ at: world.clock.now(), t, d });
    if (this.sessions.size === 0) return;
    let full: string | undefined;
    let hidden: string | undefined;
    for (const session of this.sessions.values()) {
      if (!inShard(session.shard) || !wants(session.intents, t, d)) continue;
      if (session.socket === undefined && this.isStale(session)) {
        this.sessions.delete(session.id);
        continue;
      }
      if (hidesText(session.intents, t, d as never)) {
        hidden ??= JSON.stringify({ ...d, content: '', embeds: [], attachments: [], components: [] });
        session.dispatch(t, hidden);
      } else session.dispatch(t, (full ??= JSON.stringify(d)));
    }
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    for (const { socket } of this.lines) socket.terminate();
    this.lines.clear();
    this.sessions.clear();
    this.server.close();
  }

  private connected(socket: WebSocket, url: string): void {
    const line: Line = { socket, session: undefined, sends: 0, sendsSince: performance.now() };
    this.lines.add(line);
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => this.closed(line, code));
    const query = new URL(url, 'ws://local').searchParams;
    if ((query.get('v') ?? '10') !== '10') {
      this.close(line, closings.badVersion);
      return;
    }
    socket.on('message', (data) => this.received(line, data));
    const hello = (): void =>
      send(socket, { t: null, s: null, op: 10, d: { heartbeat_interval: this.options.heartbeatIntervalMs } });
    const late = this.options.faults.forGateway('late-hello');
    if (late === undefined) hello();
    else {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        hello();
      }, late.ms ?? 5_000);
      this.timers.add(timer);
    }
  }

  private closed(line: Line, code: number): void {
    this.lines.delete(line);
    const { session } = line;
    if (session?.socket === line.socket) {
      session.socket = undefined;
      session.lostAt = this.options.world.clock.now();
      if (code === 1000 || code === 1001) this.sessions.delete(session.id);
    }
    this.tellOnline();
  }

  private received(line: Line, data: RawData): void {
    const text = textFrom(data);
    const now = performance.now();
    if (now - line.sendsSince >= 60_000) {
      line.sends = 0;
      line.sendsSince = now;
    }
    line.sends += 1;
    if (line.sends > sendsPerMinute) {
      this.close(line, closings.tooFast);
      return;
    }
    const frame = readFrame(text);
    const problem = frame instanceof Closing ? frame : this.obey(line, frame['op'], objectOf(frame['d']));
    if (problem !== undefined) this.close(line, problem);
  }

  private obey(line: Line, op: unknown, d: Json): Closing | undefined {
    const { session } = line;
    switch (op) {
      case 1:
        this.heartbeat(line);
        return undefined;
      case 2:
        return session === undefined ? this.identify(line, d) : closings.twice;
      case 6:
        return session === undefined ? this.resume(line, d) : closings.twice;
      case 3:
      case 4:
      case 8:
      case 31:
        if (session === undefined) return closings.unauthenticated;
        if (op === 8) this.sendMembers(session, d);
        return undefined;
      default:
        return closings.opcode;
    }
  }

  private heartbeat(line: Line): void {
    if (this.options.faults.forGateway('missing-ack') === undefined)
      send(line.socket, { t: null, s: null, op: 11, d: null });
  }

  private identify(line: Line, d: Json): Closing | undefined {
    const { faults, token, enabledIntents } = this.options;
    if (this.struckAtTheDoor(line)) return undefined;
    const wanted = readIdentify(d, token, enabledIntents);
    if (wanted instanceof Closing) return wanted;
    this.refreshAllowance();
    if (this.identifiesLeft <= 0 || faults.forGateway('op9') !== undefined) {
      send(line.socket, { t: null, s: null, op: 9, d: false });
      return undefined;
    }
    this.identifiesLeft -= 1;
    const session = new GatewaySession(wanted.shard, wanted.intents, line.socket);
    this.sessions.set(session.id, session);
    this.trimSessions();
    line.session = session;
    this.welcome(session);
    this.tellOnline();
    if (faults.forGateway('op7') !== undefined) this.strike(line, 'op7');
    return undefined;
  }

  /** Faults that wait for the next connection. */
  private struckAtTheDoor(line: Line): boolean {
    if (this.options.faults.forGateway('no-welcome') !== undefined) return true;
    const waiting = (['close-4004', 'close-4014', 'drop-gateway'] as const).find(
      (name) => this.options.faults.forGateway(name) !== undefined,
    );
    if (waiting !== undefined) this.strike(line, waiting);
    return waiting !== undefined;
  }

  private welcome(session: GatewaySession): void {
    const { world } = this.options;
    const here = inShard(session.shard);
    session.dispatch('READY', JSON.stringify(readyOf(world, session, here, this.options.enabledIntents)));
    if (here && wants(session.intents, 'GUILD_CREATE'))
      session.dispatch('GUILD_CREATE', JSON.stringify(guildCreate(world)));
  }

  private resume(line: Line, d: Json): Closing | undefined {
    const { faults, token } = this.options;
    if (this.struckAtTheDoor(line)) return undefined;
    if (!isToken(d['token'], token)) return closings.badToken;
    const session = this.sessions.get(textOf(d['session_id']) ?? '');
    const seq = numberOf(d['seq']) ?? 0;
    if (session !== undefined && seq > session.lastSeq) return closings.badSeq;
    const missed = session === undefined || this.isStale(session) ? undefined : session.since(seq);
    if (session === undefined || missed === undefined || faults.forGateway('op9') !== undefined) {
      if (session !== undefined) this.sessions.delete(session.id);
      send(line.socket, { t: null, s: null, op: 9, d: false });
      return undefined;
    }
    const before = session.socket;
    session.socket = line.socket;
    session.lostAt = undefined;
    line.session = session;
    if (before !== undefined && before !== line.socket) before.terminate();
    for (const text of missed) line.socket.send(text);
    session.dispatch('RESUMED', '{"_trace":[]}');
    this.tellOnline();
    if (faults.forGateway('op7') !== undefined) this.strike(line, 'op7');
    return undefined;
  }

  private sendMembers(session: GatewaySession, d: Json): void {
    const { world } = this.options;
    const typed = textOf(d['query'])?.toLowerCase();
    const ids = d['user_ids'] === undefined ? undefined : [d['user_ids']].flat();
    const found = [...world.members.values()].filter(
      ({ user }) =>
        (typed === undefined || user.username.toLowerCase().startsWith(typed)) &&
        (ids === undefined || ids.includes(user.id)),
    );
    session.dispatch(
      'GUILD_MEMBERS_CHUNK',
      JSON.stringify({
        guild_id: cast.guildId,
        members: found.map(memberJson),
        chunk_index: 0,
        chunk_count: 1,
        not_found: ids?.filter((id) => typeof id !== 'string' || !world.members.has(id)) ?? [],
        ...(d['nonce'] === undefined ? {} : { nonce: d['nonce'] }),
      }),
    );
  }

  private onFault(fault: ActiveFault): void {
    if (fault.fault === 'down') {
      for (const { socket } of this.lines) socket.terminate();
      return;
    }
    const atOnce: readonly FaultName[] = ['drop-gateway', 'op7', 'op9', 'close-4004', 'close-4014'];
    const open = [...this.lines].filter(({ session }) => session !== undefined);
    if (!atOnce.includes(fault.fault) || open.length === 0) return;
    this.options.faults.forGateway(fault.fault);
    for (const line of open) this.strike(line, fault.fault);
  }

  private strike(line: Line, fault: FaultName): void {
    const forget = (): void => {
      if (line.session !== undefined) this.sessions.delete(line.session.id);
    };
    switch (fault) {
      case 'drop-gateway':
        line.socket.terminate();
        return;
      case 'op7':
        send(line.socket, { t: null, s: null, op: 7, d: null });
        return;
      case 'op9':
        forget();
        send(line.socket, { t: null, s: null, op: 9, d: false });
        return;
      case 'close-4004':
        forget();
        {
          this.close(line, closings.badToken);
          return;
        }
      case 'close-4014':
        forget();
        {
          this.close(line, closings.disallowed);
          return;
        }
      default:
        return;
    }
  }

  private close(line: Line, { code, why }: Closing): void {
    line.socket.close(code, why);
  }

  private isStale(session: GatewaySession): boolean {
    return session.lostAt !== undefined && this.options.world.clock.now() - session.lostAt > sessionLifeMs;
  }

  private trimSessions(): void {
    for (const session of this.sessions.values()) {
      if (this.sessions.size <= keptSessions) return;
      if (session.socket === undefined) this.sessions.delete(session.id);
    }
  }

  private refreshAllowance(): void {
    const now = this.options.world.clock.now();
    if (now - this.identifiesSince < 86_400_000) return;
    this.identifiesSince = now;
    this.identifiesLeft = identifiesPerDay;
  }

  private tellOnline(): void {
    if (this.online === this.wasOnline) return;
    this.wasOnline = this.online;
    this.options.world.announce({ kind: 'bot', online: this.wasOnline });
  }
}

function inShard([index, count]: readonly [number, number]): boolean {
  return Number((BigInt(cast.guildId) >> 22n) % BigInt(count)) === index;
}

function send(socket: WebSocket, frame: Json): void {
  socket.send(JSON.stringify(frame));
}
