// Silences: what they match, how long they may last, and what nobody can mute.
import { describe, expect, it } from 'vitest';
import type { Exposure } from '../../src/domain/order.ts';
import {
  freeSince,
  isActive,
  matches,
  silenceProblem,
  silencing,
  type Silence,
} from '../../src/domain/silence.ts';
import { anAlert } from '../fakes/alerts.ts';

const now = 1_000_000_000;
const hourMs = 3_600_000;
const ada = { id: '1', name: 'Ada' };
const place = { login: 'main', suite: 'mnq' };
const at = (suite: string, exposure: Exposure = { kind: 'flat' }) => ({
  suite,
  contract: undefined,
  exposure,
});

function silence(more: Partial<Silence> = {}): Silence {
  return {
    id: '1',
    kind: 'silence',
    matcher: { suite: 'mnq' },
    reason: 'rolling the contract',
    by: ada,
    madeAt: now,
    fromAt: now,
    toAt: now + hourMs,
    untilWell: false,
    ...more,
  };
}

describe('a silence', () => {
  it('holds back what it names, from its start to its end', () => {
    const alert = anAlert('feed-slow', place, now);
    expect(silencing([silence()], alert, now)?.id).toBe('1');
    expect(silencing([silence()], alert, now + hourMs - 1)?.id).toBe('1');
    expect(silencing([silence()], alert, now + hourMs)).toBeUndefined();
    expect(silencing([silence({ fromAt: now + 1 })], alert, now)).toBeUndefined();
  });

  it('that was ended is over', () => {
    expect(isActive(silence({ ended: { at: now, by: ada } }), now)).toBe(false);
  });

  it('of one suite does not mute what it shares with another; one of each does, until the first of them ends', () => {
    const shared = { login: 'main', contract: 'C', account: 901 };
    const lock = anAlert('account-locked', shared, now, { suites: [at('mnq'), at('es')] });
    const other = silence({ id: '2', matcher: { suite: 'es' }, toAt: now + hourMs / 2 });
    expect(silencing([silence()], lock, now)).toBeUndefined();
    expect(silencing([silence(), other], lock, now)?.id).toBe('2');
    expect(silencing([silence(), other], lock, now + hourMs / 2)).toBeUndefined();
    expect(freeSince([silence(), other], lock, now + hourMs / 2)).toBe(now + hourMs / 2);
    expect(freeSince([silence(), other], lock, now)).toBeUndefined();
  });

  it('of each suite on a contract mutes what is wrong with the contract', () => {
    const place = { login: 'main', hub: 'market', contract: 'C' } as const;
    const crossed = anAlert('book-crossed', place, now, { suites: [at('mnq'), at('copy')] });
    const other = silence({ id: '2', matcher: { suite: 'copy' }, toAt: now + hourMs / 2 });
    expect(silencing([silence()], crossed, now)).toBeUndefined();
    expect(silencing([silence(), other], crossed, now)?.id).toBe('2');
    expect(freeSince([silence(), other], crossed, now + hourMs / 2)).toBe(now + hourMs / 2);
  });

  it('of one suite does not mute an alert that touches another as well', () => {
    const both = anAlert('hub-down', { login: 'main' }, now, { suites: [at('mnq'), at('es')] });
    expect(matches({ suite: 'mnq' }, both)).toBe(false);
    expect(matches({ suite: 'mnq' }, anAlert('hub-down', { login: 'main' }, now))).toBe(true);
    expect(matches({ suite: 'mnq' }, { ...both, suites: [] })).toBe(false);
  });

  it('must match in every part that it names', () => {
    const alert = anAlert('feed-slow', place, now);
    expect(matches({ login: 'main', suite: 'mnq', finding: 'feed-slow' }, alert)).toBe(true);
    expect(matches({ login: 'desk-b', suite: 'mnq' }, alert)).toBe(false);
    expect(matches({ finding: 'feed-mute' }, alert)).toBe(false);
  });

  it('that ends last is the one named', () => {
    const long = silence({ id: '2', toAt: now + 2 * hourMs });
    expect(silencing([long, silence()], anAlert('feed-slow', place, now), now)?.id).toBe('2');
  });
});

describe('nobody can mute', () => {
  it.each([
    ['a position without a stop', { kind: 'unprotected', side: 'long', size: 1, uncovered: 1 } as const],
    ['a position in doubt', { kind: 'unknown', why: 'not read' } as const],
  ])('%s', (_, exposure) => {
    const alert = anAlert('feed-mute', place, now, { suites: [at('mnq', exposure)] });
    expect(silencing([silence()], alert, now)).toBeUndefined();
  });

  it('what insists, or the death of a watcher', () => {
    expect(
      silencing([silence()], anAlert('naked-position', place, now, { insists: true }), now),
    ).toBeUndefined();
    const lost = anAlert('host-lost', { login: 'main' }, now);
    expect(silencing([silence({ matcher: { login: 'main' } })], lost, now)).toBeUndefined();
  });
});

describe('a wish that cannot be granted says why and what to do', () => {
  it.each([
    ['everything', { matcher: {} }, /everything/],
    ['a dead watcher', { matcher: { finding: 'host-lost' } }, /cannot be silenced/],
    ['no reason', { reason: '  ' }, /needs a reason/],
    ['an end that is past', { toAt: now }, /end in the future/],
    ['more than a day', { toAt: now + 25 * hourMs }, /at most 24 h/],
  ])('%s', (_, more, text) => {
    const problem = silenceProblem(silence(more), now);
    expect(problem?.text).toMatch(text);
    expect(problem?.wayOut).toMatch(/\.$/);
  });

  it('names what was asked for, and only what can be named with it', () => {
    const long = { toAt: now + 25 * hourMs };
    expect(silenceProblem(silence({ ...long, kind: 'maintenance' }), now)?.text).toBe(
      'A maintenance lasts at most 24 h.',
    );
    expect(silenceProblem(silence({ matcher: {} }), now)?.wayOut).toBe('Name a suite or a finding.');
  });

  it('and one that can is free of problems', () => {
    expect(silenceProblem(silence(), now)).toBeUndefined();
  });
});
