// A YAML text as a value that remembers the line of every key, with torn syntax and double keys told as problems.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { messageOf } from '../domain/errors.ts';
import type { Problems } from './problems.ts';

export type KeyPath = readonly (string | number)[];

export interface YamlFile {
  readonly name: string;
  readonly value: unknown;
  /** It could not be read as YAML: what is missing from the value says nothing. */
  readonly torn: boolean;
  /** Line (from 1) of the key at this path, or of its nearest parent that is there. */
  lineOf(path: KeyPath): number;
}

/** Reads the text; what cannot be read is added to `problems` and left out of the value. */
export function readYaml(name: string, text: string, problems: Problems): YamlFile {
  const lines = new LineCounter();
  // Discord ids are past 2^53: read as bigint so that an unquoted one keeps every digit.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    uniqueKeys: true,
    intAsBigInt: true,
  });
  const told = new Set<string>();
  for (const error of document.errors) {
    const line = lines.linePos(error.pos[0]).line;
    // One torn bracket can bring hundreds of the same.
    if (told.has(`${line} ${error.message}`)) continue;
    told.add(`${line} ${error.message}`);
    problems.file(
      name,
      line,
      error.code === 'DUPLICATE_KEY'
        ? `the key ${keyAt(text, error.pos[0])} appears twice in this block; only one can count. Join the two or remove one.`
        : `this YAML cannot be read: ${plain(error.message)}.`,
    );
  }
  return {
    name,
    torn: document.errors.some(({ code }) => code !== 'DUPLICATE_KEY'),
    value: valueOf(document, name, problems),
    lineOf: (path) => lines.linePos(offsetOf(document, path)).line,
  };
}

function keyAt(text: string, offset: number): string {
  return `"${/^[^\s:{},]*/.exec(text.slice(offset))?.[0] ?? ''}"`;
}

function plain(message: string): string {
  // The library's own stack, not the reader's.
  if (message.includes('call stack')) return 'it is nested too deeply';
  return message.replace(/\s+/g, ' ').replace(/\.$/, '').slice(0, 200);
}

function valueOf(document: Document, name: string, problems: Problems): unknown {
  try {
    return withoutBigInt(document.toJS({ maxAliasCount: 100 }));
  } catch (error) {
    problems.file(name, 1, `this YAML cannot be resolved: ${plain(messageOf(error))}.`);
    return undefined;
  }
}

function withoutBigInt(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (Array.isArray(value)) return value.map(withoutBigInt);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutBigInt(inner)]));
  }
  return value;
}

function offsetOf(document: Document, path: KeyPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(
        ({ key }) => (isScalar(key) ? String(key.value) : String(key)) === String(step),
      );
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
