// Where an alarm goes when Discord, Redis or the bot is what failed: a webhook elsewhere, mail, and a dead man's switch.
import { passwordIn, type EnvironmentReader } from './environment.ts';
import type { Problems } from './problems.ts';
import { isUrl } from './schema.ts';
import type { Config } from './settled.ts';

export function readSecond(env: EnvironmentReader, problems: Problems): Config['second'] {
  const webhook = env.secret('PITWATCH_SECOND_WEBHOOK', addressAndKey);
  if (webhook !== undefined && !isUrl(webhook)) {
    problems.env(
      'PITWATCH_SECOND_WEBHOOK',
      'is not an address (not shown), wanted the full URL of a Discord webhook (channel settings → Integrations).',
    );
  }
  const deadMan = env.secret('PITWATCH_DEADMAN_URL', addressAndKey);
  if (deadMan !== undefined && !isUrl(deadMan)) {
    problems.env('PITWATCH_DEADMAN_URL', 'is not an address (not shown), wanted a full http(s) URL.');
  }
  return { webhook, deadMan, mail: readMail(env, problems) };
}

/** Whoever has the address can use it, and what makes it secret is its path. */
function addressAndKey(address: string): readonly string[] {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const parts = (url?.pathname ?? '').split('/').filter((part) => part.length >= 12);
  return [address, ...parts, ...[...(url?.searchParams.values() ?? [])].filter((value) => value.length >= 8)];
}

function readMail(env: EnvironmentReader, problems: Problems): Config['second']['mail'] {
  const url = env.secret('PITWATCH_SMTP_URL', (address) => [address, ...passwordIn(address)]);
  const to = env.get('PITWATCH_SMTP_TO');
  if (url === undefined && to === undefined) return undefined;
  if (url !== undefined && !/^smtps?:\/\/[^\s/]+/.test(url)) {
    problems.env(
      'PITWATCH_SMTP_URL',
      'is not an address that can be used (not shown), wanted smtps://user:password@host:465 or smtp://host:25.',
    );
  }
  if (to !== undefined && !to.split(',').every((one) => /^\S+@\S+$/.test(one.trim()))) {
    problems.env('PITWATCH_SMTP_TO', `found "${to}", wanted mail addresses with commas between them.`);
  }
  if (url === undefined || to === undefined) {
    const [missing, there] =
      url === undefined
        ? ['PITWATCH_SMTP_URL', 'PITWATCH_SMTP_TO']
        : ['PITWATCH_SMTP_TO', 'PITWATCH_SMTP_URL'];
    if (!env.isMeant(missing)) problems.env(missing, `is missing: ${there} is set, and mail needs both.`);
    return undefined;
  }
  return { url, to };
}

/** One sentence, for the start and for `npm run check`. */
export function secondLine({ second: { webhook, mail, deadMan } }: Pick<Config, 'second'>): string {
  const ways = [
    ...(webhook === undefined ? [] : ['a webhook']),
    ...(mail === undefined ? [] : [`mail to ${mail.to}`]),
  ];
  const told =
    ways.length === 0
      ? 'Second channel: none, so nobody is woken if the bot itself dies (PITWATCH_SECOND_WEBHOOK or PITWATCH_SMTP_URL)'
      : `Second channel: ${ways.join(' and ')}`;
  return `${told}; dead man's switch: ${deadMan === undefined ? 'none' : 'pressed once a minute'}.`;
}
