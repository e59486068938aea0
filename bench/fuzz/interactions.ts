// Discord interactions: raw frames of every kind the bot handles, spoilt; whoever can be answered is, once, in clear words, and a right one of the same kind works after it.
import fc from 'fast-check';
import { InteractionResponseType, type APIInteractionResponse } from 'discord-api-types/v10';
import { loadCommands } from '../../src/catalogue.ts';
import { systemClock } from '../../src/clock.ts';
import { Acknowledgements } from '../../src/discord/acknowledgement.ts';
import { Answers } from '../../src/discord/answers.ts';
import type { Command } from '../../src/discord/command.ts';
import { Interactions } from '../../src/discord/interactions.ts';
import { isAddressed } from '../../src/discord/receipt.ts';
import type { DiscordRest } from '../../src/discord/rest.ts';
import { timeDifference } from '../../src/discord/time-difference.ts';
import type { Answer } from '../../src/domain/job.ts';
import { makeLog } from '../../src/log.ts';
import { context, incident, startDesk } from '../../test/discord/desk.ts';
import { until } from '../../test/fixtures/real-redis.ts';
import { chunks, clear, silent, Tally, type Ground } from './ground.ts';
import { mutants, textOf } from './hostile.ts';

type Frame = Readonly<Record<string, unknown>>;

const member = {
  user: { id: '1100000000000000041', username: 'lead', global_name: 'Lea' },
  nick: null,
  roles: ['1100000000000000030'],
  permissions: '2147483647',
  joined_at: '2026-01-01T00:00:00Z',
};
const shared = {
  ...{
    id: '@ID',
    token: '@TOKEN',
    application_id: '1100000000000000001',
    version: 1,
    member,
    locale: 'en-US',
  },
  guild_id: '4',
  channel_id: '3',
  channel: { id: '3', type: 0, name: 'ops' },
};
const text = (name: string, value: unknown, more = {}) => ({ name, type: 3, value, ...more });
const slash = (name: string, options: readonly unknown[] = []): Frame => ({
  ...shared,
  type: 2,
  data: { id: '9', type: 1, name, options },
});
const choices = (name: string, options: readonly unknown[]): Frame => ({ ...slash(name, options), type: 4 });
const row = (...components: readonly unknown[]) => ({ type: 1, components });
const button = (custom_id: string) => ({ type: 2, style: 1, label: 'x', custom_id });
const ids = ['acknowledge', 'resolve', 'note', 'step:naked-position.now:done'].map(
  (one) => `incident:12:${one}`,
);
const press = (custom_id: string): Frame => ({
  ...shared,
  type: 3,
  data: { custom_id, component_type: 2 },
  message: {
    id: '5',
    author: { id: shared.application_id, bot: true },
    components: [row(...ids.map(button))],
  },
});
const field = { type: 4, custom_id: 'text', value: 'Looking.' };
const form = (rows: readonly unknown[]): Frame => ({
  ...shared,
  type: 5,
  data: { custom_id: 'incident:12:note', components: rows },
});
const noted = { id: '7', content: 'the gap was here', author: { id: '8', username: 'ann' }, embeds: [] };
const menu: Frame = {
  ...shared,
  type: 2,
  data: { id: '9', type: 3, name: 'Add to timeline', target_id: '7', resolved: { messages: { '7': noted } } },
};

/** By kind, and right as they are. */
const right: Readonly<Record<string, readonly Frame[]>> = {
  slash: [
    ...[slash('health'), slash('health', [text('suite', 'mnq')]), slash('help'), slash('oncall', [])],
    slash('explain', [text('finding', 'feed-mute')]),
    slash('incident', [{ name: 'show', type: 1, options: [text('incident', '12')] }]),
    slash('deadletters', [{ name: 'list', type: 1, options: [] }]),
  ],
  choices: [choices('health', [text('suite', 'm', { focused: true })])],
  press: ids.map(press),
  form: [form([row(field)]), form([{ type: 18, component: field }])],
  menu: [menu],
};
const kinds = Object.keys(right);
const ping: Frame = { ...shared, type: 1 };
const cases = fc.oneof(
  ...kinds.map((kind) => ({
    weight: kind === 'slash' ? 4 : 2,
    arbitrary: fc.record({ kind: fc.constant(kind), text: mutants(right[kind] ?? []).map(textOf) }),
  })),
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('other'), text: mutants([ping]).map(textOf) }) },
);

/** Of each chunk, so many go over the true wire of a local Discord to the true client. */
const overTheWire = 10;

export const interactions: Ground = {
  name: 'Discord interactions',
  async run(count, seed) {
    const tally = new Tally('Discord interactions');
    const [stage, wire] = [await openStage(), await openWire()];
    let number = 0;
    try {
      for (const batch of chunks(cases, count, seed)) {
        const sent = batch.map((one) => ({ ...one, number: (number += 1) }));
        for (const one of sent) stage.send(filled(one.text, one.number));
        await stage.quiet();
        for (const one of sent)
          tally.count(`${one.kind}: ${stage.endOf(filled(one.text, one.number), one.number)}`);
        // What is nested too deeply to be written cannot be sent by the local Discord.
        const writable = sent.filter((one) => !one.text.includes('['.repeat(1_000)));
        for (const one of writable.slice(0, overTheWire)) wire.send(filled(one.text, one.number));
        for (const kind of kinds) await stage.healthy(kind, (number += 1));
        await wire.healthy();
        stage.look();
        tally.sound();
      }
    } finally {
      await stage.stop();
      await wire.stop();
    }
    return tally.outcome;
  },
};

const discordEpoch = 1_420_070_400_000n;

const idOf = (number: number): string =>
  ((BigInt(started) - discordEpoch) * 4_194_304n + BigInt(number)).toString();

/** The frame with an id and a token of its own, as it comes off the wire. */
function filled(written: string, number: number): unknown {
  const whole = written.replaceAll('@ID', idOf(number)).replaceAll('@TOKEN', `token-${number}`);
  try {
    return JSON.parse(whole);
  } catch (error) {
    // What is no JSON is no frame: the library never hands it on.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
const started = Date.now();

async function openStage() {
  const lines: string[] = [];
  const answered = new Map<string, string[]>();
  const deferred = new Set<string>();
  const queued = new Set<string>();
  const faults: string[] = [];
  const log = makeLog('debug', (line) => lines.push(line));
  const said = (token: string, what: string, body: unknown): void => {
    answered.set(token, [...(answered.get(token) ?? []), what]);
    try {
      clear(JSON.stringify(body), 'an answer');
    } catch (error) {
      faults.push(String(error));
    }
  };
  const door: unknown = {
    post(route: string, { body }: { readonly body: APIInteractionResponse }) {
      const token = /^\/interactions\/.*\/(token-\d+)\/callback$/.exec(route)?.[1] ?? route;
      if (body.type === InteractionResponseType.DeferredChannelMessageWithSource) deferred.add(token);
      else
        said(
          token,
          ({ 4: 'told', 8: 'choices', 9: 'form' } as Record<number, string>)[body.type] ?? '?',
          body,
        );
      return Promise.resolve({ id: '1' });
    },
    patch(route: string, { body }: { readonly body: unknown }) {
      said(/\/(token-\d+)\//.exec(route)?.[1] ?? route, 'told', body);
      return Promise.resolve({ id: '1' });
    },
    get: () => Promise.resolve([]),
  };
  const rest = { bot: door, callback: door, webhook: door } as unknown as DiscordRest;
  const plain: DiscordRest = { ...rest, styled: (payload) => payload, styledText: (words) => words };
  const acknowledgements = new Acknowledgements(plain.callback, systemClock, log);
  const answers = new Answers({ rest: plain, acknowledgements, clock: systemClock, log });
  const roles = ['1100000000000000030'];
  const known = { incident: incident(), refs: {} };
  const given = { ...context, incidents: [known] };
  const done: Answer = { kind: 'done', text: 'That was done.' };
  const taking = new Interactions({
    config: {
      access: {
        guildId: '4',
        channels: ['3'],
        roles: { read: ['4'], respond: roles, lead: roles },
        only: [],
      },
    },
    commands: await loadCommands<Command>(),
    context: () => given,
    submit(ticket) {
      queued.add(ticket.reply.token);
      return Promise.resolve();
    },
    act: () => Promise.resolve(done),
    record: (event) => {
      if (event.outcome.trim() === '') faults.push(`audited without an outcome: ${JSON.stringify(event)}`);
    },
    acknowledgements,
    answers,
    clock: systemClock,
    log,
    difference: timeDifference(),
  });
  /** What became of it; the whole of it is one answer, or one on its way. */
  const endOf = (frame: unknown, number: number): string => {
    const { id, token, type } = (typeof frame === 'object' && frame !== null ? frame : {}) as Frame;
    const addressed = isAddressed(frame);
    if (!addressed) return 'nobody to answer';
    const ends = answered.get(String(token)) ?? [];
    if (queued.has(String(token)) && ends.length === 0) return 'queued';
    if (ends.length === 1) return ends[0] ?? '';
    if (token !== `token-${number}` || id !== idOf(number))
      return 'answered under another name, or come before';
    if (type === 1 && ends.length === 0) return 'a ping';
    throw new Error(
      `${ends.length} answers to ${JSON.stringify(frame).slice(0, 2_000)}; deferred: ${String(deferred.has(token))}`,
    );
  };
  return {
    endOf,
    send(frame: unknown): void {
      taking.receive(frame as never);
    },
    /** Everything under way has its end. */
    async quiet(): Promise<void> {
      const busy = (): readonly string[] =>
        [...deferred].filter(
          (token) => /^token-\d+$/.test(token) && !answered.has(token) && !queued.has(token),
        );
      await until(() => busy().length === 0, 20_000, 'an answer to everything acknowledged').catch(
        (error: unknown) => {
          throw new Error(
            `${String(error)}: ${busy().slice(0, 5).join()}; ${lines
              .filter((line) => line.includes('not '))
              .slice(-3)
              .join()}`,
          );
        },
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
    async healthy(kind: string, number: number): Promise<void> {
      const templates = right[kind] ?? [];
      const frame = filled(JSON.stringify(templates[number % templates.length]), number);
      taking.receive(frame as never);
      await until(
        () => answered.has(`token-${number}`) || queued.has(`token-${number}`),
        10_000,
        `a right ${kind}`,
      );
      const body = endOf(frame, number);
      if (!['told', 'choices', 'form', 'queued'].includes(body))
        throw new Error(`a right ${kind} came to: ${body}`);
    },
    look(): void {
      for (const known of [answered, deferred, queued]) known.clear();
      silent(lines.splice(0).join('\n'), 'the log');
      if (faults.length > 0) throw new Error(faults.slice(0, 3).join('\n'));
    },
    stop: () => taking.stop(1_000),
  };
}

/** The same frames over a socket to the true discord.js client; a command typed after them is answered. */
async function openWire() {
  const desk = await startDesk({ local: { strict: false } });
  const { local } = desk;
  return {
    send(frame: unknown): void {
      if (typeof frame === 'object' && frame !== null) local.replay(frame as Record<string, unknown>);
    },
    async healthy(): Promise<void> {
      const before = desk.tickets.length;
      local.type({ user: local.users.lead, channel: local.channelId, command: 'health', options: {} });
      await until(() => desk.tickets.length > before, 15_000, 'a command typed over the wire');
      if (!desk.bot.status().connected) throw new Error('the client lost its connection');
    },
    stop: () => desk.stop(),
  };
}
