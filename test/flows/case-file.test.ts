// What follows a page into its thread arrives through an outage of the queue, and also where the host died before it came to it; never twice.
import { expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import type { Incident, Post } from '../../src/domain/incident.ts';
import { caseFiles } from '../../src/flows/case-file.ts';
import { makeLog } from '../../src/log.ts';
import { alert, incident } from '../discord/desk.ts';
import { FakeClock } from '../fakes/clock.ts';

const away = new OpsError('redis-unavailable', 'away', { retryable: true });

function scene(open: readonly Incident[] = []) {
  const clock = new FakeClock();
  const posts = new Map<string, Post>();
  const state = { away: false, tries: 0 };
  const files = caseFiles({
    store: {
      open: () => Promise.resolve({ version: 1, incidents: open }),
      post: (given) => {
        state.tries += 1;
        if (state.away) return Promise.reject(away);
        for (const one of given) posts.set(one.id, posts.get(one.id) ?? one);
        return Promise.resolve();
      },
    },
    playbooks: [
      {
        name: 'disconnection',
        title: 'A hub is down',
        findings: [alert().finding],
        steps: [{ id: 'a', title: 'Look', how: 'There.' }],
      },
    ],
    clock,
    log: makeLog('silent'),
    ask: () => Promise.resolve({ login: 'main', worker: 'w', tookMs: 1, suites: [], findings: [] } as never),
  });
  return { clock, posts, state, files };
}
const kinds = (posts: ReadonlyMap<string, Post>): readonly string[] =>
  [...posts.values()].map(({ kind }) => kind).sort();

it('steps and evidence are tried again until the queue takes them, each once', async () => {
  const { clock, posts, state, files } = scene();
  state.away = true;
  files.equip(incident({ id: '12' }), alert());
  await clock.forward(60_000);
  expect(posts.size).toBe(0);
  expect(state.tries).toBeGreaterThan(100);
  state.away = false;
  await clock.forward(2_000);
  expect(kinds(posts)).toEqual(['evidence', 'steps']);
});

it('the next host asks for what the one before did not come to, under the same names', async () => {
  const now = new FakeClock().now();
  const { clock, posts, state, files } = scene([
    incident({ id: '12', openedAt: now - 60_000, paged: true }),
    incident({ id: '13', openedAt: now - 60_000, paged: false }),
    incident({ id: '14', openedAt: now - 3_600_000, paged: true }),
  ]);
  files.equip(incident({ id: '12' }), alert());
  await clock.forward(1_000);
  const before = [...posts.keys()];
  await files.catchUp('main');
  await clock.forward(1_000);
  expect(state.tries).toBe(4);
  expect([...posts.keys()]).toEqual(before);
  expect([...posts.values()].map((post) => post.incident)).toEqual(['12', '12']);
});
