// How long a hub waits before it connects again: at once after a cut, ever longer while somebody else wants the line.
import { describe, expect, it } from 'vitest';
import { ReconnectPace } from '../../src/projectx/reconnect-pace.ts';
import { startTuning } from '../../src/projectx/tuning.ts';

const s = 1000;
const hour = 3600 * s;
const pace = (): ReconnectPace => new ReconnectPace(startTuning);

describe('a single loss', () => {
  it.each(['socket-dropped', 'server-close', 'server-close-final', 'half-open', 'unauthorized'] as const)(
    '(%s) is mended at once, however short its life',
    (reason) => {
      expect(pace().lost(2 * s, reason, false)).toBe(0);
    },
  );

  it('after a long life is a single one again', () => {
    const own = pace();
    for (let turn = 0; turn < 8; turn += 1) expect(own.lost(hour, 'server-close', false)).toBe(0);
  });
});

describe('a quarrel with another session', () => {
  it('announced by a notice waits from the first loss on, and the longer the oftener', () => {
    const own = pace();
    const waits = [5 * hour, 2 * s, 30 * s, 2 * s, 2 * s, 2 * s].map((life) =>
      own.lost(life, 'server-close', true),
    );
    expect(waits).toEqual([5 * s, 20 * s, 60 * s, 180 * s, 300 * s, 300 * s]);
  });

  it('goes on where the next closes are not announced', () => {
    const own = pace();
    own.lost(hour, 'server-close', true);
    expect(own.lost(20 * s, 'socket-dropped', false)).toBe(20 * s);
    expect(own.lost(9 * 60 * s, 'server-close-final', false)).toBe(60 * s);
  });

  it('is over only after a long life', () => {
    const own = pace();
    own.lost(hour, 'server-close', true);
    own.lost(9 * 60 * s, 'server-close', true);
    expect(own.lost(11 * 60 * s, 'server-close', true)).toBe(5 * s);
  });

  it('never announced is seen by closes that come again, and by cuts from the fifth short life on', () => {
    const closes = pace();
    expect([1, 2, 3].map(() => closes.lost(8 * s, 'server-close', false))).toEqual([0, 5 * s, 20 * s]);
    const cuts = pace();
    const waits = [1, 2, 3, 4, 5, 6].map(() => cuts.lost(8 * s, 'socket-dropped', false));
    expect(waits).toEqual([0, 500, 1 * s, 2 * s, 5 * s, 20 * s]);
  });
});

it('cuts between which nobody got in are outages, one after the other, and each is mended at once', () => {
  const own = pace();
  for (let outage = 0; outage < 8; outage += 1) {
    expect(own.lost(2 * s, 'socket-dropped', false)).toBe(0);
    expect(own.failed()).toBe(500);
  }
});

it('attempts that do not open follow each other soon, also while a quarrel lasts', () => {
  const own = pace();
  own.lost(hour, 'server-close', true);
  expect([1, 2, 3, 4, 5].map(() => own.failed())).toEqual([500, 1 * s, 2 * s, 4 * s, 4 * s]);
  expect(own.lost(2 * s, 'server-close', true)).toBe(20 * s);
});
