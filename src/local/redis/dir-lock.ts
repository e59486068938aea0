// One desk per data folder: two Redis servers on one append-only file would ruin it.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers } from './probe.ts';

export type DirLock =
  | {
      readonly kind: 'taken';
      /** Notes where the server listens, so that a successor can wait for its end. */
      note(port: number): void;
      release(): void;
    }
  | { readonly kind: 'busy'; readonly pid: number };

interface Note {
  readonly pid: number;
  readonly port: number | undefined;
}

/** How long a server whose desk was killed may take to write its last words and go. */
const lastWordsMs = 5_000;

/** Takes the folder, or says who has it. A note of a dead process is taken over once its server is gone too. */
export async function lockDir(dir: string): Promise<DirLock> {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'desk.lock');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (write(path, { pid: process.pid, port: undefined }, 'wx')) {
      return {
        kind: 'taken',
        note: (port) => {
          write(path, { pid: process.pid, port }, 'w');
        },
        release: () => {
          if (read(path)?.pid === process.pid) rmSync(path, { force: true });
        },
      };
    }
    const held = read(path);
    if (held === undefined) {
      rmSync(path, { force: true });
      continue;
    }
    // In a container every desk may be process 1 or 7: our own number in the note is a former life's, if its server is gone.
    const alive = held.pid !== process.pid && isAlive(held.pid);
    if (alive && (held.port === undefined || (await answers(held.port))))
      return { kind: 'busy', pid: held.pid };
    if (held.port !== undefined && !(await goneWithin(held.port, lastWordsMs))) {
      return { kind: 'busy', pid: held.pid };
    }
    rmSync(path, { force: true });
  }
  return { kind: 'busy', pid: read(path)?.pid ?? 0 };
}

function write(path: string, note: Note, flag: 'w' | 'wx'): boolean {
  try {
    writeFileSync(path, JSON.stringify(note), { flag });
    return true;
  } catch (error) {
    if (flag === 'wx' && existsSync(path)) return false;
    throw error;
  }
}

function read(path: string): Note | undefined {
  try {
    const { pid, port } = JSON.parse(readFileSync(path, 'utf8')) as { pid?: unknown; port?: unknown };
    return typeof pid === 'number' ? { pid, port: typeof port === 'number' ? port : undefined } : undefined;
  } catch {
    // Gone in between, or half written by a process that died: nobody's.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function goneWithin(port: number, ms: number): Promise<boolean> {
  const until = Date.now() + ms;
  while (await answers(port)) {
    if (Date.now() >= until) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
