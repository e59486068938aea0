// The desk that chaos falls upon: two bots, two or three workers and a redis-server as real processes, Discord and the gateway simulated and unharmed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalDiscord, type LocalDiscord } from '../../src/local/discord/server.ts';
import { startGateway, type Gateway } from '../../src/local/gateway/gateway.ts';
import { deskStore, type DeskStore } from '../../src/queue/desk-store.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { keys } from '../../src/queue/keys.ts';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import type { IncidentStore } from '../../src/domain/incident.ts';
import { quietLog, startRealRedis, until, type RealRedis } from '../../test/fixtures/real-redis.ts';
import { keepLedger, type Ledger } from './ledger.ts';
import { readScriptNames } from './script-names.ts';
import { openSlot, type Slot } from './slot.ts';
import { makeTrap, type Trap } from './trap.ts';
import type { Role } from './wire.ts';
import { alwaysOpen, buyTwo, environmentOf } from '../../test/fixtures/surroundings.ts';

export interface ChaosDesk {
  readonly discord: LocalDiscord;
  readonly gateway: Gateway;
  readonly server: RealRedis;
  readonly ledger: Ledger;
  readonly trap: Trap<Slot>;
  readonly slots: readonly Slot[];
  readonly incidents: IncidentStore;
  /** Where the login is hosted, by its newest pulse. */
  host(): Promise<Slot | undefined>;
  /** The bot that spoke to Discord last. */
  activeBot(): Slot;
  /** All processes run and say that they are ready. */
  whole(withinMs: number): Promise<void>;
  /** Interactions that a bot has begun, or left behind: told about within seconds. */
  claims(): Promise<number>;
  /** What is resolved is filed away, as if the minutes had passed in which the same trouble would be the same incident. */
  fileAway(): Promise<void>;
  close(): Promise<void>;
}

/** Spans far shorter than a real desk's, so that a run takes seconds. */
const thresholds =
  '{ naked: 24h, graceUnprotected: 0s, graceProtected: 300ms, graceFlat: 600ms, resolveAfter: 500ms, startup: 10s, opening: 0s, shortLives: 1000 }';

const startMs = 60_000;

/** How many workers a desk has unless said otherwise; a third one in reserve costs a good part of a core at every start. */
const usualWorkers = 2;

export interface ChaosDeskOptions {
  /** The built code of an earlier commit: all run it until they are given this one's. */
  readonly earlier?: string | undefined;
  readonly workers?: 2 | 3 | undefined;
}

export async function openChaosDesk({
  earlier,
  workers = usualWorkers,
}: ChaosDeskOptions = {}): Promise<ChaosDesk> {
  const names = await readScriptNames();
  const dir = mkdtempSync(path.join(tmpdir(), 'pitwatch-chaos-'));
  const server = await startRealRedis();
  const gateway = await startGateway({ trader: 'off', eventsPerSecond: 10 });
  // Earlier builds took the application's id for their own, and refuse every press where it is another one.
  const discord = await startLocalDiscord({ strict: true, oneId: earlier !== undefined });
  const ledger = keepLedger(discord);
  writeFileSync(
    path.join(dir, 'pitwatch.yaml'),
    `suites:
  mnq: { instrument: MNQ, account: PRAC-V2-1, observe: direct }
  es: { instrument: ES, account: PRAC-V2-1, observe: direct }
thresholds: ${thresholds}
oncall: { role: "${discord.oncallRoleId}" }
calendar: ${alwaysOpen}
roles: { respond: ["${discord.oncallRoleId}", "${discord.roles.trader}"], lead: ["${discord.oncallRoleId}"] }
`,
  );
  const env = environmentOf(discord, gateway);
  const trap = makeTrap<Slot>();
  let speaking: Slot | undefined;
  const open = (name: string, role: Role): Promise<Slot> =>
    openSlot({
      name,
      role,
      redisPort: server.port,
      discordUrl: discord.url,
      gatewayUrl: gateway.url,
      names,
      env,
      dir,
      dist: earlier,
      meet: (slot) => (step, moment) => {
        if (step.wire === 'discord') speaking = slot;
        return trap.meetFor(slot)(step, moment);
      },
    });
  // One of each first, so that the rehearsals of two runs begin alike.
  const slots = [await open('bot-a', 'bot'), await open('worker-a', 'worker')];
  const link: RedisLink = openRedis(server.url, quietLog);
  const store: DeskStore = deskStore(link);
  const incidents = incidentStore(link);
  const desk: ChaosDesk = {
    discord,
    gateway,
    server,
    ledger,
    trap,
    slots,
    incidents,
    async host() {
      // While Redis is away nobody can be named.
      const { pulses } = await store.view().catch(() => ({ pulses: [] }));
      const [newest] = [...pulses].sort((a, b) => b.at - a.at);
      const pid = Number(/-(\d+)$/.exec(newest?.worker ?? '')?.[1] ?? 0);
      return slots.find((slot) => slot.pid() === pid);
    },
    activeBot() {
      if (speaking === undefined) throw new Error('no bot has spoken to Discord yet');
      return speaking;
    },
    async whole(withinMs) {
      await Promise.all(slots.map((slot) => slot.ready(withinMs)));
    },
    claims: () => link.producer.hlen(keys.claims),
    async fileAway() {
      await link.producer.del(keys.incidentsResolved);
    },
    async close() {
      await Promise.all(slots.map((slot) => slot.close()));
      await store.close();
      await link.close();
      ledger.close();
      await gateway.stop();
      const stopped = discord.stop();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
      await stopped;
    },
  };
  try {
    await link.ready();
    await desk.whole(startMs);
    slots.push(await open('bot-b', 'bot'), await open('worker-b', 'worker'));
    if (workers > usualWorkers) slots.push(await open('worker-c', 'worker'));
    await desk.whole(startMs);
    await until(() => discord.online(), 10_000, 'a bot online');
    // Without a stop nothing about the feed may wait.
    await buyTwo(gateway.url, false);
    return desk;
  } catch (error) {
    // Whoever dies is started again, so what is left alone would run for ever.
    await desk.close();
    throw error;
  }
}
