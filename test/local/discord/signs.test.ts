// The page of the local Discord on a machine without an emoji font: every sign that people are shown is drawn.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const speaking = ['src/discord', 'src/flows', 'src/playbooks', 'commands'];

it('draws every sign that a message can bear', () => {
  const drawn = readFileSync(path.join(root, 'src/local/discord/page/emoji.js'), 'utf8');
  const missing = speaking
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'ascii.ts')
        .map((entry) => path.join(entry.parentPath, entry.name)),
    )
    .flatMap((file) =>
      [
        ...readFileSync(file, 'utf8').matchAll(/\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/gu),
      ].map(([sign]) => ({ sign, file: path.relative(root, file) })),
    )
    .filter(({ sign }) => !drawn.includes(`'${sign}'`));
  expect(missing).toEqual([]);
});
