// `npm start`, `npm run bot`, `npm run worker`, `npm run check`: reads the configuration, runs the roles, and stops them when told to.
import { systemClock } from './clock.ts';
import { loadConfig, readArguments, type Config } from './config.ts';
import { openDesk } from './desk.ts';
import { messageOf, OpsError } from './domain/errors.ts';
import { openLogSink, type LogSink } from './health/log-sink.ts';
import { makeLog, scrub, type Log } from './log.ts';
import type { Roles } from './stand-ins.ts';

/** Whoever stops us (a container engine, a person) waits about this long before it kills. */
const stopWithinMs = 10_000;

function refuse(error: unknown): never {
  const hint = error instanceof OpsError && error.hint !== undefined ? `\n${error.hint}` : '';
  process.stderr.write(scrub(`pitwatch does not start: ${messageOf(error)}${hint}\n`));
  process.exit(1);
}

async function run(config: Config, roles: Roles, log: Log, sink: LogSink): Promise<void> {
  const desk = await openDesk({
    config,
    roles,
    clock: systemClock,
    log,
    logTrouble: () => sink.trouble(),
    dataDir: 'var/redis',
    keyFile: 'var/signing.key',
  });
  let stopping = false;
  const ended = (): boolean => stopping;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ event: 'stopping', signal }, 'stopping: nothing new is taken, what is under way is finished');
    setTimeout(() => {
      log.error({ event: 'stop-late' }, `not everything ended within ${stopWithinMs / 1_000} s; leaving now`);
      process.exit(1);
    }, stopWithinMs - 500).unref();
    void desk.close().then(() => {
      log.info({ event: 'stopped' }, 'stopped');
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  await desk.ready().catch(async (error: unknown) => {
    await desk.close();
    throw error;
  });
  if (!ended()) process.stdout.write(`pitwatch ready ${desk.url}\n`);
}

try {
  const { check, ...roles } = readArguments(process.argv.slice(2));
  const config = loadConfig(process.env, process.cwd());
  if (check) {
    const { checkDesk } = await import('./check.ts');
    const { ok, lines } = await checkDesk(config, systemClock);
    process.stdout.write(`${lines.join('\n')}\n`);
    process.exitCode = ok ? 0 : 1;
  } else {
    const sink = openLogSink();
    const log = makeLog(config.logLevel, (line) => {
      sink.write(line);
    });
    process.on('uncaughtException', (error) => {
      // A bug: its text is kept, and the process leaves so that whoever supervises it starts a clean one.
      log.fatal({ event: 'bug', error: scrub(error.stack ?? error.message) }, 'a bug ended this process');
      process.exit(1);
    });
    await run(config, roles, log, sink);
  }
} catch (error) {
  refuse(error);
}
