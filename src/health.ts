// Whether this process can answer a command and page somebody, and its numbers: `/healthz`, `/metrics` and a small status page.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { messageOf } from './domain/errors.ts';
import { scrub, type Log } from './log.ts';

/** One thing that must hold for this process to be of use. */
export interface HealthCheck {
  /** A few words: `Discord gateway`, `Redis`, `login main hosted`. */
  readonly name: string;
  readonly ok: boolean;
  /** What is missing and since when, or what shows that it holds: one sentence. */
  readonly detail: string;
  /** Without it a command cannot be answered, a page not sent, or neither. Nothing named = only good to know. */
  readonly neededFor: readonly ('commands' | 'pages')[];
}

export interface HealthReport {
  /** `bot`, `worker` or `bot and worker`. */
  readonly role: string;
  readonly checks: readonly HealthCheck[];
}

/** What `GET /healthz` answers. */
export interface HealthAnswer {
  readonly status: 'ok' | 'unable';
  readonly role: string;
  readonly canAnswerCommands: boolean;
  readonly canPage: boolean;
  /** `Redis: no answer since 10:02:11` for each check that failed and is needed. */
  readonly missing: readonly string[];
  readonly checks: readonly HealthCheck[];
}

export interface HealthSource {
  /** Asked at every request; one that does not answer in time counts as failed. */
  readonly checks: () => Promise<HealthReport>;
  /** Prometheus text. */
  readonly metricsText: () => Promise<string>;
  /** How long `checks` may take, ms; default 2,000. */
  readonly patienceMs?: number;
  /** Who shows it sees everything; who does not, only whether it is well. Undefined = nobody else can reach this. */
  readonly token?: string | undefined;
  /** A look into the queues at `/queues`, only for who shows its token; undefined = there is none. */
  readonly board?: { readonly token: string; readonly answer: (request: Request) => Promise<Response> };
}

export const boardPath = '/queues';

/**
 * The answer to `GET /healthz`, `/metrics`, or `undefined` for any other path, so that it can stand before another
 * handler on the same port.
 */
export async function healthResponse(request: Request, source: HealthSource): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  if (pathname === boardPath || pathname.startsWith(`${boardPath}/`)) return boardResponse(request, source);
  if (pathname !== '/healthz' && pathname !== '/metrics') return undefined;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return new Response('only GET\n', { status: 405, headers: { allow: 'GET, HEAD' } });
  }
  if (!mayLook(request, source.token)) return pathname === '/healthz' ? bareHealth(source) : unauthorized();
  return pathname === '/healthz' ? healthz(source) : metrics(source);
}

/** Undefined where there is none, as for any path that is not known. */
async function boardResponse(request: Request, { board }: HealthSource): Promise<Response | undefined> {
  if (board === undefined) return undefined;
  if (!mayLook(request, board.token)) return unauthorized();
  try {
    return await board.answer(request);
  } catch (error) {
    return new Response(`The queues cannot be read: ${scrub(messageOf(error))}\n`, { status: 503 });
  }
}

/** As `Authorization: Bearer TOKEN`, or as the password a browser asks for; compared in the same time whatever is wrong. */
function mayLook(request: Request, token: string | undefined): boolean {
  if (token === undefined) return true;
  const [, scheme = '', given = ''] =
    /^(bearer|basic)\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  const shown =
    scheme.toLowerCase() === 'basic'
      ? Buffer.from(given, 'base64')
          .toString('utf8')
          .replace(/^[^:]*:/, '')
      : given;
  const [one, other] = [shown, token].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

function unauthorized(): Response {
  return new Response('This is shown to who has PITWATCH_TOKEN, as a bearer token or as the password.\n', {
    status: 401,
    headers: { 'www-authenticate': 'Basic realm="pitwatch", charset="UTF-8"', 'cache-control': 'no-store' },
  });
}

/** A probe wants to know no more. */
async function bareHealth(source: HealthSource): Promise<Response> {
  const { status } = answerOf(await checked(source));
  return Response.json(
    { status },
    { status: status === 'ok' ? 200 : 503, headers: { 'cache-control': 'no-store' } },
  );
}

async function healthz(source: HealthSource): Promise<Response> {
  const answer = answerOf(await checked(source));
  return Response.json(answer, {
    status: answer.status === 'ok' ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  });
}

async function metrics(source: HealthSource): Promise<Response> {
  try {
    const text = await within(source.metricsText(), source);
    return new Response(text, {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    });
  } catch (error) {
    return new Response(`${scrub(messageOf(error))}\n`, { status: 503 });
  }
}

/** A check that throws or never ends is itself a finding: unknown is never shown as ok. */
async function checked(source: HealthSource): Promise<HealthReport> {
  try {
    return await within(source.checks(), source);
  } catch (error) {
    const detail = `the check itself failed: ${messageOf(error)}`;
    return {
      role: 'unknown',
      checks: [{ name: 'health', ok: false, detail, neededFor: ['commands', 'pages'] }],
    };
  }
}

async function within<T>(work: Promise<T>, { patienceMs = 2_000 }: HealthSource): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${patienceMs} ms`));
    }, patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The verdict over a report: able only where nothing that is needed is missing, and something was asked at all. */
export function answerOf(report: HealthReport): HealthAnswer {
  const checks = report.checks.map((check) => ({ ...check, detail: scrub(check.detail) }));
  const able = (task: 'commands' | 'pages'): boolean =>
    checks.length > 0 && checks.every(({ ok, neededFor }) => ok || !neededFor.includes(task));
  const canAnswerCommands = able('commands');
  const canPage = able('pages');
  return {
    status: canAnswerCommands && canPage ? 'ok' : 'unable',
    role: report.role,
    canAnswerCommands,
    canPage,
    missing:
      checks.length === 0
        ? ['nothing was checked yet']
        : checks
            .filter(({ ok, neededFor }) => !ok && neededFor.length > 0)
            .map(({ name, detail }) => `${name}: ${detail}`),
    checks,
  };
}

/** A registry with the process's own numbers (loop lag, heap, handles); the wiring adds the desk's to it. */
export function processMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'pitwatch_' });
  return registry;
}

export interface HealthOptions extends HealthSource {
  /** Explicit = this port or none; else a free one is taken where it is in use. */
  readonly port: { readonly number: number; readonly explicit: boolean };
  readonly host: string;
  readonly log: Log;
}

export interface RunningHealth {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `/healthz`, `/metrics` and a status page at `/`.
 * @throws the system's error where an explicit port cannot be had.
 */
export async function startHealth(options: HealthOptions): Promise<RunningHealth> {
  const answer = async (request: Request): Promise<Response> => {
    const known = await healthResponse(request, options);
    if (known !== undefined) return known;
    if (!mayLook(request, options.token)) return unauthorized();
    if (new URL(request.url).pathname !== '/') return new Response('not found\n', { status: 404 });
    return statusPage(answerOf(await checked(options)));
  };
  const respond = getRequestListener(answer);
  const server = createServer((incoming, outgoing) => {
    void respond(incoming, outgoing);
  });
  const { host } = options;
  try {
    await listen(server, options.port.number, host);
  } catch (error) {
    if (options.port.explicit || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    options.log.warn(
      { port: options.port.number },
      'port is taken by another program; using a free one instead',
    );
    await listen(server, 0, host);
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${urlHost(host)}:${port}`,
    close: () => closed(server),
  };
}

/** Where a browser on this machine finds what listens on `host`. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

function statusPage(answer: HealthAnswer): Response {
  const rows = answer.checks
    .map(
      ({ name, ok, detail }) =>
        `<tr><td>${ok ? '✓' : '✗'}</td><th>${html(name)}</th><td>${html(detail)}</td></tr>`,
    )
    .join('\n');
  const headline =
    answer.status === 'ok' ? 'Pitwatch can answer and can page' : 'Pitwatch is not able to work';
  const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>${headline}</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:44rem;padding:0 1rem}
th{text-align:left;padding:.2rem .8rem;white-space:nowrap;vertical-align:top}td{vertical-align:top}</style></head>
<body><h1>${headline}</h1><p>Role: ${html(answer.role)}. Commands are typed in the ops channel on Discord.</p>
<table>${rows}</table><p><a href="/healthz">/healthz</a> · <a href="/metrics">/metrics</a></p></body></html>
`;
  return new Response(page, {
    status: answer.status === 'ok' ? 200 : 503,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'x-content-type-options': 'nosniff',
    },
  });
}

function html(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
