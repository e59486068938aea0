// The simulated gateway in a process of its own, so that what it costs is not counted as ours.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startGateway } from '../src/local/gateway/gateway.ts';
import { accountOf, userOf } from './stage.ts';

export interface FarGateway {
  readonly url: string;
  readonly username: string;
  readonly apiKey: string;
  readonly apiUrl: string;
  readonly userHubUrl: string;
  readonly marketHubUrl: string;
  stop(): void;
}

export interface FarOptions {
  /** Events a second of each contract. */
  readonly rate: number;
  /** Logins beside the first, as `userOf` and `accountOf` name them. */
  readonly moreLogins?: number;
}

const childFlag = '--far-gateway';

export async function openFarGateway(options: FarOptions): Promise<FarGateway> {
  const child = fork(fileURLToPath(import.meta.url), [childFlag, JSON.stringify(options)], {
    execArgv: ['--import', 'tsx'],
  });
  const told = await new Promise<Omit<FarGateway, 'stop'>>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Omit<FarGateway, 'stop'>));
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`)));
  });
  return { ...told, stop: () => void child.kill('SIGTERM') };
}

if (process.argv.includes(childFlag)) {
  const { rate, moreLogins = 0 } = JSON.parse(process.argv.at(-1) ?? '') as FarOptions;
  const gateway = await startGateway({
    trader: 'off',
    eventsPerSecond: rate,
    moreUsers: Array.from({ length: moreLogins }, (_, index) => ({
      ...userOf(index + 1),
      accounts: [accountOf(index + 1)],
    })),
  });
  const { url, username, apiKey, apiUrl, userHubUrl, marketHubUrl } = gateway;
  process.send?.({ url, username, apiKey, apiUrl, userHubUrl, marketHubUrl });
  process.on('disconnect', () => process.exit(0));
}
