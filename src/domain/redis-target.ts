// What a Redis connection string means: one server, a sentinel group or a cluster, and how errors may name it.
import { OpsError } from './errors.ts';

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

interface Credentials {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
}

export type RedisTarget = Credentials &
  (
    | { readonly kind: 'single'; readonly node: RedisNode; readonly db: number }
    | {
        readonly kind: 'sentinel';
        readonly nodes: readonly RedisNode[];
        readonly master: string;
        readonly db: number;
        /** What the sentinels themselves ask for; theirs and the master's are different servers' passwords. */
        readonly sentinelUser: string | undefined;
        readonly sentinelPassword: string | undefined;
      }
    | { readonly kind: 'cluster'; readonly nodes: readonly RedisNode[] }
  );

const shape =
  /^(rediss?|rediss?\+sentinel|rediss?\+cluster):\/\/(?:([^@/]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?(?:#.*)?$/;

/**
 * Reads `redis://[user:pass@]host[:port][/db]`, `rediss://…`, `redis+sentinel://[user:pass@]h1:p1,h2:p2/master[/db]` (the sentinels' own
 * login behind it as `?sentinelUser=…&sentinelPassword=…`) and `redis+cluster://[user:pass@]h1:p1,h2:p2`. All of them are percent-decoded.
 * @throws OpsError `config-invalid`, without the credentials in its text.
 */
export function parseTarget(text: string): RedisTarget {
  const found = shape.exec(text.trim());
  if (found === null) {
    throw invalid(
      'it does not begin with redis://, rediss://, redis+sentinel:// or redis+cluster://, or is cut off',
    );
  }
  const [, scheme = 'redis', secret, hosts = '', path = '', query = ''] = found;
  const credentials = { ...login(secret), tls: scheme.startsWith('rediss') };
  if (scheme.endsWith('+cluster')) return { kind: 'cluster', nodes: nodes(hosts, 6379), ...credentials };
  if (scheme.endsWith('+sentinel')) {
    const [master = '', db = ''] = path.split('/');
    if (master === '')
      throw invalid(
        'sentinels need the name of their master after a slash, e.g. redis+sentinel://h1:26379,h2:26379/mymaster',
      );
    return {
      kind: 'sentinel',
      nodes: nodes(hosts, 26379),
      master: decode(master),
      db: database(db),
      sentinelUser: given(query, 'sentinelUser'),
      sentinelPassword: given(query, 'sentinelPassword'),
      ...credentials,
    };
  }
  const [node, second] = nodes(hosts === '' ? '127.0.0.1' : hosts, 6379);
  if (node === undefined || second !== undefined) {
    throw invalid('redis:// names one server; several need redis+sentinel:// or redis+cluster://');
  }
  return { kind: 'single', node, db: database(path), ...credentials };
}

/** Where it is, without any credential. */
export function placeOf(target: RedisTarget): string {
  if (target.kind === 'single') return `${bracketed(target.node.host)}:${target.node.port}`;
  const list = target.nodes.map(({ host, port }) => `${bracketed(host)}:${port}`).join(', ');
  return target.kind === 'sentinel' ? `${target.master} behind sentinels ${list}` : `cluster ${list}`;
}

function login(secret: string | undefined): Omit<Credentials, 'tls'> {
  if (secret === undefined || secret === '') return { username: undefined, password: undefined };
  const cut = secret.indexOf(':');
  const username = cut < 0 ? secret : secret.slice(0, cut);
  const password = cut < 0 ? '' : secret.slice(cut + 1);
  return {
    username: username === '' ? undefined : decode(username),
    password: password === '' ? undefined : decode(password),
  };
}

/** Not as in a form: a + is a plus. */
function given(query: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|&)${name}=([^&]+)`).exec(query)?.[1];
  return value === undefined ? undefined : decode(value);
}

function nodes(hosts: string, usualPort: number): readonly RedisNode[] {
  const list = hosts.split(',').filter((host) => host.trim() !== '');
  if (list.length === 0) throw invalid('it names no server');
  return list.map((entry) => {
    const parts = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(entry.trim());
    const port = parts?.[3] === undefined ? usualPort : Number(parts[3]);
    const host = parts?.[1] ?? parts?.[2];
    if (host === undefined || port < 1 || port > 65_535) throw invalid('a server in it is not host:port');
    return { host, port };
  });
}

function database(text: string): number {
  if (text === '') return 0;
  if (!/^\d{1,5}$/.test(text)) throw invalid('the database after the slash is not a number');
  return Number(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('a % in the user, password or master is not followed by two hex digits; write it as %25');
  }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function invalid(why: string): OpsError {
  return new OpsError('config-invalid', `REDIS_URL cannot be understood: ${why}.`, {
    retryable: false,
    hint: 'Write it as redis://user:password@host:6379/0, or redis+sentinel://user:password@h1:26379,h2:26379/mymaster/0.',
  });
}
