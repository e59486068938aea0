// Starts the Discord side: log in, register the commands, take interactions, deliver; and stops it in the right order.
import type { AuditEvent } from '../domain/audit.ts';
import type { Cancel, Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { Answer, DeskTask, TaskTicket } from '../domain/job.ts';
import type { Liveness } from '../domain/liveness.ts';
import { keepSecret, scrub, type Log } from '../log.ts';
import { watchCalls } from './calls-heard.ts';
import { Gateway, login, makeClient } from './client.ts';
import type { Command, PlanContext } from './command.ts';
import type { Caller, DiscordConfig } from './config.ts';
import { asOpsError } from './discord-error.ts';
import { Interactions } from './interactions.ts';
import { noticing } from './mended.ts';
import { makeMessenger, type Messenger } from './messenger.ts';
import type { Reaches } from '../domain/callees.ts';
import { sayAlive } from './liveness-message.ts';
import { barredBy, checkChannel, remarksOf, type ChannelCheck } from './permissions.ts';
import type { OutageDesk } from './outages.ts';
import type { Claims } from './receipt.ts';
import { registerCommands, removeDoubled, type RegistrationScope } from './registration.ts';
import { closeRest } from './rest.ts';

export interface DiscordOptions {
  readonly config: DiscordConfig;
  readonly commands: readonly Command[];
  /** The desk as cached; asked while people type, so it must not go and fetch. */
  readonly context: (command: string) => Promise<PlanContext> | PlanContext;
  /** Puts a task into the queue; rejects when it did not take it. */
  readonly submit: (ticket: TaskTicket) => Promise<void>;
  /** What the bot does itself: incidents, records, duty, silences, the audit log. */
  readonly act: (task: DeskTask, by: Caller) => Promise<Answer>;
  /** Whom each circle reaches right now; the configured mention unless said otherwise. */
  readonly callees?: Reaches;
  /** Told the status of every answer of Discord's REST. */
  readonly onResponse?: (status: number) => void;
  readonly claims?: Claims;
  /** What is said while the store is away. */
  readonly outages?: OutageDesk;
  /** Writes into the audit log; never waits. */
  readonly record: (event: AuditEvent) => void;
  readonly clock: Clock;
  readonly log: Log;
  /** `guild` unless said otherwise. */
  readonly registerFor?: 'guild' | 'global';
  /** How long a command waits for its answer; 10 s unless said otherwise. */
  readonly deadlineMs?: number;
  /** Gives up waiting for a Discord that does not answer at the start. */
  readonly signal?: AbortSignal;
}

export interface DiscordStatus {
  readonly connected: boolean;
  readonly sinceAt: number;
  /** Why it is not connected, in words. */
  readonly why: string | undefined;
  readonly registered: boolean;
  /** When the last heartbeat of the gateway was sent that Discord answered; undefined before the first. */
  readonly beatAt: number | undefined;
}

export interface Discord {
  readonly ready: true;
  readonly messenger: Messenger;
  status(): DiscordStatus;
  /** Says it in the one message that is kept for it, and gives back which that is. @throws OpsError */
  sayAlive(liveness: Liveness, known: string | undefined): Promise<string>;
  /** Where our clock and Discord's are apart by more than `fromMs`, in words. */
  clockApart(fromMs: number): string | undefined;
  /** What the bot lacks in its server, or has too much, a sentence each; undefined while not connected. */
  remarks(): readonly string[] | undefined;
  /** Called whenever the bot was given back what it lacked; returns the way to stop that. */
  onMended(heard: () => void): () => void;
  /** Takes no more interactions, waits for those under way, then leaves. Queues close after this. */
  close(): Promise<void>;
}

const registerAgainMs = 15_000;
const lookMs = 1_000;
/** SIGTERM leaves 10 s for everything. */
const stopGraceMs = 4_000;

/** @throws OpsError where the token is wrong or an intent is refused; waits for a Discord that is merely away. */
export async function startDiscord(options: DiscordOptions): Promise<Discord> {
  const { config, clock, log, commands } = options;
  keepSecret(config.token);
  const { messenger, rest, acknowledgements, answers, direct } = makeMessenger(
    config,
    clock,
    log,
    options.callees,
    options.onResponse,
  );
  const interactions = new Interactions({
    ...options,
    acknowledgements,
    answers,
    difference: rest.difference,
  });
  const gateway = await Gateway.open({
    config,
    clock,
    log,
    gate: rest.gate,
    onInteraction: (interaction, self) => {
      interactions.receive(interaction, self);
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  }).catch((error: unknown) => {
    closeRest(rest);
    throw error;
  });

  // Looked for now, so that the first page need not wait for it; where it fails, that page looks again.
  void direct.recall();

  let registered = false;
  /** Why the commands that stand in Discord may not be ours, in words. */
  let unregistered: string | undefined;
  let stopRegistering: Cancel = () => undefined;
  let isLeft = false;
  const scope: RegistrationScope =
    options.registerFor === 'global' ? { kind: 'global' } : { kind: 'guild', guildId: config.guildId };
  const register = async (): Promise<void> => {
    try {
      const applicationId = gateway.client?.application?.id;
      if (applicationId === undefined) throw new Error('not connected');
      const done = await registerCommands(rest.bot, applicationId, scope, commands);
      registered = true;
      unregistered = undefined;
      log.info({ ...done }, 'commands registered');
      await tidy(applicationId);
    } catch (error) {
      if (isLeft) return;
      const { message, hint = 'It is tried again.' } = asOpsError(error, 'The registration of the commands');
      unregistered = `Commands may be missing or old. ${message} ${hint}`;
      log.error({ why: scrub(messageOf(error)), hint }, 'commands not registered, trying again');
      stopRegistering = clock.after(registerAgainMs, () => void register());
    }
  };
  const tidy = async (applicationId: string): Promise<void> => {
    try {
      const alone = gateway.client?.guilds.cache.size === 1;
      const desk = { scope, guildId: config.guildId, alone };
      const { removed, left } = await removeDoubled(rest.bot, applicationId, desk, commands);
      if (removed.length > 0) log.info({ removed }, 'commands of the scope used before removed');
      if (left.length > 0)
        log.warn({ left }, 'commands are shown twice: global ones are left, the bot is in other servers too');
    } catch (error) {
      // The commands work all the same.
      log.warn({ why: scrub(messageOf(error)) }, 'commands may be shown twice, looking again');
      if (asOpsError(error, 'The look').retryable)
        stopRegistering = clock.after(registerAgainMs, () => void tidy(applicationId));
    }
  };
  await register();

  const mendedFor = new Set<() => void>();
  const check = noticing(
    (): ChannelCheck | undefined =>
      gateway.client?.isReady() === true ? checkChannel(gateway.client, config) : undefined,
    () => {
      log.info('the bot has back what it lacked in its channel; what was refused is tried again');
      rest.gate.mended();
      for (const heard of mendedFor) heard();
      // Who is thrown out of a server loses its commands there; where they still stand, this only asks.
      stopRegistering();
      void register();
    },
  );
  const first = check();
  for (const remark of first === undefined ? [] : remarksOf(first))
    log.warn({ remark }, 'the bot may not do what it should, or may do more');
  const watched = watchCalls(async (told) => {
    log.warn({ remark: told.text }, 'the on-call role hears no call any more');
    await messenger.deliverNotice(told, { id: told.text, queuedAt: clock.now() });
  });
  watched(first);
  const stopLooking = clock.every(lookMs, () => {
    watched(check());
  });

  return {
    ready: true,
    messenger,
    sayAlive: (liveness, known) => sayAlive(rest, config.channelId, liveness, known),
    clockApart: (fromMs) => rest.difference.words(fromMs),
    remarks: () => {
      const now = check();
      if (now === undefined) return undefined;
      return [...(unregistered === undefined ? [] : [unregistered]), ...remarksOf(now)];
    },
    onMended: (heard) => {
      mendedFor.add(heard);
      return () => mendedFor.delete(heard);
    },
    status: () => {
      const { state } = gateway;
      const why =
        state.kind === 'connecting'
          ? (state.why ?? 'connecting')
          : state.kind === 'closed'
            ? 'stopped'
            : undefined;
      // A connection over which nothing can be said is none.
      // What the gateway knows names what is missing; a refusal alone does not.
      const barred = barredBy(check()) ?? rest.gate.why(config.channelId);
      const beatAt = gateway.client?.ws.shards.first()?.lastPingTimestamp ?? -1;
      return {
        connected: state.kind === 'connected' && barred === undefined,
        sinceAt: state.sinceAt,
        why: barred ?? why,
        registered,
        beatAt: beatAt < 0 ? undefined : beatAt,
      };
    },
    close: async () => {
      isLeft = true;
      stopRegistering();
      stopLooking();
      await interactions.stop(stopGraceMs);
      await gateway.close();
      closeRest(rest);
    },
  };
}

/** Logs in once, looks at the channel and leaves; for `npm run check`. @throws OpsError */
export async function checkDiscord(config: DiscordConfig, clock: Clock): Promise<ChannelCheck> {
  keepSecret(config.token);
  const client = makeClient(config);
  try {
    await login(client, config.token, clock);
    return checkChannel(client, config);
  } finally {
    await client.destroy();
  }
}
