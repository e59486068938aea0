// Runs inside a worker thread: the JavaScript Redis, so that its scripts never stall the desk's own event loop.
import { createRedisServer } from 'js-redis-server';
import { parentPort } from 'node:worker_threads';

const server = await createRedisServer({ port: 0 });
parentPort?.on('message', (message: unknown) => {
  if (message !== 'stop') return;
  void server.close().finally(() => {
    parentPort?.close();
  });
});
parentPort?.postMessage({ port: server.port });
