// `npm run discord`: the local Discord alone, with its page, until it is told to stop.
import { parseArgs } from 'node:util';
import { makeLog, scrub } from '../../log.ts';
import { startLocalDiscord } from './server.ts';

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env['PORT'] ?? '4000' },
      host: { type: 'string', default: '127.0.0.1' },
      gateway: { type: 'string' },
      'rate-limits': { type: 'string', default: 'generous' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port must be a number from 0 to 65535, not "${values.port}".`);
  const mode = (['generous', 'discord', 'off'] as const).find((each) => each === values['rate-limits']);
  if (mode === undefined) throw new Error('--rate-limits must be generous, discord or off.');
  const local = await startLocalDiscord({
    port,
    host: values.host,
    rateLimits: mode,
    log: makeLog(process.env['PROJECTX_LOG_LEVEL'] ?? process.env['LOG_LEVEL'] ?? 'info'),
    ...(values.gateway === undefined ? {} : { gatewayUrl: values.gateway }),
  });
  process.stdout.write(
    [
      `local discord ready ${local.url}`,
      `DISCORD_API=${local.apiUrl}`,
      `DISCORD_TOKEN=${local.token}`,
      `DISCORD_GUILD_ID=${local.guildId}`,
      `DISCORD_CHANNEL_ID=${local.channelId}`,
      '',
    ].join('\n'),
  );
  const stop = (): void => {
    void local.stop();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

run().catch((error: unknown) => {
  process.stderr.write(`${scrub(error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 1;
});
