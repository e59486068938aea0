// The second channel against a real webhook and a real mail server on loopback, and the dead man's switch.
import { createServer, type Server } from 'node:http';
import { createServer as createTcp, type AddressInfo, type Server as TcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startDeadMan } from '../../src/health/dead-man.ts';
import { sound } from '../../src/health/second-channel.ts';
import { makeLog } from '../../src/log.ts';
import { FakeClock } from '../fakes/clock.ts';

const servers: (Server | TcpServer)[] = [];
afterEach(async () => {
  for (const one of servers.splice(0)) await new Promise((resolve) => one.close(resolve));
});

async function listening(server: Server | TcpServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** What a webhook was sent, and how it answers. */
async function webhook(status = 204) {
  const got: { content: string; allowed_mentions: unknown }[] = [];
  const port = await listening(
    createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (request.method === 'POST') got.push(JSON.parse(body) as (typeof got)[number]);
        response.statusCode = status;
        response.end();
      });
    }),
  );
  return { url: `http://127.0.0.1:${port}/api/webhooks/1/token`, got };
}

/** The smallest mail server that a client talks to the end with. */
async function mailServer() {
  const mails: string[] = [];
  const port = await listening(
    createTcp((socket) => {
      let data: string | undefined;
      socket.write('220 test\r\n');
      socket.on('data', (chunk) => {
        for (const line of chunk.toString().split('\r\n')) {
          if (data !== undefined) {
            if (line === '.') {
              mails.push(data);
              data = undefined;
              socket.write('250 taken\r\n');
            } else data += `${line}\n`;
          } else if (/^(EHLO|HELO|MAIL|RCPT|RSET)/i.test(line)) socket.write('250 ok\r\n');
          else if (/^DATA/i.test(line)) {
            data = '';
            socket.write('354 go on\r\n');
          } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        }
      });
      socket.on('error', () => undefined);
    }),
  );
  return { url: `smtp://127.0.0.1:${port}`, mails };
}

describe('the second channel', () => {
  it('is told by webhook, mentioning nobody, and by mail', async () => {
    const hook = await webhook();
    const mail = await mailServer();
    await sound(
      { webhook: hook.url, mail: { url: mail.url, to: 'ops@example.org' } },
      'The bot is dead @everyone',
    );
    expect(hook.got).toEqual([
      { content: '🚨 Pitwatch: The bot is dead @everyone', allowed_mentions: { parse: [] } },
    ]);
    expect(mail.mails[0]).toMatch(/Subject: Pitwatch: The bot is dead/);
    expect(mail.mails[0]).toMatch(/To: ops@example\.org/);
  });

  it('counts as told where one of the two took it, and says why where none did', async () => {
    const broken = await webhook(500);
    const mail = await mailServer();
    const to = 'ops@example.org';
    await sound({ webhook: broken.url, mail: { url: mail.url, to } }, 'late');
    expect(mail.mails).toHaveLength(1);
    await expect(sound({ webhook: broken.url, mail: undefined }, 'late')).rejects.toThrow(/answered 500/);
    await expect(sound({ webhook: undefined, mail: undefined }, 'late')).rejects.toThrow(/No second channel/);
  });
});

describe('the dead man’s switch', () => {
  it('is pressed once a minute while all is well, and not while it is not', async () => {
    let asked = 0;
    const arrived: (() => void)[] = [];
    const port = await listening(
      createServer((_request, response) => {
        asked += 1;
        response.end('ok');
        arrived.splice(0).forEach((told) => {
          told();
        });
      }),
    );
    const clock = new FakeClock();
    let well = true;
    const stop = startDeadMan(
      `http://127.0.0.1:${port}/ping`,
      () => Promise.resolve(well),
      clock,
      makeLog('silent'),
    );
    for (let minute = 1; minute <= 2; minute += 1) {
      const here = new Promise<void>((resolve) => arrived.push(resolve));
      await clock.forward(60_000);
      await here;
    }
    expect(asked).toBe(2);
    well = false;
    await clock.forward(180_000);
    expect(asked).toBe(2);
    stop();
    expect(clock.waiting).toBe(0);
  });
});
