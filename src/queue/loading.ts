// Sees that a Redis which can be reached serves nobody, because it still reads its file.
import type { Redis } from 'ioredis';

/** Often enough to count as proof all the time (a lease wants one no older than 1.2 s). */
const askEveryMs = 200;

/**
 * Calls `seen` again and again while the server at the other end loads. ioredis waits in silence meanwhile, between `connect`
 * and `ready`; INFO is answered by a loading server, and by this client in that state.
 */
export function watchLoading(client: Redis, seen: () => void, failed: (error: unknown) => void): void {
  let isAsking = false;

  async function ask(): Promise<void> {
    while (client.status === 'connect') {
      if (/^loading:1\r?$/m.test(await client.info('persistence'))) seen();
      await new Promise((resolve) => {
        setTimeout(resolve, askEveryMs).unref();
      });
    }
  }

  client.on('connect', () => {
    if (isAsking) return;
    isAsking = true;
    ask()
      .catch(failed)
      .finally(() => {
        isAsking = false;
      });
  });
}
