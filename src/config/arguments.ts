// The command line: which roles run here, or only a check; never a secret, for everybody on a machine can read the arguments of a process.
import { parseArgs } from 'node:util';
import { OpsError } from '../domain/errors.ts';

export interface Arguments {
  readonly bot: boolean;
  readonly worker: boolean;
  readonly check: boolean;
}

const forms = 'Use --role bot, --role worker, or none for both; --check only checks and starts nothing.';
/** How a key, a token or an address with a password in it is called here and elsewhere. */
const secretive = /token|key|secret|passw|api|redis|webhook|smtp|url|auth|bearer|login|user/i;
/** Nothing we take is this long; a token or key without a name is. */
const longestWord = 16;

/** Nothing of what was given is ever repeated: it may be a secret in the wrong place. @throws OpsError `config-invalid` */
export function readArguments(words: readonly string[]): Arguments {
  const { values, positionals } = parsed(words);
  if (positionals.length > 0 || !isRole(values.role)) throw refusal(words);
  return {
    bot: values.role !== 'worker',
    worker: values.role !== 'bot',
    check: values.check === true,
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { role: { type: 'string', default: 'all' }, check: { type: 'boolean' } },
    });
  } catch {
    // The words of the library repeat what was given.
    throw refusal(words);
  }
}

function isRole(role: string): boolean {
  return ['all', 'bot', 'worker'].includes(role);
}

function refusal(words: readonly string[]): OpsError {
  const isSecret = words.some((word) => secretive.test(word) || word.length > longestWord);
  return isSecret
    ? new OpsError(
        'config-invalid',
        'Keys, tokens and addresses are not taken from the command line, where everybody on this machine can read them (ps).',
        {
          retryable: false,
          hint: 'Set it in the environment or in a file (DISCORD_TOKEN or DISCORD_TOKEN_FILE; .env.example names them all). If it was a real one, make a new one: it may have been read.',
        },
      )
    : new OpsError('config-invalid', wordsOn(words), {
        retryable: false,
        hint: forms,
      });
}

/** Said only of words that cannot be a secret. */
function wordsOn(words: readonly string[]): string {
  const stranger = words.find((word) => word.startsWith('-') && !/^--(?:role|check)(?:=|$)/.test(word));
  if (stranger !== undefined) return `There is no option ${stranger.replace(/=.*$/s, '')}.`;
  const at = words.indexOf('--role');
  const role = at === -1 ? words.find((word) => word.startsWith('--role='))?.slice(7) : words[at + 1];
  return role === undefined || isRole(role)
    ? 'The command line holds an unknown word.'
    : `There is no role called ${role}.`;
}
