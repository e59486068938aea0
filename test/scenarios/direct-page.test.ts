// A critical page while Redis is away: it goes straight into the channel, says that it is not recorded, and its incident takes it over; nobody is paged twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDesk, untilWell, textOf, type DeskUnderTest } from '../fixtures/desk.ts';
import { tell } from '../fixtures/processes.ts';
import { hasServer, startRealRedis, type RealRedis } from '../fixtures/redis.ts';

// The reason is printed by the fixture: an embedded server cannot be taken away.
describe.skipIf(!hasServer)('a hub that drops while Redis is away', () => {
  let server: RealRedis;
  let desk: DeskUnderTest;

  beforeAll(async () => {
    server = await startRealRedis();
    desk = await openTestDesk({ redisUrl: server.url });
    await untilWell(desk, 20_000);
    await desk.hold('unprotected');
  }, 60_000);
  afterAll(async () => {
    await server.start().catch(() => undefined);
    await desk.stop();
    await server.stop();
  }, 30_000);

  it('is told within 10 s with the mention, without a record, and once recorded it is the same message with buttons and a thread', async () => {
    const { discord } = desk;
    const calls = () =>
      discord
        .messages(discord.channelId, discord.users.lead)
        .filter((one) => one.mention_roles.includes(discord.oncallRoleId) && /hub/i.test(textOf(one)));
    await server.kill();
    desk.gateway.faults.inject({ fault: 'F1', hub: 'market', down: true });
    const brokeAt = Date.now();
    const told = await discord.expect(() => calls()[0], 12_000);
    console.log(`told directly after ${Date.now() - brokeAt} ms`);
    expect(Date.now() - brokeAt).toBeLessThan(10_000);
    expect(textOf(told)).toMatch(/Redis takes no writes: this page is not recorded yet/);
    expect(told.content).toContain(`<@&${discord.oncallRoleId}>`);
    const typedAt = Date.now();
    const said = textOf(await desk.ask('health', {}, 3_000));
    tell('/health while Redis is away (promised 3,000)', Date.now() - typedAt);
    // By the host of this very process, past Redis.
    expect(said).toMatch(/market hub (reconnecting|closed|connecting).*seen (just now|[1-3](\.\d)? s ago)/);
    expect(said).toMatch(/mnq: was LONG 2 WITHOUT A STOP/);
    expect(said).toMatch(/Market hub.*posted in the ops channel since, not recorded yet/);
    expect(said).not.toMatch(/🟢|✅/);
    expect(textOf(await desk.ask('suites', {}, 3_000))).toMatch(
      /Redis is unreachable: \/suites is not answered/,
    );
    expect(textOf(await desk.ask('help', {}, 3_000))).toMatch(/What you can ask here/);
    await server.start();
    const page = await discord.expect(
      () => desk.pages().find((one) => /before it could be recorded/.test(textOf(one))),
      20_000,
    );
    expect(page.id).toBe(told.id);
    expect(textOf(page)).not.toMatch(/not recorded yet/);
    await discord.expect(() => desk.thread().find((one) => textOf(one).includes('Evidence')), 20_000);
    // The card that it has become calls nobody, and no other message did.
    expect(calls().filter(({ id }) => id !== told.id)).toEqual([]);
    expect(desk.pages().filter((one) => /market hub/i.test(textOf(one)))).toHaveLength(1);
  }, 60_000);
});
