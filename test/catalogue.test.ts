// The catalogue: what the folders hold is found, named after its file, free of circles and fully explained.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { knownFindings, loadCommands, loadDetectors, loadDiagnostics } from '../src/catalogue.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folderOf(files: Readonly<Record<string, string>>): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  folders.push(folder);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return pathToFileURL(`${folder}/`);
}

const explained = `{ title: 't', meaning: 'm', causes: ['c'], next: ['n'] }`;

function source(
  name: string,
  dependsOn: readonly string[] = [],
  findings = `{ '${name}-sick': ${explained} }`,
): string {
  return `export default { name: '${name}', question: '?', severity: 'low', scope: 'login',
    dependsOn: ${JSON.stringify(dependsOn)}, findings: ${findings}, examine: () => ({ status: 'skip', reason: '' }) };`;
}

describe('the folders of this project', () => {
  it('hold diagnostics and detectors, sorted by name', async () => {
    const diagnostics = (await loadDiagnostics()).map(({ name }) => name);
    expect(diagnostics).toEqual([...diagnostics].sort());
    expect(diagnostics).toEqual(
      expect.arrayContaining(['gateway-reachable', 'rest-session', 'hub-connection', 'data-freshness']),
    );
    const detectors = (await loadDetectors()).map(({ name }) => name);
    expect(detectors).toEqual(
      expect.arrayContaining(['hub-down', 'feed-mute', 'zombie', 'session-lost', 'host-lost']),
    );
  });

  it('explain every finding, and each word means one thing', async () => {
    const known = knownFindings(await loadDiagnostics(), await loadDetectors());
    expect(new Set(known.map(({ finding }) => finding)).size).toBe(known.length);
    expect(known.find(({ finding }) => finding === 'feed-mute')?.source).toBe(
      'diagnostic data-freshness, diagnostic hub-connection, detector feed-mute',
    );
    for (const { finding, explanation } of known) {
      expect(finding).toMatch(/^[a-z][a-z0-9-]+$/);
      expect(explanation.title).toMatch(/^[A-Z].*[^.]$/);
      expect(explanation.meaning).toMatch(/\.$/);
    }
  });

  it('name in detectors only diagnostics that exist', async () => {
    const names = new Set((await loadDiagnostics()).map(({ name }) => name));
    for (const { name, diagnostics } of await loadDetectors()) {
      for (const wanted of diagnostics) expect(names.has(wanted), `${name}: ${wanted}`).toBe(true);
    }
  });
});

describe('a folder', () => {
  it('ignores declarations, maps and other files', async () => {
    const folder = await folderOf({
      'b.js': source('b'),
      'a.js': source('a'),
      'a.d.ts': 'x',
      'a.js.map': '{}',
      'notes.md': '',
    });
    expect((await loadDiagnostics(folder)).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it.each([
    ['a name that is not the file’s', { 'a.js': source('b') }, /a\.js calls itself "b"/],
    ['no default export', { 'a.js': 'export const x = 1;' }, /a\.js has no default export/],
    ['a dependency that does not exist', { 'a.js': source('a', ['zzz']) }, /depends on "zzz"/],
    ['a circle', { 'a.js': source('a', ['b']), 'b.js': source('b', ['a']) }, /circle: a → b → a/],
    [
      'one label for two things',
      { 'a.js': source('a', [], `{ x: ${explained} }`), 'b.js': source('b', [], `{ x: ${explained} }`) },
      /"x" is declared by diagnostic a and, differently, by b/,
    ],
    [
      'a finding without causes',
      { 'a.js': source('a', [], `{ x: { title: 't', meaning: 'm', causes: [], next: ['n'] } }`) },
      /"x" of diagnostic a is not fully explained/,
    ],
  ])('is refused with %s', async (_, files: Readonly<Record<string, string>>, message) => {
    await expect(loadDiagnostics(await folderOf(files))).rejects.toThrow(message);
  });

  it('of commands gives each file’s own object', async () => {
    const folder = await folderOf({ 'health.js': `export default { name: 'health', plan: () => 1 };` });
    expect(await loadCommands(folder)).toMatchObject([{ name: 'health' }]);
  });
});
