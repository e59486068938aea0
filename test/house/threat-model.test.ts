// The threat model names tests; each of them has to exist, under that name in that file.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const text = readFileSync(new URL('docs/threat-model.md', root), 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| wants to'));

it('every line of the threat model names a test that exists', () => {
  expect(rows.length).toBeGreaterThan(20);
  const missing = rows.flatMap((row) => {
    const [, file, titles = ''] = /`(test\/[\w/.-]+\.test\.ts)`: (.+) \|$/.exec(row) ?? [];
    if (file === undefined) return [`no test: ${row}`];
    const source = readFileSync(new URL(file, root), 'utf8');
    const named = [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title);
    if (named.length === 0) return [`no title: ${row}`];
    return named.filter((title) => !source.includes(`'${title}'`)).map((title) => `${file}: ${title}`);
  });
  expect(missing).toEqual([]);
});

it('says what is not defended', () => {
  expect(text).toMatch(/## What is NOT defended\n\n- /);
});
