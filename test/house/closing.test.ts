// ./test.sh cannot lie: whatever failed is in its last line and in its exit code; guests run in the same environment.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { closing, type Results } from './closing.ts';
import { root } from './source-tree.ts';

const fine: Results = {
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] }],
};

describe('the closing line', () => {
  it('tells what vitest counted', () => {
    expect(closing(fine, 0, [])).toEqual({ lines: ['12 passed, 0 failed'], exit: 0 });
    expect(closing({ ...fine, numFailedTests: 2 }, 1, [])).toMatchObject({ exit: 1 });
    expect(closing({ ...fine, numFailedTests: 2 }, 1, []).lines.at(-1)).toBe('12 passed, 2 failed');
    expect(closing({ ...fine, numPendingTests: 3 }, 0, []).lines).toEqual([
      '3 skipped',
      '12 passed, 0 failed',
    ]);
  });

  it('counts a step that failed before the tests', () => {
    const told = closing(fine, 0, ['lint']);
    expect(told.exit).toBe(1);
    expect(told.lines).toEqual(['lint failed: counted as one failure', '12 passed, 1 failed']);
  });

  it('counts a file that could not be loaded', () => {
    const torn = { name: 'b.test.ts', status: 'failed', assertionResults: [] };
    const told = closing({ ...fine, testResults: [...fine.testResults, torn] }, 1, []);
    expect(told.lines).toEqual(['could not run: b.test.ts', '12 passed, 1 failed']);
  });

  it('never says that all is well where vitest did not, or where nothing ran', () => {
    expect(closing(fine, 1, []).lines.at(-1)).toBe('12 passed, 1 failed');
    expect(closing(undefined, 0, [])).toMatchObject({
      exit: 1,
      lines: ['no test ran at all', '0 passed, 1 failed'],
    });
    expect(closing(undefined, 137, [])).toMatchObject({ exit: 137 });
  });
});

describe('./test.sh FILE', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pitwatch-guest-'));
  const run = (name: string, text: string): { exit: number | null; out: string } => {
    const file = path.join(folder, name);
    writeFileSync(file, text, { mode: 0o755 });
    const env = { ...process.env, DISCORD_TOKEN: 'of-the-person' };
    const ran = spawnSync('./test.sh', [file], { cwd: root, encoding: 'utf8', timeout: 60_000, env });
    return { exit: ran.status, out: `${ran.stdout}${ran.stderr}` };
  };

  it('runs a script from anywhere with this project’s packages, and without the person’s own secrets', () => {
    const script = `await Promise.resolve();\nimport { z } from 'zod';\nconst seen: string = String(process.env['DISCORD_TOKEN']);\nconsole.log(z.string().parse('zod is here'), seen);\n`;
    expect(run('script.ts', script)).toEqual({
      exit: 0,
      out: expect.stringContaining('zod is here undefined') as string,
    });
  }, 60_000);

  it('ends with the script’s own exit code', () => {
    expect(run('probe', '#!/usr/bin/env bash\nexit 7\n').exit).toBe(7);
    expect(spawnSync('./test.sh', ['gone.ts'], { cwd: root }).status).toBe(2);
  }, 60_000);

  it('is sound bash, as is what CI runs', () => {
    for (const file of ['test.sh', '.ci/run']) {
      expect(() => execFileSync('bash', ['-n', path.join(root, file)])).not.toThrow();
      expect(statSync(path.join(root, file)).mode & 0o100, `${file} may be run`).not.toBe(0);
    }
  });
});
