// The signing key: from the environment, or made once and kept; never shown, never needed where it proves nothing.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe as group, expect, it } from 'vitest';
import { demandSharedKey, describe, keptKey } from '../../src/config.ts';
import { isElsewhere } from '../../src/config/signing-key.ts';
import { scrub } from '../../src/log.ts';
import { discord, read, refusal, without } from './readings.ts';

const keyless = without(discord, 'PITWATCH_SIGNING_KEY');
const key = 'k'.repeat(20) + '0123456789abcdef';

group('PITWATCH_SIGNING_KEY', () => {
  it('is taken from the environment, with an older one beside it, and neither is ever shown', () => {
    const config = read(undefined, { PITWATCH_SIGNING_KEY: key, PITWATCH_SIGNING_KEY_OLD: `${key}-old` });
    expect(config.signing).toEqual({ kind: 'given', key, older: `${key}-old` });
    const said = describe(config).join('\n');
    expect(said).toContain('Signing key: PITWATCH_SIGNING_KEY; PITWATCH_SIGNING_KEY_OLD is accepted');
    expect(said).not.toContain(key);
    expect(scrub(`leaked ${key}`)).toBe('leaked …');
  });

  it('is missing where a real desk shares a Redis on another machine', () => {
    const far = { ...keyless, REDIS_URL: 'redis://queue.example:6379' };
    expect(refusal(undefined, far)).toEqual([
      expect.stringMatching(/^PITWATCH_SIGNING_KEY: is missing: .*openssl rand -hex 32/),
    ]);
    expect(refusal(undefined, { ...far, PITWATCH_SIGNING_KEY: key })).toEqual([]);
    expect(refusal(undefined, { ...far, REDIS_URL: 'redis://127.0.0.1:6379' })).toEqual([]);
    expect(refusal(undefined, keyless)).toEqual([]);
  });

  it('is demanded of a bot and a worker apart, wherever they share a Redis on another machine', () => {
    const apart =
      (url: string, more = {}) =>
      () => {
        demandSharedKey(read(undefined, { REDIS_URL: url, ...more }));
      };
    expect(apart('redis://queue.example:6379')).toThrow(/PITWATCH_SIGNING_KEY is missing/);
    expect(apart('redis://queue.example:6379', { PITWATCH_SIGNING_KEY: key })).not.toThrow();
    expect(apart('redis://localhost:6379')).not.toThrow();
  });

  it.each([
    [
      'a short key',
      { PITWATCH_SIGNING_KEY: 'cut-off-in-the-middle' },
      /^PITWATCH_SIGNING_KEY: is too short \(not shown\), wanted at least 32/,
    ],
    [
      'an older key alone',
      { PITWATCH_SIGNING_KEY_OLD: key },
      /^PITWATCH_SIGNING_KEY_OLD: is set, but PITWATCH_SIGNING_KEY is not/,
    ],
    [
      'the same key twice',
      { PITWATCH_SIGNING_KEY: key, PITWATCH_SIGNING_KEY_OLD: key },
      /^PITWATCH_SIGNING_KEY_OLD: is the same/,
    ],
  ])('refuses %s', (_name, env, wanted) => {
    expect(refusal(undefined, env)).toEqual([expect.stringMatching(wanted)]);
  });

  it.each([
    ['redis://127.0.0.1:6379', false],
    ['redis://localhost', false],
    ['redis://u:p@127.8.9.1:1/3', false],
    ['rediss://[::1]:6379', false],
    ['redis://', false],
    ['redis+sentinel://127.0.0.1:1,queue-2:2/m', true],
    ['redis+cluster://127.0.0.1:1,127.0.0.1:2', false],
    ['redis://127.0.0.1.example.com', true],
    ['redis://u:localhost@queue', true],
    ['redis://u:p@ss@queue', true],
    ['rediss://[fe80::1]:6379', true],
    ['redis://10.0.0.1', true],
  ])('%s is on another machine: %s', (url, elsewhere) => {
    expect(isElsewhere(url)).toBe(elsewhere);
  });
});

group('a key that is made', () => {
  let dir = '';
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  const place = (): string => {
    dir = mkdtempSync(path.join(tmpdir(), 'pitwatch-key-'));
    return path.join(dir, 'var', 'signing.key');
  };

  it('is made once, readable by its owner alone, and the same from then on', () => {
    const file = place();
    const made = keptKey(file);
    expect(made).toMatch(/^[0-9a-f]{64}$/);
    expect(keptKey(file)).toBe(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').trim()).toBe(made);
    expect(scrub(made)).toBe('…');
  });

  it('that others could read is closed to them again', () => {
    const file = place();
    keptKey(file);
    writeFileSync(file, `${key}\n`, { mode: 0o644 });
    rmSync(file);
    writeFileSync(file, `${key}\n`, { mode: 0o644 });
    expect(keptKey(file)).toBe(key);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('that is cut off or cannot be kept is told with the way out', () => {
    const file = place();
    keptKey(file);
    writeFileSync(file, 'half');
    expect(() => keptKey(file)).toThrow(/is cut off/);
    expect(() => keptKey(path.join(file, 'below-a-file'))).toThrow(/cannot be kept in/);
  });
});
