// A real bot on a local Discord for tests: the true commands, a desk by hand, and a queue that is a list.
import { pino } from 'pino';
import audit from '../../commands/audit.ts';
import connection from '../../commands/connection.ts';
import diagnose from '../../commands/diagnose.ts';
import explain from '../../commands/explain.ts';
import health from '../../commands/health.ts';
import help from '../../commands/help.ts';
import suites from '../../commands/suites.ts';
import { systemClock } from '../../src/clock.ts';
import type { Command, PlanContext } from '../../src/discord/command.ts';
import type { DiscordConfig } from '../../src/discord/config.ts';
import { startDiscord, type DiscordOptions } from '../../src/discord/start.ts';
import type { AccessPolicy } from '../../src/domain/access.ts';
import type { AuditEvent } from '../../src/domain/audit.ts';
import type { Alert } from '../../src/domain/alert.ts';
import { type Incident, type Post, untouched } from '../../src/domain/incident.ts';
import type { TaskTicket } from '../../src/domain/job.ts';
import {
  startLocalDiscord,
  type LocalDiscord,
  type LocalDiscordOptions,
} from '../../src/local/discord/server.ts';

export const silent = pino({ level: 'silent' });
export const commands: readonly Command[] = [audit, connection, diagnose, explain, health, help, suites];

export const context: PlanContext = {
  now: Date.now(),
  desk: {
    roster: [
      {
        login: 'main',
        suites: [
          { suite: 'mnq', instrument: 'MNQ', observe: 'direct' },
          { suite: 'es', instrument: 'ES', observe: 'direct' },
        ],
        since: 0,
      },
    ],
    pulses: [],
  },
  diagnostics: [
    {
      name: 'hub-connection',
      question: 'Are the hubs connected?',
      severity: 'critical',
      scope: 'login',
      dependsOn: [],
      topics: ['connection'],
    },
    {
      name: 'data-freshness',
      question: 'Is the data fresh?',
      severity: 'high',
      scope: 'suite',
      dependsOn: [],
      topics: ['connection', 'data'],
    },
    { name: 'bar-integrity', question: 'Are bars sound?', severity: 'high', scope: 'suite', dependsOn: [] },
  ],
  findings: [
    {
      finding: 'feed-mute',
      severity: 'critical',
      source: 'detector feed-mute',
      explanation: {
        title: 'Market hub is mute',
        meaning: 'Connected, but no data comes.',
        causes: ['x'],
        next: ['/health'],
      },
    },
  ],
  commands,
};

/** The desk behind a bot that is only started: it takes whatever comes, and nothing becomes of it. */
export const idleDesk = {
  commands,
  context: () => context,
  submit: () => Promise.resolve(),
  act: () => Promise.resolve({ kind: 'done', text: '' }),
  record: () => undefined,
  clock: systemClock,
} satisfies Partial<DiscordOptions>;

/** Rules by which nobody may do anything, for tests in which nobody does. */
export const closed: AccessPolicy = {
  guildId: '',
  channels: [],
  roles: { read: [], respond: [], lead: [] },
  only: [],
};

export interface Desk {
  readonly local: LocalDiscord;
  readonly config: DiscordConfig;
  readonly tickets: TaskTicket[];
  readonly audited: AuditEvent[];
  readonly bot: Awaited<ReturnType<typeof startDiscord>>;
  stop(): Promise<void>;
}

/** Everything on loopback; `answer` completes every task at once, or tasks stay in `tickets`. */
export async function startDesk(
  more: Partial<DiscordOptions> & { readonly local?: LocalDiscordOptions } = {},
): Promise<Desk> {
  const local = await startLocalDiscord({ strict: true, ...more.local });
  const config: DiscordConfig = {
    token: local.token,
    api: local.apiUrl,
    guildId: local.guildId,
    channelId: local.channelId,
    oncallMention: { kind: 'role', id: local.oncallRoleId },
    access: {
      guildId: local.guildId,
      channels: [local.channelId],
      roles: { read: [local.guildId], respond: [local.oncallRoleId], lead: [local.oncallRoleId] },
      only: [],
    },
  };
  const tickets: TaskTicket[] = [];
  const audited: AuditEvent[] = [];
  const bot = await startDiscord({
    config,
    commands,
    context: () => context,
    submit: (ticket) => {
      tickets.push(ticket);
      return Promise.resolve();
    },
    record: (event) => audited.push(event),
    act: (task) =>
      Promise.resolve({
        kind: 'done',
        text:
          task.kind === 'incident'
            ? `${task.action} of ${task.incident} done`
            : `${task.kind} ${task.action}`,
      }),
    clock: systemClock,
    log: silent,
    ...more,
  });
  return {
    local,
    config,
    tickets,
    audited,
    bot,
    stop: async () => {
      await bot.close();
      await local.stop();
    },
  };
}

export function alert(more: Partial<Alert> = {}): Alert {
  const sinceAt = Date.now() - 4_000;
  return {
    key: 'hub-down@main/market',
    finding: 'hub-down',
    title: 'Market hub down',
    place: { login: 'main', hub: 'market' },
    severity: 'critical',
    sinceAt,
    observedAt: sinceAt + 5,
    summary: 'The market hub of main is closed since 4 s.',
    remedy: 'Flatten or protect by hand now, then type /connection mnq.',
    evidence: [
      {
        label: 'hub state',
        value: 'reconnecting',
        threshold: 'fail after 3 s',
        source: 'market hub',
        at: sinceAt,
      },
    ],
    suites: [
      {
        suite: 'mnq',
        contract: 'MNQZ6',
        exposure: { kind: 'unprotected', side: 'long', size: 2, uncovered: 2 },
      },
      { suite: 'es', contract: 'ESZ6', exposure: { kind: 'flat' } },
    ],
    causedBy: [],
    diagnostics: [],
    ...more,
  };
}

export function incident(more: Partial<Incident> = {}): Incident {
  const now = Date.now();
  return {
    id: '12',
    version: 1,
    login: 'main',
    alerts: [{ alert: alert(), recovery: undefined }],
    severity: 'critical',
    openedAt: now,
    observedAt: now - 4,
    decidedAt: now,
    state: { kind: 'triggered' },
    ...untouched(now),
    ...more,
  };
}

/** The steps of incident 12, with what was marked. */
export function stepsOf(id: string, queuedAt: number, marks: StepsPost['marks'] = {}): StepsPost {
  return {
    id,
    incident: '12',
    queuedAt,
    kind: 'steps',
    playbook: 'hub-down',
    title: 'The hub is down',
    steps: [{ id: 'look', title: 'Look at the platform', how: 'It shows the position.' }],
    marks,
  };
}

type StepsPost = Extract<Post, { readonly kind: 'steps' }>;
