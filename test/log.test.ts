// The log: one JSON line per event, its level, and no secret in it whatever text it stands in.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepSecret, makeLog, scrub } from '../src/log.ts';

describe('scrub', () => {
  it.each([
    [
      'a token in an address',
      'wss://rtc.x/hubs/user?access_token=abc.def-123&id=7',
      'wss://rtc.x/hubs/user?access_token=…&id=7',
    ],
    ['a bearer header', 'Authorization: Bearer abcdefgh.ijkl-mnop', 'Authorization: Bearer …'],
    ['a bot header', 'Authorization: Bot MTEwMDAw.GLocal.abc', 'Authorization: Bot …'],
    ['a JWT wherever it stands', 'got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln back', 'got …jwt… back'],
    [
      'an interaction token',
      'POST /interactions/123456/aW50ZXJhY3Rpb24/callback',
      'POST /interactions/123456/…/callback',
    ],
    [
      'a webhook token',
      'PATCH /webhooks/11000000/aBcDeF/messages/@original',
      'PATCH /webhooks/11000000/…/messages/@original',
    ],
    ['a Redis password', 'redis://user:p4ss@host:6379', 'redis://user:…@host:6379'],
    ['a Redis password alone', 'rediss://:p4ss@host', 'rediss://:…@host'],
  ])('takes out %s', (_, text, clean) => {
    expect(scrub(text)).toBe(clean);
  });

  it('takes a registered value out however it is spelled: in an address, in JSON, in base64 at any place, in hex', () => {
    const secret = 'p"q\\r/s+t=ü secret?';
    keepSecret(secret);
    const json = JSON.stringify({ why: secret });
    for (const text of [
      encodeURIComponent(secret),
      json,
      JSON.stringify({ inner: json }),
      Buffer.from(secret).toString('hex'),
      ...['', 'a', 'ab', 'abc'].flatMap((before) =>
        (['base64', 'base64url'] as const).map((how) => Buffer.from(`${before}${secret}zz`).toString(how)),
      ),
    ]) {
      const clean = scrub(text);
      expect(clean, text).toContain('…');
      expect(clean.length, text).toBeLessThan(text.length / 2 + 8);
    }
  });

  it('keeps what passes by count, and what is configured for good', () => {
    keepSecret('configured-for-good');
    keepSecret('session-of-long-ago', 'passing');
    for (let index = 0; index < 4_000; index += 1) keepSecret(`session-number-${1_000 + index}`, 'passing');
    expect(scrub('session-number-4999 session-of-long-ago configured-for-good')).toBe(
      '… session-of-long-ago …',
    );
  });

  it('leaves ordinary sentences alone', () => {
    const text = 'Market hub of MNQ is mute since 10:02:11; bot answered in 12 ms. See /connection mnq.';
    expect(scrub(text)).toBe(text);
  });

  it('takes out every registered value, wherever and however often it stands', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9+/=_$^.*()-]{12,40}$/),
        fc.string({ maxLength: 30 }),
        fc.string({ maxLength: 30 }),
        (secret, before, after) => {
          keepSecret(secret);
          return !scrub(`${before}${secret}${after}${secret}`).includes(secret);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('does not take a trifle for a secret', () => {
    keepSecret('abc');
    keepSecret(undefined);
    keepSecret('');
    expect(scrub('abc stays')).toBe('abc stays');
  });
});

describe('a log line', () => {
  const linesOf = (level: string): { lines: string[]; log: ReturnType<typeof makeLog> } => {
    const lines: string[] = [];
    return { lines, log: makeLog(level, (line) => lines.push(line)) };
  };

  it('is one JSON object with level, instant and what happened', () => {
    const { lines, log } = linesOf('info');
    log.child({ login: 'main' }).warn({ hub: 'market' }, 'hub dropped\nsecond line');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(line).toMatchObject({
      level: 'warn',
      login: 'main',
      hub: 'market',
      msg: 'hub dropped\nsecond line',
    });
    expect(Date.parse(String(line['at']))).toBeGreaterThan(Date.UTC(2025, 0));
  });

  it('is not written below the level', () => {
    const { lines, log } = linesOf('warn');
    log.info('quiet');
    log.error('loud');
    expect(lines).toHaveLength(1);
  });

  it('holds no secret, neither in its words, nor in its fields, nor in an error', () => {
    keepSecret('key-0123456789');
    const { lines, log } = linesOf('info');
    log.info({ url: 'https://x/?access_token=sesame', note: 'key-0123456789' }, 'with key-0123456789');
    log.error({ err: new Error('refused key-0123456789') }, 'failed');
    expect(lines.join('')).not.toMatch(/key-0123456789|sesame/);
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });
});
