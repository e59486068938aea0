// `fetch` over connections in memory: Node's own HTTP client and server, without a socket between them.
import { type IncomingMessage, request } from 'node:http';
import type { Wire } from './wire.ts';

export function fetchOver(wire: Wire): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const { signal } = init;
    signal?.throwIfAborted();
    const body = typeof init.body === 'string' ? init.body : undefined;
    const asked = request({
      host: url.hostname,
      port: url.port,
      path: `${url.pathname}${url.search}`,
      method: init.method ?? 'GET',
      headers: {
        ...Object.fromEntries(new Headers(init.headers)),
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      createConnection: () => wire.connect(Number(url.port)),
    });
    const withdraw = (): void => {
      asked.destroy(new Error('aborted'));
    };
    signal?.addEventListener('abort', withdraw, { once: true });
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        asked.once('response', resolve);
        asked.on('error', reject);
        asked.end(body);
      });
      const chunks: Buffer[] = [];
      for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
      const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
      );
      const status = answer.statusCode ?? 500;
      return new Response(status === 204 ? null : Buffer.concat(chunks), { status, headers });
    } catch (error) {
      signal?.throwIfAborted();
      throw new TypeError('fetch failed', { cause: error });
    } finally {
      signal?.removeEventListener('abort', withdraw);
    }
  };
}
