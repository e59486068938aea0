// The same wrong with several contracts of one feed is one incident; what is another thing, another feed or another time is not.
import { expect, test } from 'vitest';
import type { Place } from '../../src/domain/detector.ts';
import { feedMs } from '../../src/domain/belonging.ts';
import { onAlert } from '../../src/domain/incident-rules.ts';
import { anAlert } from '../fakes/alerts.ts';

const t0 = 1_000_000_000;
const on = (contract: string, more: Partial<Place> = {}): Place => ({
  login: 'main',
  hub: 'market',
  contract,
  suite: contract.toLowerCase(),
  ...more,
});

/** What becomes of a second alert after a bad price of MNQ, and whether it calls. */
function second(finding: string, place: Place, afterMs: number): string {
  const first = onAlert([], { kind: 'firing', alert: anAlert('price', on('MNQ'), t0) }, t0, '1');
  const at = t0 + afterMs;
  const change = { kind: 'firing', alert: anAlert(finding, place, at) } as const;
  const decision = onAlert(first === undefined ? [] : [first.incident], change, at, '2');
  const calls = decision?.posts.some(
    (post) =>
      post.kind === 'page' || (post.kind === 'note' && post.note.kind === 'joined' && post.note.mention),
  );
  return `${decision?.kind ?? 'nothing'}${calls === true ? ', calls' : ''}`;
}

test('prices of four contracts that go wrong within a minute call once', () => {
  expect(second('price', on('ZB'), 20_000)).toBe('joined');
  expect(second('price', on('CL'), feedMs)).toBe('joined');
});

test('another finding, another login, orders, or the same much later are incidents of their own', () => {
  expect(second('spike', on('ZB'), 20_000)).toBe('opened, calls');
  expect(second('price', on('ZB', { login: 'other' }), 20_000)).toBe('opened, calls');
  expect(second('price', { login: 'main', contract: 'ZB', suite: 'zb' }, 20_000)).toBe('opened, calls');
  expect(second('price', on('ZB'), feedMs + 1)).toBe('opened, calls');
});
