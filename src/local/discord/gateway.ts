// The Gateway v10 websocket: hello, identify, heartbeat, resume with replay, close codes, and its faults.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import * as cast from './cast.ts';
import type { ActiveFault, FaultName, Faults } from './faults.ts';
import { applicationFlags, hidesText, knownIntents, privilegedIntents, wants } from './gateway-intents.ts';
import { GatewaySession } from './gateway-session.ts';
import { guildJson } from './guild-routes.ts';
import { isObject, listOf, numberOf, objectOf, textOf, type Json } from './json.ts';
import { channelJson, isThread, memberJson } from './people.ts';
import { sees } from './permissions.ts';
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
const maxPayloadBytes = 4096;
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
    const full = JSON.stringify(d);
    let hidden: string | undefined;
    for (const session of this.sessions.values()) {
      if (!inShard(session.shard) || !wants(session.intents, t)) continue;
      if (session.socket === undefined && this.isStale(session)) {
        this.sessions.delete(session.id);
        continue;
      }
      if (hidesText(session.intents, t, d as never)) {
        hidden ??= JSON.stringify({ ...d, content: '', embeds: [], attachments: [], components: [] });
        session.dispatch(t, hidden);
      } else session.dispatch(t, full);
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
      socket.close(4012, 'Invalid API version.');
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
    if (line.sends > sendsPerMinute) return this.close(line, 4008, 'Rate limited.');
    if (Buffer.byteLength(text) > maxPayloadBytes)
      return this.close(line, 4002, 'Error while decoding payload.');
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return this.close(line, 4002, 'Error while decoding payload.');
    }
    if (!isObject(frame)) return this.close(line, 4002, 'Error while decoding payload.');
    const d = frame['d'];
    switch (frame['op']) {
      case 1:
        return this.heartbeat(line);
      case 2:
        return this.identify(line, objectOf(d));
      case 6:
        return this.resume(line, objectOf(d));
      case 3:
      case 4:
      case 8:
      case 31:
        if (line.session === undefined) return this.close(line, 4003, 'Not authenticated.');
        if (frame['op'] === 8) this.sendMembers(line.session, objectOf(d));
        return;
      default:
        return this.close(line, 4001, 'Unknown opcode.');
    }
  }

  private heartbeat(line: Line): void {
    if (this.options.faults.forGateway('missing-ack') === undefined)
      send(line.socket, { t: null, s: null, op: 11, d: null });
  }

  private identify(line: Line, d: Json): void {
    const { faults, token } = this.options;
    if (line.session !== undefined) return this.close(line, 4005, 'Already authenticated.');
    const pending = ['close-4004', 'close-4014', 'drop-gateway'] as const;
    for (const name of pending) if (faults.forGateway(name) !== undefined) return this.strike(line, name);
    if (textOf(d['token'])?.replace(/^Bot /, '') !== token)
      return this.close(line, 4004, 'Authentication failed.');
    const shard = d['shard'] === undefined ? [0, 1] : listOf(d['shard']).map(numberOf);
    const [index, count] = shard;
    if (index === undefined || count === undefined || index < 0 || index >= count)
      return this.close(line, 4010, 'Invalid shard.');
    const intents = numberOf(d['intents']);
    if (intents === undefined || !Number.isInteger(intents) || (intents & ~knownIntents) !== 0)
      return this.close(line, 4013, 'Invalid intent(s).');
    if ((intents & privilegedIntents & ~this.options.enabledIntents) !== 0)
      return this.close(line, 4014, 'Disallowed intent(s).');
    this.refreshAllowance();
    if (this.identifiesLeft <= 0 || faults.forGateway('op9') !== undefined) {
      send(line.socket, { t: null, s: null, op: 9, d: false });
      return;
    }
    this.identifiesLeft -= 1;
    const session = new GatewaySession([index, count], intents, line.socket);
    this.sessions.set(session.id, session);
    this.trimSessions();
    line.session = session;
    this.welcome(session);
    this.tellOnline();
    if (faults.forGateway('op7') !== undefined) this.strike(line, 'op7');
  }

  private welcome(session: GatewaySession): void {
    const { world } = this.options;
    const here = inShard(session.shard);
    session.dispatch(
      'READY',
      JSON.stringify({
        v: 10,
        user: { ...world.bot, verified: true, mfa_enabled: true, email: null },
        user_settings: {},
        session_type: 'normal',
        guilds: here ? [{ id: cast.guildId, unavailable: true }] : [],
        session_id: session.id,
        resume_gateway_url: world.url.replace(/^http/, 'ws'),
        shard: session.shard,
        application: {
          id: cast.applicationId,
          flags: applicationFlags(this.options.enabledIntents),
          flags_new: String(applicationFlags(this.options.enabledIntents)),
        },
        relationships: [],
        private_channels: [],
        presences: [],
        guild_join_requests: [],
        geo_ordered_rtc_regions: [],
        auth: {},
      }),
    );
    if (here && wants(session.intents, 'GUILD_CREATE'))
      session.dispatch('GUILD_CREATE', JSON.stringify(guildCreate(world)));
  }

  private resume(line: Line, d: Json): void {
    const { faults, token } = this.options;
    if (line.session !== undefined) return this.close(line, 4005, 'Already authenticated.');
    if (faults.forGateway('drop-gateway') !== undefined) return this.strike(line, 'drop-gateway');
    for (const name of ['close-4004', 'close-4014'] as const)
      if (faults.forGateway(name) !== undefined) return this.strike(line, name);
    if (textOf(d['token'])?.replace(/^Bot /, '') !== token)
      return this.close(line, 4004, 'Authentication failed.');
    const session = this.sessions.get(textOf(d['session_id']) ?? '');
    const seq = numberOf(d['seq']) ?? 0;
    if (session !== undefined && seq > session.lastSeq) return this.close(line, 4007, 'Invalid seq.');
    const missed = session === undefined || this.isStale(session) ? undefined : session.since(seq);
    if (session === undefined || missed === undefined || faults.forGateway('op9') !== undefined) {
      if (session !== undefined) this.sessions.delete(session.id);
      send(line.socket, { t: null, s: null, op: 9, d: false });
      return;
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
        not_found: ids?.filter((id) => !world.members.has(String(id))) ?? [],
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
        return this.close(line, 4004, 'Authentication failed.');
      case 'close-4014':
        forget();
        return this.close(line, 4014, 'Disallowed intent(s).');
      default:
        return;
    }
  }

  private close(line: Line, code: number, why: string): void {
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

function textFrom(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString('utf8');
  return Buffer.from(Array.isArray(data) ? Buffer.concat(data) : new Uint8Array(data)).toString('utf8');
}

function guildCreate(world: World): Json {
  const channels = [...world.channels.values()].filter((channel) => sees(world, cast.botId, channel));
  return {
    ...guildJson(world),
    joined_at: cast.joinedAt,
    large: false,
    unavailable: false,
    member_count: world.members.size,
    voice_states: [],
    members: [...world.members.values()].map(memberJson),
    channels: channels.filter((channel) => !isThread(channel)).map((channel) => channelJson(channel)),
    threads: channels
      .filter((channel) => isThread(channel) && !channel.thread_metadata.archived)
      .map((channel) => channelJson(channel, cast.botId)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
