// The command line: roles and the check; a key or token there is refused in words that never repeat it.
import { expect, it } from 'vitest';
import { readArguments } from '../../src/config.ts';
import { OpsError } from '../../src/domain/errors.ts';

function refusalOf(words: readonly string[]): string {
  try {
    readArguments(words);
  } catch (error) {
    if (error instanceof OpsError) return `${error.message} ${error.hint ?? ''}`;
    throw error;
  }
  throw new Error('it was taken');
}

it('says which roles run here', () => {
  expect(readArguments([])).toEqual({ bot: true, worker: true, check: false });
  expect(readArguments(['--role', 'bot'])).toEqual({ bot: true, worker: false, check: false });
  expect(readArguments(['--role=worker', '--check'])).toEqual({ bot: false, worker: true, check: true });
});

const secret = 'MTE0NzQ4.GxYz12.a-token-of-a-bot_9Kq';
it.each([
  ['as a named option', [`--discord-token=${secret}`]],
  ['behind an option', ['--token', secret]],
  ['behind a short option', ['-t', secret]],
  ['as a variable', [`DISCORD_TOKEN=${secret}`]],
  ['alone', [secret]],
  ['in the place of a role', ['--role', secret]],
  ['behind a flag that takes none', [`--check=${secret}`]],
  ['behind two dashes', ['--', secret]],
  ['in an address', ['--redis', `redis://desk:${secret}@10.0.0.1`]],
])('refuses a key or token %s, and does not repeat it', (_how, words) => {
  const said = refusalOf(words);
  expect(said).toMatch(/not taken from the command line/);
  expect(said).toMatch(/DISCORD_TOKEN_FILE/);
  expect(said).toMatch(/make a new one/);
  expect(said).not.toContain(secret);
  expect(said).not.toContain(secret.slice(0, 8));
});

it('names a mistyped option and a role that does not exist', () => {
  expect(refusalOf(['--rolle', 'bot'])).toMatch(/no option --rolle.*--role bot/);
  expect(refusalOf(['--role', 'chef'])).toMatch(/no role called chef.*--role bot/);
  expect(refusalOf(['bot'])).toMatch(/unknown word.*--role bot/);
});
