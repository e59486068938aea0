// `npm run bench -- interleavings`: ten thousand seeded stories of alerts, people, timers and restarts, and what they came to.
import fc from 'fast-check';
import { check, play, step } from '../test/fixtures/interleavings.ts';
import { keep } from './measure.ts';

const runs = 10_000;
const seed = 1 + (Date.now() % 1_000_000);
const sums = { incidents: 0, pages: 0, held: 0, notes: 0, calls: 0, reminders: 0, acts: 0, entries: 0 };
const startedAt = performance.now();
await fc.assert(
  fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
    const store = await play(steps);
    check(store);
    sums.incidents += store.incidents.size;
    sums.held += [...store.incidents.values()].filter(({ paged }) => !paged).length;
    sums.pages += store.posts.filter(({ kind }) => kind === 'page').length;
    sums.notes += store.posts.filter(({ kind }) => kind === 'note').length;
    for (const story of store.entries.values()) {
      sums.entries += story.length;
      sums.calls += story.filter(({ kind }) => kind === 'called').length;
      sums.reminders += story.filter(({ kind }) => kind === 'reminded').length;
      sums.acts += story.filter(({ by }) => by !== 'pitwatch').length;
    }
  }),
  { numRuns: runs, seed },
);
keep('interleavings', 'Incidents under every order of events', [
  `${runs} stories of 4 to 24 steps (seed ${seed}): alerts of six kinds over two logins, recoveries, buttons and commands of two people, double clicks with the pager’s round in between, silences made and ended, up to 12 minutes passing, the watcher starting anew. Played against the real rules and flows with a store in memory that refuses stale versions as the real one does; the real one has tests of its own (\`test/queue/incident-store.test.ts\`).`,
  '',
  '| after all of them | |',
  '|---|---|',
  `| incidents | ${sums.incidents}, each ended in one terminal state |`,
  `| pages | ${sums.pages}: one for each incident that was not held back (${sums.held} were, none with an exposed position) |`,
  `| notes in threads | ${sums.notes} |`,
  `| calls, reminders | ${sums.calls}, ${sums.reminders}; none within ten minutes of somebody’s last act in it |`,
  `| acts of people | ${sums.acts} |`,
  `| entries in timelines | ${sums.entries}, in order, every alert in its own |`,
  '',
  `A property that did not hold would have stopped this with its shortest counterexample. Took ${((performance.now() - startedAt) / 1_000).toFixed(1)} s.`,
]);
