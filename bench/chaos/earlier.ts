// The built code of an earlier commit, to be upgraded from.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @throws Error where there is no such commit, or it does not build with the packages that are installed */
export function builtOf(commit: string): { readonly dist: string; readonly sha: string } {
  const sha = told('git', ['rev-parse', '--short', commit], root).trim();
  const folder = path.join(root, 'var', 'chaos', `earlier-${sha}`);
  const dist = path.join(folder, 'dist');
  if (existsSync(path.join(dist, '.tsbuildinfo'))) return { dist, sha };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  told('sh', ['-c', `git archive ${sha} | tar -x -C "$0"`, folder], root);
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  told('npm', ['run', '--silent', 'build'], folder);
  return { dist, sha };
}

function told(command: string, args: readonly string[], cwd: string): string {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (done.status === 0) return done.stdout;
  throw new Error(`${command} ${args[0] ?? ''} failed:\n${done.stdout}${done.stderr}`);
}
