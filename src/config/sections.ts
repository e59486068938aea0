// pitwatch.yaml checked key by key: what is sound comes out typed, what is not becomes a problem with its line.
import type { z } from 'zod';
import { nearest } from '../domain/nearest.ts';
import type { KeyPath, YamlFile } from './document.ts';
import { shown, type Problems } from './problems.ts';
import {
  entries,
  isName,
  keysOf,
  nameWanted,
  sections,
  type FileLogin,
  type FileSections,
  type FileSuite,
} from './schema.ts';

export interface FileContent {
  /** Sound entries only. */
  readonly suites: ReadonlyMap<string, FileSuite>;
  readonly logins: ReadonlyMap<string, FileLogin>;
  /** Every name that stands there, torn entries included: a torn login is still declared. */
  readonly suiteNames: readonly string[];
  readonly loginNames: readonly string[];
  /** Logins that suites name, torn suites included. */
  readonly loginsNamed: ReadonlySet<string | undefined>;
  readonly sections: Partial<FileSections>;
}

type Block = Readonly<Record<string, unknown>>;

export function readSections(file: YamlFile, problems: Problems): FileContent {
  const top = blockOf(file, [], file.value, problems);
  for (const key of Object.keys(top)) {
    if (!keysOf('').includes(key)) tellUnknownKey(file, [], key, problems);
  }
  const suites = blockOf(file, ['suites'], top['suites'], problems);
  const logins = blockOf(file, ['logins'], top['logins'], problems);
  return {
    suites: readEntries(file, 'suites', suites, entries.suites, problems),
    logins: readEntries(file, 'logins', logins, entries.logins, problems),
    suiteNames: Object.keys(suites),
    loginNames: Object.keys(logins),
    loginsNamed: new Set(
      Object.values(suites).map((suite) =>
        isBlock(suite) ? (suite['login'] as string | undefined) : undefined,
      ),
    ),
    sections: {
      ...whole(file, 'thresholds', top, problems),
      ...whole(file, 'grace', top, problems),
      ...whole(file, 'oncall', top, problems),
      ...whole(file, 'roles', top, problems),
      ...whole(file, 'audit', top, problems),
      ...whole(file, 'words', top, problems),
      ...whole(file, 'liveness', top, problems),
      ...whole(file, 'calendar', top, problems),
      ...whole(file, 'commands', top, problems),
    },
  };
}

function whole<Name extends keyof typeof sections>(
  file: YamlFile,
  name: Name,
  top: Block,
  problems: Problems,
): Partial<Pick<FileSections, Name>> {
  if (top[name] === undefined || top[name] === null) return {};
  const read = sections[name].safeParse(top[name]);
  if (read.success) return { [name]: read.data } as Pick<FileSections, Name>;
  tellIssues(file, [name], read.error.issues, problems);
  return {};
}

function readEntries<T>(
  file: YamlFile,
  section: string,
  block: Block,
  schema: z.ZodType<T>,
  problems: Problems,
): Map<string, T> {
  const sound = new Map<string, T>();
  for (const [name, written] of Object.entries(block)) {
    if (!isName(name)) {
      problems.file(
        file.name,
        file.lineOf([section, name]),
        `${section}: found ${shown(name)}, wanted ${nameWanted}.`,
      );
    }
    const read = schema.safeParse(written);
    if (read.success) sound.set(name, read.data);
    else tellIssues(file, [section, name], read.error.issues, problems);
  }
  return sound;
}

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The block at a place; nothing there is an empty block. */
function blockOf(file: YamlFile, path: KeyPath, value: unknown, problems: Problems): Block {
  if (value === undefined || value === null) return {};
  if (isBlock(value)) return value;
  const wanted = path.length === 0 ? `keys such as ${keysOf('').join(', ')}` : `${path.join('.')} by name`;
  problems.file(file.name, file.lineOf(path), `${placeOf(path)}found ${shown(value)}, wanted ${wanted}.`);
  return {};
}

function tellIssues(
  file: YamlFile,
  base: KeyPath,
  issues: readonly z.core.$ZodIssue[],
  problems: Problems,
): void {
  for (const issue of issues) {
    const path: KeyPath = [...base, ...(issue.path as (string | number)[])];
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) tellUnknownKey(file, path, key, problems);
      continue;
    }
    const found = valueAt(file.value, path);
    const keys = keysOf(path.join('.'));
    const block = issue.code === 'invalid_type' && ['object', 'record'].includes(issue.expected);
    const wanted = block ? `a block with the keys ${keys.join(', ')}` : issue.message;
    const missing = found === undefined || found === null;
    // Somebody may have written the key itself where its variable's name belongs.
    const secret = path.at(-1) === 'apiKeyEnv';
    const what = missing
      ? 'is missing'
      : secret
        ? 'found something else (not shown)'
        : `found ${shown(found)}`;
    problems.file(file.name, file.lineOf(path), `${path.join('.')}: ${what}, wanted ${wanted}.`);
  }
}

function tellUnknownKey(file: YamlFile, path: KeyPath, key: string, problems: Problems): void {
  const keys = keysOf(path.join('.'));
  const [near] = nearest(key, keys, 1);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  problems.file(
    file.name,
    file.lineOf([...path, key]),
    `${placeOf(path)}unknown key "${key}".${hint} Wanted: ${keys.join(', ')}.`,
  );
}

function placeOf(path: KeyPath): string {
  return path.length === 0 ? '' : `${path.join('.')}: `;
}

function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      Array.isArray(inner) ? inner[Number(step)] : isBlock(inner) ? inner[String(step)] : undefined,
    value,
  );
}
