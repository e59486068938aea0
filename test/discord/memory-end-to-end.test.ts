// /postmortem and /slo through the real client: card, picture and files arrive in the reply, as Discord takes and shows them.
import { afterEach, expect, test } from 'vitest';
import type { APIAttachment, APIMessage } from 'discord-api-types/v10';
import postmortem from '../../commands/postmortem.ts';
import slo from '../../commands/slo.ts';
import type { Answer, DeskTask } from '../../src/domain/job.ts';
import { discordContract } from '../fixtures/discord-openapi.ts';
import { night, pastAnswer, pastIncident } from '../fixtures/past-incident.ts';
import { commands, context, startDesk, type Desk } from './desk.ts';

let desk: Desk | undefined;
let contract: ReturnType<typeof discordContract> | undefined;
afterEach(async () => {
  const open = desk;
  desk = undefined;
  await open?.stop();
  // Pictures and files included, as Discord's own document wants it.
  expect(contract?.checked()).toBeGreaterThan(1);
  expect(contract?.violations()).toEqual([]);
});

function answerOf(task: DeskTask): Answer {
  if (task.kind !== 'record') throw new Error(`${task.kind} was not asked for`);
  return task.action === 'slo'
    ? { kind: 'slo', at: night + 3_600_000, days: task.days, incidents: [pastIncident()] }
    : pastAnswer();
}

async function asked(command: string, options: Record<string, string>): Promise<APIMessage> {
  desk = await startDesk({
    commands: [...commands, postmortem, slo],
    context: () => ({ ...context, incidents: [pastIncident()] }),
    act: (task) => Promise.resolve(answerOf(task)),
  });
  const { local } = desk;
  contract = discordContract(local.record);
  const [user, channel] = [local.users.lead, local.channelId];
  const id = local.type({ user, channel, command, options });
  return local.expect(() =>
    local.messages(channel, user).find((one) => one.interaction_metadata?.id === id && one.embeds.length > 0),
  );
}

const bytesOf = async ({ url }: Pick<APIAttachment, 'url'>): Promise<Buffer> => {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
};
const png = '89504e470d0a1a0a';

test('/postmortem arrives within 5 s with a picture in the card and both files beside it', async () => {
  const startedAt = performance.now();
  const message = await asked('postmortem', { incident: '12' });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(
    message.attachments.map(({ filename, content_type }) => [filename, content_type?.split(';')[0]]),
  ).toEqual([
    ['postmortem-12.md', 'text/markdown'],
    ['postmortem-12.json', 'application/json'],
  ]);
  const [text, data] = message.attachments;
  const picture = message.embeds[0]?.image;
  if (picture === undefined || text === undefined || data === undefined) throw new Error('a file is missing');
  expect(JSON.stringify(picture)).toContain('Timeline of incident 12: nobody has it from 02:14:07 CT');
  expect((await bytesOf(picture)).subarray(0, 8).toString('hex')).toBe(png);
  expect((await bytesOf(text)).toString()).toMatch(/^# Postmortem of incident 12: Market hub down\n/);
  expect(JSON.parse((await bytesOf(data)).toString())).toMatchObject({ incident: '12' });
  expect(picture.url).toMatch(/postmortem-12\.png$/);
  expect(message.mentions).toEqual([]);
});

test('/slo arrives with its picture, and its days are told', async () => {
  const message = await asked('slo', { days: '7' });
  expect(message.embeds[0]?.title).toBe('The last 7 days: 1 incident');
  const picture = message.embeds[0]?.image;
  if (picture === undefined) throw new Error('no picture');
  expect(picture.url).toMatch(/slo\.png$/);
  expect((await bytesOf(picture)).subarray(0, 8).toString('hex')).toBe(png);
});

test('/slo refuses what is no number of days in a sentence', async () => {
  const message = await asked('slo', { days: 'all' });
  expect(message.embeds[0]?.description).toBe(
    '"all" is not a number of days.\n→ Give a whole number from 1 to 365, or leave it out for 30.',
  );
});
