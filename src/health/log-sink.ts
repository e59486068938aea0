// Where log lines go: standard output, whose disk may be full or whose reader may be gone. A line without room is lost and counted; the process lives on.
import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { messageOf } from '../domain/errors.ts';

/** Lines are being lost. */
export interface LogTrouble {
  readonly sinceAt: number;
  readonly why: string;
  readonly lost: number;
}

export interface LogSink {
  /** Never throws. */
  write(line: string): void;
  /** Undefined while every line finds room. */
  trouble(): LogTrouble | undefined;
}

/** Writes a line, now or soon; what goes wrong is thrown, or told to `failed` where it shows later only. */
export type PutLine = (line: string, failed: (error: unknown) => void) => void;

const standardOutput = 1;

/** @param put where the lines go; standard output unless said otherwise */
export function openLogSink(put: PutLine = putOut(), now: () => number = Date.now): LogSink {
  let trouble: LogTrouble | undefined;
  const failed = (error: unknown): void => {
    trouble = { sinceAt: trouble?.sinceAt ?? now(), why: messageOf(error), lost: (trouble?.lost ?? 0) + 1 };
  };
  return {
    write(line) {
      try {
        if (trouble !== undefined) {
          const { sinceAt, lost, why } = trouble;
          const gap = { level: 'warn', at: new Date(now()).toISOString(), event: 'log-gap', lost, why };
          const since = new Date(sinceAt).toISOString();
          // The line before may have been cut short by the full disk.
          put(`\n${JSON.stringify({ ...gap, msg: `log lines were lost since ${since}` })}\n`, failed);
          trouble = undefined;
        }
        put(line, failed);
      } catch (error) {
        failed(error);
      }
    },
    trouble: () => trouble,
  };
}

/** Standard output as it is here; from then on its failures, and those of standard error, end no process. */
function putOut(): PutLine {
  const isFile = !isatty(standardOutput) && endsOnDisk(standardOutput);
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {
      // Each lost line is counted where it was written; unheard, the event would end the process.
    });
  }
  if (!isFile) {
    return (line, failed) => {
      process.stdout.write(line, (error) => {
        if (error !== undefined && error !== null) failed(error);
      });
    };
  }
  // Node's own stream to a file is over for good after its first error; a disk has room again some time.
  return (line) => {
    const bytes = Buffer.from(line);
    for (let done = 0; done < bytes.length; ) done += writeSync(standardOutput, bytes, done);
  };
}

function endsOnDisk(file: number): boolean {
  const found = fstatSync(file);
  return found.isFile() || found.isCharacterDevice();
}
