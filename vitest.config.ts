// How tests run: whole desks in a process of their own per file, crowds of logins two at a time, the rest side by side.
import { defineConfig } from 'vitest/config';

const common = { testTimeout: 20_000, hookTimeout: 20_000, pool: 'forks' } as const;
const of = (...folders: readonly string[]): string[] =>
  folders.map((folder) => `test/${folder}/**/*.test.ts`);

/** Pure decisions: nothing of one file is left for the next, so loading the house once per process is enough. */
const pure = of('commands', 'config', 'detectors', 'diagnostics', 'discord/presenter', 'domain', 'flows');
/** One adapter each; loading the libraries anew for each file would cost more than the tests. */
const adapters = of('discord', 'health', 'house', 'local', 'projectx', 'queue');
/** Their clock, timers and network are a whole process's: what another file left behind there would go on in them. */
const virtual = ['account-rounds', 'polled-login'].map((name) => `test/projectx/${name}.test.ts`);
/** A dozen logins in one process, or a dozen processes, in real time: three of them on two cores would starve each other. */
const crowds = ['test/scenarios/faults*.test.ts', 'test/scenarios/chaos.test.ts'];

export default defineConfig({
  test: {
    // Much of the time a test waits for a socket or a process: one worker more than two cores keeps both busy.
    maxWorkers: 3,
    projects: [
      { test: { ...common, name: 'decisions', include: pure, isolate: false } },
      {
        test: {
          ...common,
          name: 'adapters',
          include: adapters,
          exclude: [...pure, ...virtual],
          isolate: false,
        },
      },
      { test: { ...common, name: 'virtual', include: virtual } },
      {
        test: {
          ...common,
          name: 'desk',
          include: ['test/**/*.test.ts'],
          exclude: [...pure, ...adapters, ...crowds],
        },
      },
      {
        test: { ...common, name: 'crowd', include: crowds, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
