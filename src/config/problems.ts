// Everything wrong with a configuration, gathered so that all of it is told at once, each with place, finding and way out.
import { OpsError } from '../domain/errors.ts';
import { scrub } from '../log.ts';

export interface Problem {
  /** `pitwatch.yaml:3` or `DISCORD_TOKEN`. */
  readonly where: string;
  /** What is wrong there, what was found, what is wanted: full sentences. */
  readonly text: string;
  /** For sorting within the file; environment first. */
  readonly line: number;
}

export class Problems {
  readonly #all: Problem[] = [];

  /** A problem with an environment variable. */
  env(name: string, text: string): void {
    this.#all.push({ where: name, text: withoutKeys(text), line: 0 });
  }

  /** A problem at a line of the file. */
  file(fileName: string, line: number, text: string): void {
    this.#all.push({ where: `${fileName}:${line}`, text, line });
  }

  get count(): number {
    return this.#all.length;
  }

  /** @throws OpsError `config-invalid` that lists every problem, or returns where there is none. */
  refuse(): void {
    if (this.#all.length === 0) return;
    const sorted = [...this.#all].sort((a, b) => a.line - b.line);
    const lines = sorted.map(({ where, text }) => `  ${where}: ${text}`);
    const head =
      lines.length === 1
        ? 'The configuration has a problem:'
        : `The configuration has ${lines.length} problems:`;
    throw new OpsError('config-invalid', scrub([head, ...lines].join('\n')), {
      retryable: false,
      hint: 'Correct what is listed and start again; `npm run check` shows what would run.',
    });
  }
}

/** A long run of letters and digits in the wrong variable is somebody's key, pasted one line too low. */
function withoutKeys(text: string): string {
  return text.replace(/[A-Za-z0-9_+/=.-]{24,}/g, (run) => (/\d/.test(run) ? '… (not shown)' : run));
}

/** A value as a person wrote it, short; for a message. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a block of keys';
  if (typeof value === 'string') return `"${value.length > 60 ? `${value.slice(0, 57)}…` : value}"`;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? `${typeof value === 'boolean' ? '' : 'the number '}${String(value)}`
    : typeof value;
}
