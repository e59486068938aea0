// How tests run: what talks to sockets in a process of its own per file, what only decides side by side; one minute at most each.
import { defineConfig } from 'vitest/config';

const common = { testTimeout: 20_000, hookTimeout: 20_000, pool: 'forks' } as const;

/** Pure decisions: nothing of one file is left for the next, so loading the house once per process is enough. */
const pure = ['commands', 'config', 'detectors', 'diagnostics', 'discord/presenter', 'domain', 'flows'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    // Much of the time a test waits for a socket or a process: one worker more than two cores keeps both busy.
    maxWorkers: 3,
    projects: [
      { test: { ...common, name: 'decisions', include: pure, isolate: false } },
      { test: { ...common, name: 'desk', include: ['test/**/*.test.ts'], exclude: pure } },
    ],
  },
});
