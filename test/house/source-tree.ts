// The project's own files and what each of them imports, read with the compiler's parser so that `import type` counts too.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const root = path.resolve(import.meta.dirname, '../..');
const notOurs = new Set(['node_modules', 'dist', 'var', 'coverage', '.git']);

/** Paths from the project's root, `/` between parts: what git tracks or would, or every file where there is no git. */
export function projectFiles(): string[] {
  let listed: string[];
  try {
    const shown = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    listed = shown.split('\0').filter((file) => file !== '');
  } catch {
    listed = walk('.');
  }
  return [...new Set(listed)].filter((file) => existsSync(path.join(root, file))).sort();
}

function walk(folder: string): string[] {
  return readdirSync(path.join(root, folder)).flatMap((entry) => {
    const file = path.posix.join(folder, entry);
    if (notOurs.has(entry) || entry === '.env') return [];
    return statSync(path.join(root, file)).isDirectory() ? walk(file) : [file];
  });
}

export function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path from the root where it is one of our files, else undefined. */
  readonly file: string | undefined;
  readonly line: number;
}

/** Every import of a file: static, re-export, `import type`, `import()` as value or type, and `new URL('./x', import.meta.url)`. */
export function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: string): void => {
    const own = specifier.startsWith('.')
      ? path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier))
      : undefined;
    // A thread's file is named as it is called once built.
    const built = own !== undefined && ts.isNewExpression(node) && !existsSync(path.join(root, own));
    found.push({
      specifier,
      file: built ? own.replace(/\.js$/, '.ts') : own,
      line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
    });
  };
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) add(node, specifier);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
    return ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : undefined;
  }
  if (
    ts.isImportTypeNode(node) &&
    ts.isLiteralTypeNode(node.argument) &&
    ts.isStringLiteral(node.argument.literal)
  ) {
    return node.argument.literal.text;
  }
  if (ts.isCallExpression(node)) {
    const [first] = node.arguments;
    const loads =
      node.expression.kind === ts.SyntaxKind.ImportKeyword ||
      ['require', 'import.meta.resolve', 'require.resolve'].includes(node.expression.getText());
    return loads && first !== undefined && ts.isStringLiteralLike(first) ? first.text : undefined;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'URL') {
    const [first, base] = node.arguments ?? [];
    const own = base?.getText() === 'import.meta.url' && first !== undefined && ts.isStringLiteralLike(first);
    return own && /^\..*\.[tj]s$/.test(first.text) ? first.text : undefined;
  }
  return undefined;
}

/** The package of a specifier: `@microsoft/signalr` of `@microsoft/signalr/x`; undefined for own files. */
export function packageOf(specifier: string): string | undefined {
  // `/vendor/x.js`: what the browser asks our own server for.
  if (/^[./]/.test(specifier)) return undefined;
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

/** Each circle once, as the files one passes; empty = there is none. */
export function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const found: string[][] = [];
  const walkFrom = (file: string, trail: string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      found.push([...trail.slice(at), file]);
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) walkFrom(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walkFrom(file, []);
  return found;
}
