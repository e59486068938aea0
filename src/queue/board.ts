// A look into the queues of the engine for who runs the desk (Bull Board): it can only be read, and what a job carries is not shown.
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { queueNames } from './keys.ts';
import type { RedisLink } from './redis.ts';

const hidden = 'not shown here: it is sealed, and may tell what somebody asked';

/**
 * Answers requests under `path`; who may ask is for the caller to judge.
 * @param logins those of the whole desk, asked with every request
 */
export function queueBoard(
  link: RedisLink,
  path: string,
  logins: () => Promise<readonly string[]>,
): (request: Request) => Promise<Response> {
  const serverAdapter = new HonoAdapter(serveStatic);
  serverAdapter.setBasePath(path);
  const board = createBullBoard({
    queues: [],
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Pitwatch', hideRedisDetails: true } },
  });
  const app = new Hono();
  app.route(path, serverAdapter.registerPlugin());
  let shown = '';

  /** Logins come and go. */
  async function refresh(): Promise<void> {
    const names = [...new Set(await logins())].sort();
    const all = [
      queueNames.bot,
      ...names.flatMap((login) => [
        queueNames.ask(login),
        queueNames.evidence(login),
        queueNames.host(login),
      ]),
    ];
    if (all.join(' ') === shown) return;
    board.replaceQueues(
      all.map((name) => {
        const adapter = new BullMQAdapter(link.queue(name), { readOnlyMode: true });
        for (const field of ['data', 'returnValue', 'progress'] as const)
          adapter.setFormatter(field, () => hidden);
        return adapter;
      }),
    );
    shown = all.join(' ');
  }

  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return new Response('only to be read\n', { status: 405, headers: { allow: 'GET, HEAD' } });
    await refresh();
    return app.fetch(request);
  };
}
