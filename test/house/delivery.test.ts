// Is what we hand over whole: exact pins, a complete lock file, a sound compose file and image, and a test.sh that cannot lie?
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { root, textOf } from './source-tree.ts';

const Versions = z.record(z.string(), z.string()).default({});
const Locked = z.looseObject({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
});
const manifest = z
  .looseObject({
    version: z.string(),
    dependencies: Versions,
    devDependencies: Versions,
    scripts: Versions,
    engines: Versions,
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(JSON.parse(textOf('package.json')));
const lock = z
  .looseObject({ lockfileVersion: z.number(), packages: z.record(z.string(), Locked) })
  .parse(JSON.parse(textOf('package-lock.json')));
const packages = Object.entries(lock.packages).filter(([where]) => where !== '');

describe('package.json and its lock', () => {
  it('pin every dependency exactly', () => {
    const pins = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(pins.length).toBeGreaterThan(15);
    expect(pins.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('agree with each other', () => {
    const own = lock.packages[''];
    expect(own?.dependencies).toEqual(manifest.dependencies);
    expect(own?.devDependencies).toEqual(manifest.devDependencies);
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  it('know version and checksum of every package', () => {
    const torn = packages.filter(
      ([, entry]) =>
        entry.link !== true && entry.inBundle !== true && (entry.version === undefined || !entry.integrity),
    );
    expect(torn.map(([where]) => where)).toEqual([]);
  });

  it('have an entry for every optional package of every platform, so that `npm ci` takes the lock anywhere', () => {
    const missing = packages.flatMap(([where, entry]) =>
      Object.keys(entry.optionalDependencies)
        .filter((name) => !resolves(where, name))
        .map((name) => `${where} → ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('have an entry for every plain dependency of every package', () => {
    const missing = packages.flatMap(([where, entry]) =>
      Object.keys(entry.dependencies)
        .filter((name) => !resolves(where, name))
        .map((name) => `${where} → ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('fetch from nowhere but the public registry', () => {
    const elsewhere = packages
      .flatMap(([, { resolved }]) => resolved ?? [])
      .filter(
        (url) => new URL(url).origin !== ['https:', '', ['registry', 'npmjs', 'org'].join('.')].join('/'),
      );
    expect(elsewhere).toEqual([]);
    const weak = packages.filter(([, { integrity = 'sha512-' }]) => !integrity.startsWith('sha512-'));
    expect(weak.map(([where]) => where)).toEqual([]);
  });

  it('let nobody run a script at install but the two that are known', () => {
    const scripted = packages.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const known = ['node_modules/esbuild', 'node_modules/msgpackr-extract'];
    expect(scripted.map(([where]) => where).sort()).toEqual(known);
    expect(manifest.allowScripts).toEqual({ esbuild: true, 'msgpackr-extract': true });
    expect(
      Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name)),
    ).toEqual([]);
  });

  it('promise the Node they are tried on', () => {
    expect(manifest.engines['node']).toBe('>=20.19.0');
  });
});

/** Node's own look-up: from the package's folder outwards. */
function resolves(where: string, name: string): boolean {
  for (let folder = where; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (`${folder}/node_modules/${name}` in lock.packages) return true;
    if (!folder.includes('/node_modules/')) return `node_modules/${name}` in lock.packages;
  }
}

const Service = z.looseObject({
  image: z.string().optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  environment: z.record(z.string(), z.unknown()).optional(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  init: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  healthcheck: z.looseObject({ test: z.union([z.string(), z.array(z.string())]) }).optional(),
  stop_grace_period: z.string().optional(),
  restart: z.string().optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.union([z.string(), z.looseObject({ read_only: z.literal(true) })])).optional(),
  tmpfs: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.looseObject({ condition: z.string() })).optional(),
});
const compose = z
  .looseObject({
    services: z.record(z.string(), Service),
    volumes: z.record(z.string(), z.unknown()).optional(),
  })
  .parse(parse(textOf('docker-compose.yml'), { merge: true }));

describe('docker-compose.yml', () => {
  const { redis, bot, worker } = compose.services;

  it('has a Redis, a bot and a worker, and nothing else', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['bot', 'redis', 'worker']);
  });

  it('keeps what Redis holds: append-only, never evicting, on a named volume', () => {
    const command = [redis?.command].flat().join(' ');
    expect(redis?.image).toMatch(/^valkey\/valkey:8\.\d/);
    expect(command).toMatch(/--appendonly yes/);
    expect(command).toMatch(/--maxmemory-policy noeviction/);
    expect(redis?.volumes).toEqual(['redis-data:/data']);
    expect(compose.volumes).toHaveProperty('redis-data');
  });

  it('shows Redis to nobody outside', () => {
    expect(redis?.ports).toBeUndefined();
    expect(worker?.ports).toBeUndefined();
    for (const port of bot?.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each(['redis', 'bot', 'worker'])('gives %s no more rights than it needs', (name) => {
    const service = compose.services[name];
    expect(service?.user).toMatch(/^(?!root|0(:|$))/);
    expect(service?.read_only).toBe(true);
    expect(service?.cap_drop).toEqual(['ALL']);
    expect(service?.security_opt).toContain('no-new-privileges:true');
    expect(service?.restart).toBe('unless-stopped');
    expect(service?.healthcheck?.test).toBeDefined();
  });

  it.each(['bot', 'worker'])('lets %s finish, and reach the rest through Redis only', (name) => {
    const service = compose.services[name];
    expect(Number.parseInt(service?.stop_grace_period ?? '0', 10)).toBeGreaterThanOrEqual(10);
    expect(service?.init).toBe(true);
    expect(service?.depends_on).toEqual({ redis: { condition: 'service_healthy' } });
    expect(String(service?.environment?.['REDIS_URL'])).toMatch(/^redis:\/\/redis:6379/);
    expect([service?.healthcheck?.test].flat().join(' ')).toMatch(/\/healthz/);
    expect(service?.volumes?.map((volume) => typeof volume)).toEqual(['object']);
  });

  it('writes no secret down', () => {
    const text = textOf('docker-compose.yml');
    expect(text).not.toMatch(/(TOKEN|API_KEY|PASSWORD)\s*[:=]\s*["']?[A-Za-z0-9]/);
  });
});

describe('the image', () => {
  const lines = textOf('Dockerfile').split('\n');

  it('is built in one stage and run in another, by somebody who is not root', () => {
    const stages = lines.filter((line) => line.startsWith('FROM '));
    expect(stages.length).toBeGreaterThanOrEqual(2);
    for (const stage of stages)
      expect(stage).toMatch(/^FROM (node:20\.\d+\.\d+-\S*slim|[a-z]+)( AS [a-z]+)?$/);
    const afterLast = lines.slice(lines.lastIndexOf(stages.at(-1) ?? ''));
    expect(afterLast.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
  });

  it('installs from the lock and leaves the tools of building behind', () => {
    const text = lines.join('\n');
    expect(text).toMatch(/npm ci/);
    expect(text).toMatch(/npm prune --omit=dev/);
    expect(text).not.toMatch(/npm install/);
  });

  it('is not sent what it must not hold', () => {
    const ignored = textOf('.dockerignore').split('\n');
    for (const name of ['.git', 'node_modules', '.env', 'var', 'dist', 'pitwatch.yaml'])
      expect(ignored).toContain(name);
  });

  it('copies only what exists', () => {
    const sources = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1))
      .filter((word) => !word.startsWith('--'));
    expect(sources.length).toBeGreaterThan(2);
    expect(sources.filter((source) => !existsSync(path.join(root, source)))).toEqual([]);
  });
});
