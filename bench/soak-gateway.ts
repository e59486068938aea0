// The simulated gateway in a process of its own, so that what it costs is not counted as ours.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startGateway } from '../src/local/gateway/gateway.ts';

export interface SoakGateway {
  readonly username: string;
  readonly apiKey: string;
  readonly apiUrl: string;
  readonly userHubUrl: string;
  readonly marketHubUrl: string;
  stop(): void;
}

const childFlag = '--soak-gateway';

/** @param rate messages a second of the two contracts together */
export async function openSoakGateway(rate: number): Promise<SoakGateway> {
  const child = fork(fileURLToPath(import.meta.url), [childFlag, String(rate)], {
    execArgv: ['--import', 'tsx'],
  });
  const told = await new Promise<Omit<SoakGateway, 'stop'>>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Omit<SoakGateway, 'stop'>));
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`)));
  });
  return { ...told, stop: () => void child.kill('SIGTERM') };
}

if (process.argv.includes(childFlag)) {
  const rate = Number(process.argv.at(-1));
  const gateway = await startGateway({ trader: 'off', eventsPerSecond: rate / 2 });
  const { username, apiKey, apiUrl, userHubUrl, marketHubUrl } = gateway;
  process.send?.({ username, apiKey, apiUrl, userHubUrl, marketHubUrl });
  process.on('disconnect', () => process.exit(0));
}
