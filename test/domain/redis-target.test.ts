// Connection strings: every form that is accepted, and refusals that say what is wrong without showing the password.
import { describe, expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import { parseTarget, placeOf } from '../../src/domain/redis-target.ts';

describe('a Redis connection string', () => {
  it.each([
    ['redis://localhost', { kind: 'single', node: { host: 'localhost', port: 6379 }, db: 0, tls: false }],
    [
      'redis://:s%40crt@r.example:6380/3',
      { node: { host: 'r.example', port: 6380 }, db: 3, password: 's@crt' },
    ],
    ['redis://ann:p:w@[::1]:7000', { node: { host: '::1', port: 7000 }, username: 'ann', password: 'p:w' }],
    [
      'rediss://default:pw@cloud.example:6379',
      { kind: 'single', tls: true, username: 'default', password: 'pw' },
    ],
    [
      'redis+sentinel://:pw@h1:26379,h2/mymaster/2',
      {
        kind: 'sentinel',
        master: 'mymaster',
        db: 2,
        password: 'pw',
        nodes: [
          { host: 'h1', port: 26379 },
          { host: 'h2', port: 26379 },
        ],
      },
    ],
    [
      'redis+sentinel://:master@h1/desk/2?sentinelUser=eve&sentinelPassword=a%26b+c',
      {
        kind: 'sentinel',
        master: 'desk',
        db: 2,
        password: 'master',
        sentinelUser: 'eve',
        sentinelPassword: 'a&b+c',
      },
    ],
    [
      'redis+cluster://h1:7000,h2:7001',
      {
        kind: 'cluster',
        nodes: [
          { host: 'h1', port: 7000 },
          { host: 'h2', port: 7001 },
        ],
      },
    ],
  ])('%s is understood', (text, expected) => {
    expect(parseTarget(text)).toMatchObject(expected);
  });

  it.each([
    ['http://:hunter2@localhost', 'does not begin with redis://'],
    ['redis+sentinel://:hunter2@h1', 'need the name of their master'],
    ['redis://:hunter2@h1,h2', 'names one server'],
    ['redis://:hunter2@h1:99999', 'not host:port'],
    ['redis://:hunter2@h1/first', 'not a number'],
    ['redis://:hunter2%zz@h1', 'hex digits'],
    ['redis+cluster://:hunter2@', 'names no server'],
    ['redis+sentinel://h1/desk?sentinelPassword=hunter2%zz', 'hex digits'],
  ])('%s is refused with the reason and without the password', (text, reason) => {
    const refuse = (): unknown => parseTarget(text);
    expect(refuse).toThrow(OpsError);
    expect(refuse).toThrow(reason);
    expect(refuse).not.toThrow('hunter2');
  });

  it('is named without credentials', () => {
    expect(placeOf(parseTarget('redis://ann:hunter2@r.example:6380/1'))).toBe('r.example:6380');
    expect(placeOf(parseTarget('redis+sentinel://:hunter2@h1,h2:5/m'))).toBe(
      'm behind sentinels h1:26379, h2:5',
    );
    expect(placeOf(parseTarget('redis+sentinel://h1/m?sentinelPassword=hunter2'))).toBe(
      'm behind sentinels h1:26379',
    );
  });
});
