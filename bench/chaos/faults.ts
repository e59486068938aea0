// What can befall the desk at a point of the wire: each fault strikes, lasts, and says when its cause was gone.
import { until } from '../../test/fixtures/real-redis.ts';
import type { ChaosDesk } from './desk.ts';
import { blockedMs, type Slot } from './slot.ts';
import type { Point } from './trap.ts';
import { drop, pass, type Verdict } from './wire.ts';

export interface Struck {
  readonly verdict: Verdict;
  /** Resolves once the cause is gone; what is not well a while later is the product's fault. */
  readonly over: Promise<void>;
}

export interface ChaosFault {
  readonly name: string;
  /** Where it makes sense. */
  fits(point: Point, dropsHub: boolean): boolean;
  strike(desk: ChaosDesk, who: Slot): Struck;
}

const stoppedMs = 7_000;
const longStoppedMs = 60_000;
const startsWithinMs = 30_000;
const silentMs = 7_000;
const shortMs = 3_000;
const longMs = 20_000;
const fullMs = 5_000;

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const now = Promise.resolve();
const anywhere = (): boolean => true;
const atDiscord = ({ step }: Point): boolean => step.includes('→ discord');
const asked = ({ moment }: Point): boolean => moment === 'before';
const ofWorker = ({ step }: Point): boolean => step.startsWith('worker');
const ofBot = ({ step }: Point): boolean => step.startsWith('bot');

async function redisAway({ slots, server }: ChaosDesk, ms: number): Promise<void> {
  await Promise.all([server.kill(), ...slots.map(({ redis }) => redis.refuse())]);
  await rest(ms);
  await server.start();
  await Promise.all(slots.map(({ redis }) => redis.accept()));
}

/** What Discord answers to everything for a while. */
function mood(desk: ChaosDesk, verdict: Verdict, ms: number): Struck {
  desk.trap.meanwhile = (step, moment) => (step.wire === 'discord' && moment === 'before' ? verdict : pass);
  const over = rest(ms).then(() => {
    desk.trap.meanwhile = undefined;
  });
  return { verdict, over };
}

/** Nothing that reaches Redis is written. */
function full({ server }: ChaosDesk, what: 'disk' | 'memory'): Struck {
  const over = server
    .exhaust(what)
    .then(() => rest(fullMs))
    .then(() => server.relieve());
  return { verdict: pass, over };
}

function killed(slots: readonly Slot[]): Struck {
  for (const slot of slots) slot.signal('SIGKILL');
  return { verdict: drop, over: now };
}

function stopped(who: Slot, ms: number): Struck {
  const pid = who.pid();
  who.signal('SIGSTOP');
  return {
    verdict: pass,
    over: rest(ms).then(() => {
      if (who.pid() === pid) who.signal('SIGCONT');
    }),
  };
}

/** One after the other ends in order and is whole again before the next; what starts is this build. */
async function rolled({ slots }: ChaosDesk): Promise<void> {
  for (const slot of slots) {
    const pid = slot.pid();
    slot.deploy(undefined);
    slot.signal('SIGTERM');
    await until(() => slot.pid() !== pid, startsWithinMs, `${slot.name} ended and started`);
    await slot.ready(startsWithinMs);
  }
}

/** All of them in turn; to the build that is looked at, where an earlier one runs. */
export const rolling = 'rolling restart';

export const faults: readonly ChaosFault[] = [
  { name: 'kill -9', fits: anywhere, strike: (_desk, who) => killed([who]) },
  {
    name: 'kill -9 of a bot and a worker',
    fits: anywhere,
    strike(desk, who) {
      const active = desk.activeBot();
      const other = desk.slots.find(({ role, name }) => role !== who.role && name.endsWith('-a'));
      return killed([who, who.role === 'worker' ? active : (other ?? active)]);
    },
  },
  { name: 'kill -9 of all', fits: anywhere, strike: (desk) => killed(desk.slots) },
  {
    name: 'SIGTERM',
    fits: anywhere,
    strike(_desk, who) {
      who.signal('SIGTERM');
      return { verdict: pass, over: now };
    },
  },
  {
    name: 'SIGSTOP 7 s, then on',
    fits: anywhere,
    strike: (_desk, who) => stopped(who, stoppedMs),
  },
  {
    name: 'SIGSTOP a minute, then on',
    fits: ({ step }) => step.includes('→ redis'),
    strike: (_desk, who) => stopped(who, longStoppedMs),
  },
  {
    name: 'event loop blocked 10 s',
    fits: anywhere,
    strike(_desk, who) {
      who.signal('SIGUSR2');
      return { verdict: pass, over: rest(blockedMs) };
    },
  },
  {
    name: 'out of memory',
    fits: anywhere,
    strike(_desk, who) {
      const pid = who.pid();
      who.signal('SIGPWR');
      const dead = until(() => who.pid() !== pid, startsWithinMs, `${who.name} dead of its memory`);
      return { verdict: pass, over: dead };
    },
  },
  { name: rolling, fits: anywhere, strike: (desk) => ({ verdict: pass, over: rolled(desk) }) },
  {
    name: 'Redis links cut',
    fits: anywhere,
    strike(_desk, who) {
      who.redis.cut();
      return { verdict: drop, over: now };
    },
  },
  {
    name: 'Redis link silent 7 s',
    fits: anywhere,
    strike(_desk, who) {
      who.redis.stall();
      return { verdict: drop, over: rest(silentMs).then(() => who.redis.flow()) };
    },
  },
  {
    name: 'Redis kill -9, back at once',
    fits: anywhere,
    strike: (desk) => ({ verdict: drop, over: redisAway(desk, 0) }),
  },
  {
    name: 'Redis away 3 s',
    fits: anywhere,
    strike: (desk) => ({ verdict: drop, over: redisAway(desk, shortMs) }),
  },
  {
    name: 'Redis away 20 s',
    fits: ({ step }) => step.includes('→ redis'),
    strike: (desk) => ({ verdict: drop, over: redisAway(desk, longMs) }),
  },
  { name: 'Redis disk full 5 s', fits: anywhere, strike: (desk) => full(desk, 'disk') },
  { name: 'Redis memory full 5 s', fits: anywhere, strike: (desk) => full(desk, 'memory') },
  {
    name: 'Discord answer lost',
    fits: (point) => atDiscord(point) && !asked(point),
    strike: () => ({ verdict: drop, over: now }),
  },
  {
    name: 'Discord 500s for 3 s',
    fits: (point) => atDiscord(point) && asked(point),
    strike: (desk) =>
      mood(
        desk,
        { kind: 'answer', status: 503, headers: {}, body: '{"message":"upstream connect error"}' },
        shortMs,
      ),
  },
  {
    name: 'Discord 429 for 3 s',
    fits: (point) => atDiscord(point) && asked(point),
    strike: (desk) =>
      mood(
        desk,
        {
          kind: 'answer',
          status: 429,
          headers: { 'retry-after': '1', 'x-ratelimit-scope': 'shared' },
          body: '{"message":"You are being rate limited.","retry_after":1.0,"global":false}',
        },
        shortMs,
      ),
  },
  {
    name: 'Discord gateway dropped',
    fits: ofBot,
    strike(desk) {
      desk.discord.faults.inject({ fault: 'drop-gateway', times: 1 });
      return { verdict: pass, over: now };
    },
  },
  {
    name: 'gateway sockets dropped',
    // A journey that drops a hub itself would see its trouble twice.
    fits: (point, dropsHub) => ofWorker(point) && !dropsHub,
    strike(_desk, who) {
      who.vendor.cutSockets();
      return { verdict: pass, over: now };
    },
  },
];
