// Commands, presses and forms over a link to Redis that has gone silent: each has its end within three seconds, and it says what it knows.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { APIMessage } from 'discord-api-types/v10';
import incidentCommand from '../../commands/incident.ts';
import type { LastSeen } from '../../src/domain/job.ts';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import { watchStore } from '../../src/queue/store-watch.ts';
import { textOf } from '../fixtures/desk.ts';
import { tell } from '../fixtures/processes.ts';
import { doubted, hasServer, quietLog, startRealRedis, until, type RealRedis } from '../fixtures/redis.ts';
import { startTcpProxy, type TcpProxy } from '../fixtures/tcp-proxy.ts';
import { commands, context, incident, startDesk, type Desk } from './desk.ts';

const seen: LastSeen = {
  desk: context.desk,
  deskAt: Date.now(),
  incidents: [{ incident: incident(), refs: {} }],
  incidentsAt: Date.now(),
  direct: [],
  called: [],
  hostHere: false,
};

describe.skipIf(!hasServer)('a bot whose link to Redis is silent', () => {
  let server: RealRedis;
  let proxy: TcpProxy;
  let link: RedisLink;
  let store: ReturnType<typeof watchStore>;
  let desk: Desk;
  const acted: string[] = [];
  const all = (): readonly APIMessage[] => desk.local.messages(desk.local.channelId, desk.local.users.lead);
  /** The end of what somebody did; promised within 3 s, and a busy machine gets two more. */
  const endOf = async (id: string, what: RegExp): Promise<APIMessage> => {
    const startedAt = Date.now();
    const found = (): APIMessage | undefined =>
      all().find((one) => one.interaction_metadata?.id === id && what.test(textOf(one)));
    await until(() => found() !== undefined, 5_000, String(what)).catch((error: unknown) => {
      throw new Error(all().map(textOf).join('\n---\n'), { cause: error });
    });
    tell(`${what.source} (promised 3,000)`, Date.now() - startedAt);
    return desk.local.expect(found);
  };
  const type = (command: string, options: Readonly<Record<string, string>> = {}): string =>
    desk.local.type({ user: desk.local.users.lead, channel: desk.local.channelId, command, options });
  const press = (message: string, action: string): string =>
    desk.local.press({
      user: desk.local.users.lead,
      channel: desk.local.channelId,
      message,
      custom_id: `incident:12:${action}`,
    });

  beforeEach(async () => {
    server = await startRealRedis();
    proxy = await startTcpProxy(server.port);
    link = openRedis(`redis://127.0.0.1:${proxy.port}`, quietLog);
    await link.ready();
    store = watchStore(link);
    acted.length = 0;
    desk = await startDesk({
      commands: [...commands, incidentCommand],
      context: () => ({ ...context, incidents: seen.incidents }),
      outages: { store, seen: () => seen },
      submit: async () => {
        await store.whileUp(link.producer.get('x'));
      },
      act: async (task) => {
        acted.push(task.kind);
        await link.producer.set('x', task.kind);
        return { kind: 'done', text: 'looked' };
      },
    });
  });
  afterEach(async () => {
    await desk.stop();
    store.close();
    await link.close();
    await proxy.close();
    await server.stop();
  });

  it('ends what is typed, pressed and sent in, does nothing of it, and gives a note back', async () => {
    const refs = await desk.bot.messenger.deliverPost(
      { id: '12-1-0', incident: '12', queuedAt: Date.now(), kind: 'page', card: incident() },
      {},
    );
    const page = refs.messageId ?? '';
    const { lead } = desk.local.users;
    const shown = new Promise<void>((resolve) => {
      desk.local.on(lead, ({ kind }) => {
        if (kind === 'modal.open') resolve();
      });
    });
    const opener = press(page, 'note');
    await shown;
    proxy.stall();
    await doubted(store);
    const form = desk.local.submit({
      user: lead,
      interaction: opener,
      custom_id: 'incident:12:note',
      values: { text: 'flattened by hand' },
    });
    const pressed = press(page, 'acknowledge');
    const typed = type('health');
    const read = type('incident list');
    const [note, refused, report, listed] = await Promise.all([
      endOf(form, /What you wrote/),
      endOf(pressed, /Nothing was recorded, and nothing was changed/),
      endOf(typed, /Redis is unreachable: \/health is not answered/),
      endOf(read, /#12/),
    ]);
    expect(textOf(note)).toMatch(/flattened by hand/);
    for (const one of [note, refused]) expect((one.flags ?? 0) & 64).toBe(64);
    expect(textOf(report)).toMatch(/nothing comes back over it/);
    expect(textOf(listed)).toMatch(/nobody had it/);
    expect(acted).toEqual([]);
    // Known by now: the form is not even shown.
    expect(textOf(await endOf(press(page, 'note'), /was not done/))).toMatch(/Nothing was recorded/);
    proxy.flow();
    await until(() => store.outage() === undefined, 8_000);
    await endOf(press(page, 'acknowledge'), /looked/);
  }, 30_000);

  it('says of what was under way that its end is not known', async () => {
    const refs = await desk.bot.messenger.deliverPost(
      { id: '12-1-0', incident: '12', queuedAt: Date.now(), kind: 'page', card: incident() },
      {},
    );
    proxy.stall();
    const pressed = press(refs.messageId ?? '', 'acknowledge');
    expect(textOf(await endOf(pressed, /is not known/))).toMatch(/check first whether it was done/);
    expect(acted).toEqual(['incident']);
  }, 30_000);
});
