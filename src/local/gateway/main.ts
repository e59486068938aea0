// `npm run gateway`: the simulated ProjectX gateway alone; says where it is and which login to use, stops on SIGTERM or SIGINT.
import { parseArgs } from 'node:util';
import { messageOf } from '../../domain/errors.ts';
import { type GatewayOptions, startGateway } from './gateway.ts';

const usage =
  'npm run gateway -- [--port P] [--host H] [--seed S] [--events-per-second N] [--session open|real] [--trader live|off] [--username U] [--api-key K]';

function whole(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`--${name}: a whole number is wanted, not ${text}`);
}

function oneOf<T extends string>(
  text: string | undefined,
  name: string,
  choices: readonly T[],
): T | undefined {
  const found = choices.find((choice) => choice === text);
  if (text === undefined || found !== undefined) return found;
  throw new Error(`--${name}: one of ${choices.join(', ')} is wanted, not ${text}`);
}

function readOptions(): GatewayOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      port: text,
      host: text,
      seed: text,
      session: text,
      trader: text,
      username: text,
      'api-key': text,
      'events-per-second': text,
    },
  });
  const given = {
    port: whole(values.port, 'port'),
    host: values.host,
    seed: whole(values.seed, 'seed'),
    eventsPerSecond: whole(values['events-per-second'], 'events-per-second'),
    session: oneOf(values.session, 'session', ['open', 'real'] as const),
    trader: oneOf(values.trader, 'trader', ['live', 'off'] as const),
    username: values.username,
    apiKey: values['api-key'],
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

try {
  const gateway = await startGateway(readOptions());
  const { url, apiUrl, userHubUrl, marketHubUrl, username, apiKey } = gateway;
  // The key opens nothing but this simulator, so it may be shown.
  process.stdout.write(`${JSON.stringify({ url, apiUrl, userHubUrl, marketHubUrl, username, apiKey })}\n`);
  const stop = () => void gateway.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n${usage}\n`);
  process.exitCode = 1;
}
