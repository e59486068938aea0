// The desk in Redis: which logins should be hosted, and the last pulse of each; the bot follows it without asking.
import { hostname } from 'node:os';
import { systemClock } from '../clock.ts';
import type { Clock } from '../domain/clock.ts';
import type { DeskView, LoginPulse, RosterLogin } from '../domain/desk.ts';
import { messageOf } from '../domain/errors.ts';
import { keptEntered, keptLogin, keptPulse, readAllKept, readKept } from './kept.ts';
import { keys } from './keys.ts';
import { guarded, redisError } from './redis-error.ts';
import type { RedisLink } from './redis.ts';

export interface DeskStoreOptions {
  /** Who enters the roster: a login that the same process entered before and no longer names is removed. */
  readonly by?: string;
  readonly clock?: Clock;
}

export interface DeskStore {
  /** Enters the logins of this process' config and keeps them entered until closed. The first `since` ever entered stays. */
  enterRoster(logins: readonly RosterLogin[]): Promise<void>;
  publishPulse(pulse: LoginPulse): Promise<void>;
  /** From memory while `follow` runs and is fresh, else from Redis. */
  view(): Promise<DeskView>;
  /** Keeps the view at hand and calls back on every change until closed. */
  follow(changed?: (view: DeskView) => void): void;
  close(): Promise<void>;
}

/** A login nobody's config has named for a day is forgotten; before that a dead desk must still be missed. */
const forgetMs = 24 * 60 * 60_000;
const reenterMs = 60_000;
/** Pulses come by message; this finds what a lost message left behind. */
const refreshMs = 2_000;
const freshMs = 5_000;

/** Everything of one field changes in one script, so that two processes never undo each other. */
const enter = `
local now, by = tonumber(ARGV[1]), ARGV[2]
local wanted = {}
for i = 3, #ARGV, 2 do wanted[ARGV[i]] = ARGV[i + 1] end
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local sound, entry = pcall(cjson.decode, all[i + 1])
  local others, fresh = {}, wanted[all[i]]
  sound = sound and type(entry) == 'table' and type(entry.by) == 'table' and tonumber(entry.enteredAt) and tonumber(entry.since)
  if sound then
    for _, name in ipairs(entry.by) do if name ~= by then table.insert(others, name) end end
  end
  if not sound then
    -- Whoever names that login enters it again within a minute.
    redis.call('HDEL', KEYS[1], all[i])
  elseif fresh then
    local new = cjson.decode(fresh)
    table.insert(others, by)
    redis.call('HSET', KEYS[1], all[i], cjson.encode({ json = new.json, since = entry.since, by = others, enteredAt = now }))
    wanted[all[i]] = nil
  elseif #others == 0 or entry.enteredAt < now - tonumber(${forgetMs}) then
    redis.call('HDEL', KEYS[1], all[i])
    redis.call('HDEL', KEYS[2], all[i])
  elseif #others < #entry.by then
    redis.call('HSET', KEYS[1], all[i], cjson.encode({ json = entry.json, since = entry.since, by = others, enteredAt = entry.enteredAt }))
  end
end
for login, fresh in pairs(wanted) do
  local new = cjson.decode(fresh)
  redis.call('HSET', KEYS[1], login, cjson.encode({ json = new.json, since = new.since, by = { by }, enteredAt = now }))
end
redis.call('PUBLISH', KEYS[3], '')
return 1`;

export function deskStore(link: RedisLink, options: DeskStoreOptions = {}): DeskStore {
  const clock = options.clock ?? systemClock;
  const by = options.by ?? `${hostname()}-${process.pid}`;
  let mine: readonly RosterLogin[] | undefined;
  let mirror:
    | {
        readonly at: number;
        readonly roster: readonly RosterLogin[];
        readonly pulses: Map<string, LoginPulse>;
      }
    | undefined;
  /** What was heard of each login last, and when by our own clock. */
  const heardOf = new Map<string, { readonly at: number; readonly heardAt: number }>();
  let following = false;
  let changed: ((view: DeskView) => void) | undefined;
  const stops: (() => void)[] = [];

  const failed = (error: unknown): void => {
    link.log.debug({ event: 'desk-unread', error: messageOf(error) }, 'the desk could not be read');
  };

  /** The first sight of a pulse may be of one that ended long ago; from then on only its change is a sign of life. */
  function dated(pulse: LoginPulse): LoginPulse {
    const known = heardOf.get(pulse.login);
    const now = clock.now();
    const heardAt =
      known === undefined ? Math.min(pulse.at, now) : known.at === pulse.at ? known.heardAt : now;
    heardOf.set(pulse.login, { at: pulse.at, heardAt });
    return { ...pulse, heardAt };
  }

  function rosterLogin(
    text: string,
  ): { readonly login: RosterLogin; readonly enteredAt: number } | undefined {
    const entry = readKept(link, keptEntered, text);
    const login = entry && readKept(link, keptLogin, entry.json);
    return login && { login: { ...login, since: entry.since }, enteredAt: entry.enteredAt };
  }

  async function enterNow(logins: readonly RosterLogin[]): Promise<void> {
    const fields = logins.flatMap((login) => [
      login.login,
      JSON.stringify({ json: JSON.stringify(login), since: login.since }),
    ]);
    await link.run(enter, [keys.roster, keys.pulses, keys.pulseChannel], [clock.now(), by, ...fields]);
  }

  async function read(): Promise<DeskView> {
    try {
      const [roster, pulses] = await Promise.all([
        link.producer.hgetall(keys.roster),
        link.producer.hgetall(keys.pulses),
      ]);
      const entered = Object.values(roster)
        .flatMap((text) => rosterLogin(text) ?? [])
        .filter((one) => one.enteredAt > clock.now() - forgetMs);
      const view: DeskView = {
        roster: entered.map(({ login }) => login).sort((a, b) => (a.login < b.login ? -1 : 1)),
        pulses: readAllKept(link, keptPulse, Object.values(pulses)).map(dated),
      };
      if (following) {
        mirror = {
          at: clock.now(),
          roster: view.roster,
          pulses: new Map(view.pulses.map((pulse) => [pulse.login, pulse])),
        };
      }
      return view;
    } catch (error) {
      throw redisError(error, link.place);
    }
  }

  function heard(message: string): void {
    if (message === '' || mirror === undefined) {
      refresh();
      return;
    }
    const known = readKept(link, keptPulse, message);
    if (known === undefined) return;
    const pulse = dated(known);
    mirror.pulses.set(pulse.login, pulse);
    changed?.({ roster: mirror.roster, pulses: [...mirror.pulses.values()] });
  }

  function refresh(): void {
    read().then((view) => changed?.(view), failed);
  }

  return {
    async enterRoster(logins) {
      if (mine === undefined) {
        const reenter = (): void => {
          if (mine !== undefined) enterNow(mine).catch(failed);
        };
        // At once where Redis comes back: it may have nothing in it any more.
        stops.push(clock.every(reenterMs, reenter), link.onBack(reenter));
      }
      mine = logins;
      await enterNow(logins);
    },
    async publishPulse(pulse) {
      const text = JSON.stringify(pulse);
      // Both are written in one go; the message is only a hint and may get lost.
      const saved = link.producer.hset(keys.pulses, pulse.login, text);
      const told = link.publish(keys.pulseChannel, text);
      await guarded(link, Promise.all([saved, told]));
    },
    async view() {
      if (mirror !== undefined && following && mirror.at > clock.now() - freshMs) {
        return { roster: mirror.roster, pulses: [...mirror.pulses.values()] };
      }
      return read();
    },
    follow(callback) {
      if (callback !== undefined) changed = callback;
      if (following) return;
      following = true;
      stops.push(link.listen(keys.pulseChannel, heard), clock.every(refreshMs, refresh));
      refresh();
    },
    close() {
      following = false;
      for (const stop of stops.splice(0)) stop();
      return Promise.resolve();
    },
  };
}
