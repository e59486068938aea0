// A log that finds no room loses lines, says so once there is room again, and ends no process.
import { expect, it } from 'vitest';
import { openLogSink } from '../../src/health/log-sink.ts';

const at = Date.parse('2026-11-27T03:00:00Z');

it('counts what finds no room, and says how much is missing before the first line that does', () => {
  const written: string[] = [];
  let isFull = false;
  let now = at;
  const sink = openLogSink(
    (line) => {
      if (isFull) throw new Error('ENOSPC: no space left on device, write');
      written.push(line);
    },
    () => now,
  );
  sink.write('first\n');
  expect(sink.trouble()).toBeUndefined();
  isFull = true;
  sink.write('second\n');
  now += 60_000;
  sink.write('third\n');
  expect(sink.trouble()).toEqual({
    sinceAt: at,
    why: 'ENOSPC: no space left on device, write',
    lost: 2,
  });
  isFull = false;
  sink.write('fourth\n');
  expect(sink.trouble()).toBeUndefined();
  const [first, gap = '', fourth] = written;
  expect([first, fourth]).toEqual(['first\n', 'fourth\n']);
  expect(JSON.parse(gap)).toMatchObject({
    level: 'warn',
    event: 'log-gap',
    lost: 2,
    msg: 'log lines were lost since 2026-11-27T03:00:00.000Z',
  });
});

it('counts a line whose failure shows later, as on a pipe that nobody reads any more', () => {
  const failures: ((error: unknown) => void)[] = [];
  const sink = openLogSink(
    (_line, failed) => failures.push(failed),
    () => at,
  );
  sink.write('lost\n');
  expect(sink.trouble()).toBeUndefined();
  failures[0]?.(new Error('write EPIPE'));
  expect(sink.trouble()).toEqual({ sinceAt: at, why: 'write EPIPE', lost: 1 });
});
