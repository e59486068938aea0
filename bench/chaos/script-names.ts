// Which Lua script a process runs: the engine's own by their files, ours by the constants of `src/queue`.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Ours {
  readonly name: string;
  /** What stands between its insertions, in this order. */
  readonly parts: readonly string[];
}

export interface ScriptNames {
  bySha(sha: string): string | undefined;
  byText(text: string): string;
}

export const shaOf = (text: string): string => createHash('sha1').update(text).digest('hex');

export async function readScriptNames(): Promise<ScriptNames> {
  const known = new Map<string, string>();
  const folder = path.join(root, 'node_modules/bullmq/dist/esm/scripts');
  for (const file of readdirSync(folder)) {
    const engine = /^(\w+)-\d+\.js$/.exec(file)?.[1];
    if (engine === undefined) continue;
    const module: unknown = await import(pathToFileURL(path.join(folder, file)).href);
    for (const script of Object.values(module as Record<string, { readonly content?: string }>))
      if (script.content !== undefined) known.set(shaOf(script.content), engine);
  }
  const ours = readdirSync(path.join(root, 'src/queue')).flatMap((file) =>
    oursOf(readFileSync(path.join(root, 'src/queue', file), 'utf8'), path.basename(file, '.ts')),
  );
  return {
    bySha: (sha) => known.get(sha),
    byText(text) {
      const sha = shaOf(text);
      const name = known.get(sha) ?? bestOf(ours, text)?.name ?? `a script ${sha.slice(0, 6)}`;
      known.set(sha, name);
      return name;
    },
  };
}

function oursOf(source: string, file: string): readonly Ours[] {
  return [...source.matchAll(/const (\w+) = `([^`]*redis\.[^`]*)`/g)].map(([, name = '', text = '']) => ({
    name: `${file} ${name.replace(/Script$/, '')}`,
    parts: text.split(/\$\{[^}]*\}/),
  }));
}

/** The longest whose parts all occur in order. */
function bestOf(ours: readonly Ours[], text: string): Ours | undefined {
  const length = ({ parts }: Ours): number => parts.join('').length;
  return ours
    .filter(({ parts }) => {
      let at = 0;
      // A script may be made of others: it is the one that it begins and ends like.
      if (!text.startsWith(parts[0] ?? '') || !text.endsWith(parts.at(-1) ?? '')) return false;
      return parts.every((part) => {
        const found = text.indexOf(part, at);
        at = found + part.length;
        return found >= 0;
      });
    })
    .sort((a, b) => length(b) - length(a))[0];
}
