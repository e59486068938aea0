// Two desks on one server, each in a database of its own: neither hears what the other publishes, by a command or from within a script.
import { describe, expect, it } from 'vitest';
import type { LoginPulse } from '../../src/domain/desk.ts';
import { serveAnswers } from '../../src/queue/answers.ts';
import { serveAsks } from '../../src/queue/asks.ts';
import { deskStore } from '../../src/queue/desk-store.ts';
import { inDatabase, keys } from '../../src/queue/keys.ts';
import { openRedis, type RedisLink } from '../../src/queue/redis.ts';
import { taskBoard } from '../../src/queue/task-board.ts';
import { aTicket } from '../fixtures/incidents.ts';
import { hasServer, quietLog, startRealRedis, until } from '../fixtures/redis.ts';

const channels = Object.entries(keys).filter(([name]) => name.endsWith('Channel'));

describe('the channels of a desk', () => {
  it('bear the number of its database, but for the first one', () => {
    expect(channels).toHaveLength(6);
    for (const [, channel] of channels) {
      expect(inDatabase(channel, 0)).toMatch(/^\{pitwatch\}:pw:[a-z]/);
      expect(inDatabase(channel, 3)).toMatch(/^\{pitwatch\}:pw:@3:[a-z]/);
    }
    expect(inDatabase(keys.pulses, 3)).toBe(keys.pulses);
  });
});

describe.skipIf(!hasServer)('two desks in two databases of one Redis', () => {
  it('hear nothing of each other, and each hears itself', async () => {
    const server = await startRealRedis();
    const links = [openRedis(`${server.url}/0`, quietLog), openRedis(`${server.url}/3`, quietLog)] as const;
    await Promise.all(links.map((link) => link.ready()));
    const heard = links.map((link) => listening(link));
    const closing: { close(): Promise<unknown> }[] = [];
    try {
      for (const [index, link] of links.entries()) {
        const desk = deskStore(link);
        closing.push(desk);
        const pulse = { login: `login-${index}`, at: 1, worker: `w${index}` } as unknown as LoginPulse;
        // Again and again until it is heard: the first may come before anybody listens.
        await until(async () => {
          await desk.publishPulse(pulse);
          return heard[index]?.some((text) => text.includes(`login-${index}`)) === true;
        });
        const answered: string[] = [];
        closing.push(
          serveAsks(link, 'desk', ({ login }) => Promise.resolve({ kind: 'failed', login, why: 'looked' })),
          serveAnswers(link, ({ id }) => Promise.resolve(void answered.push(id))),
        );
        await taskBoard(link).submit(aTicket(`ticket-${index}`, 5_000));
        await until(() => answered.length === 1);
        expect(answered).toEqual([`ticket-${index}`]);
      }
      expect(heard[0]?.join('\n')).not.toContain('login-1');
      expect(heard[1]?.join('\n')).not.toContain('login-0');
      // Said from within a script.
      await until(async () => {
        await deskStore(links[1]).enterRoster([{ login: 'x', suites: [], since: 1 }]);
        return heard[1]?.includes('') === true;
      });
      expect(heard[0]).not.toContain('');
    } finally {
      for (const one of closing.reverse()) await one.close();
      await Promise.all(links.map((link) => link.close()));
      await server.stop();
    }
  }, 30_000);
});

function listening(link: RedisLink): string[] {
  const heard: string[] = [];
  link.listen(keys.pulseChannel, (text) => heard.push(text));
  return heard;
}
