// Configurations: files and environments as people and machines spoil them; either one that can be described, or every problem in clear words.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { describe, readConfig } from '../../src/config.ts';
import { OpsError } from '../../src/domain/errors.ts';
import { chunks, clear, Tally, type Ground } from './ground.ts';
import { canaries, mutants, torn } from './hostile.ts';

const example: unknown = parse(readFileSync(new URL('../../pitwatch.example.yaml', import.meta.url), 'utf8'));
const env = {
  PROJECT_X_USERNAME: 'trader',
  PROJECT_X_API_KEY: canaries[0],
  DISCORD_TOKEN: canaries[1],
  DISCORD_GUILD_ID: '1100000000000000010',
  DISCORD_CHANNEL_ID: '1100000000000000020',
  PORT: '4000',
  REDIS_URL: 'redis://127.0.0.1:6379/0',
  LOG_LEVEL: 'info',
  DESK_B_API_KEY: 'another-key-of-desk-b-1',
  PITWATCH_SIGNING_KEY: 'a-key-of-the-fuzzing-with-40-characters-',
};
const small = { suites: { mnq: { instrument: 'MNQ', observe: 'rest' } }, roles: { read: 'everyone' } };

const cut = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ kind: 'none' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('in' as const),
      at: fc.nat(),
      text: fc.constantFrom(
        ':',
        '- ',
        '\t',
        '&a ',
        '*a',
        '!!js ',
        '{',
        '"',
        '%',
        '\n',
        '<<: *a',
        '|\n',
        '\u0000',
        '? ',
      ),
    }),
  },
);

const cases = fc.tuple(
  mutants([example, ...new Array<typeof small>(15).fill(small)]),
  mutants([env]),
  cut,
  fc.boolean(),
);

export const configs: Ground = {
  name: 'configurations',
  async run(count, seed) {
    const tally = new Tally('configurations');
    for (const batch of chunks(cases, count, seed))
      for (const [file, variables, tear, wholeEnv] of batch) {
        const text = torn(textual(file), tear);
        await tally.take(
          () => text,
          () => play(text, wholeEnv ? env : environmentOf(variables)),
        );
      }
    return tally.outcome;
  },
};

function play(file: string, variables: Readonly<Record<string, string>>): string {
  try {
    const config = readConfig({ env: variables, file, readFile: () => 'a key in a file' });
    for (const line of describe(config)) clear(line, 'a line of the description');
    return 'can run';
  } catch (error) {
    if (!(error instanceof OpsError) || error.code !== 'config-invalid') throw error;
    const [, ...lines] = error.message.split('\n');
    if (lines.length === 0) throw error;
    clear(error.message, 'the refusal');
    return 'refused';
  }
}

/** Whatever else is in it: a variable is a text. */
function environmentOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  return Object.fromEntries(entries.flatMap(([name, one]) => (typeof one === 'string' ? [[name, one]] : [])));
}

/** Nothing at all has no text, whatever the library's types promise. */
function textual(value: unknown): string {
  return value === undefined ? '' : stringify(value);
}
