// `npm run gateway`: the simulated ProjectX gateway alone; says where it is and which login to use, stops on SIGTERM or SIGINT.
import { parseArgs } from 'node:util';
import { messageOf } from '../../domain/errors.ts';
import { type GatewayOptions, startGateway } from './gateway.ts';

const usage =
  'npm run gateway -- [--port P] [--host H] [--seed S] [--events-per-second N|MNQ=20,ZB=0.02] [--rhythm even|lively] [--session open|real] [--trader live|off] [--username U] [--api-key K]';

function whole(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`--${name}: a whole number is wanted, not ${text}`);
}

/** `6` for every contract, or `MNQ=20,ZB=0.02` for some. */
function pace(text: string | undefined): number | Readonly<Record<string, number>> | undefined {
  const rate = (word: string): number => {
    const value = Number(word);
    if (word.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
    throw new Error(`--events-per-second: a number, or MNQ=20,ZB=0.02, is wanted, not ${text ?? ''}`);
  };
  if (!text?.includes('=')) return text === undefined ? undefined : rate(text);
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [symbol = '', word = ''] = part.split('=');
      return [symbol.trim().toUpperCase(), rate(word)];
    }),
  );
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
      rhythm: text,
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
    eventsPerSecond: pace(values['events-per-second']),
    rhythm: oneOf(values.rhythm, 'rhythm', ['even', 'lively'] as const),
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
