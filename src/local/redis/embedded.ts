// Starts and stops the embedded Redis: a worker thread of this process, in memory only.
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { OpsError } from '../../domain/errors.ts';
import type { Log } from '../../log.ts';

export interface EmbeddedRedis {
  readonly port: number;
  stop(): Promise<void>;
}

const startMs = 15_000;
const stopMs = 2_000;

/** @throws OpsError `redis-unavailable` where the thread does not come up. */
export async function startEmbedded(log: Log): Promise<EmbeddedRedis> {
  const thread = openThread();
  let stopping = false;
  thread.on('error', (error) => {
    log.error(
      { event: 'embedded-redis-failed', error: error.message },
      'the embedded Redis stopped by an error',
    );
  });
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(
        new OpsError('redis-unavailable', `The embedded Redis did not start: ${why}.`, { retryable: false }),
      );
    };
    const timer = setTimeout(() => {
      void thread.terminate();
      fail(`no answer within ${startMs / 1_000} s`);
    }, startMs);
    thread.once('error', (error) => {
      fail(error.message);
    });
    thread.once('exit', (code) => {
      fail(`its thread ended with code ${code}`);
    });
    thread.once('message', (message: { readonly port: number }) => {
      clearTimeout(timer);
      resolve(message.port);
    });
  });
  return {
    port,
    async stop() {
      if (stopping) return;
      stopping = true;
      const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
      thread.postMessage('stop');
      const timer = setTimeout(() => void thread.terminate(), stopMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function openThread(): Worker {
  const built = new URL('./embedded-thread.js', import.meta.url);
  if (existsSync(built)) return new Worker(built);
  // Run from source: the thread does not inherit the loader that reads TypeScript, so it registers one first.
  const source = new URL('./embedded-thread.ts', import.meta.url).href;
  return new Worker(
    `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(source)}); });`,
    { eval: true },
  );
}
