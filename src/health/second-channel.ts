// The second channel: a Discord webhook elsewhere and mail, for when the first one is what failed.
import { createTransport } from 'nodemailer';
import { OpsError, messageOf } from '../domain/errors.ts';
import { scrub } from '../log.ts';

export interface SecondChannel {
  /** A Discord webhook, best of another server: it needs neither the bot nor its token. */
  readonly webhook: string | undefined;
  readonly mail: { readonly url: string; readonly to: string } | undefined;
}

const webhookTimeoutMs = 10_000;
/** Of Discord's 2,000. */
const longest = 1_800;

/** @throws OpsError where none that is configured took it */
export async function sound({ webhook, mail }: SecondChannel, text: string): Promise<void> {
  const words = scrub(text).slice(0, longest);
  const tries = [
    ...(webhook === undefined ? [] : [post(webhook, words)]),
    ...(mail === undefined ? [] : [send(mail, words)]),
  ];
  const done = await Promise.allSettled(tries);
  if (done.some(({ status }) => status === 'fulfilled')) return;
  const why = done.flatMap((one) => (one.status === 'rejected' ? [scrub(messageOf(one.reason))] : []));
  throw new OpsError(
    'discord-unavailable',
    why.length === 0 ? 'No second channel is configured.' : `No second channel took it: ${why.join('; ')}.`,
    { retryable: false, hint: 'Set PITWATCH_SECOND_WEBHOOK, or PITWATCH_SMTP_URL and PITWATCH_SMTP_TO.' },
  );
}

async function post(url: string, text: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    // Whoever set up the webhook wants to be woken by it; nobody else is named.
    body: JSON.stringify({ content: `🚨 Pitwatch: ${text}`, allowed_mentions: { parse: [] } }),
    signal: AbortSignal.timeout(webhookTimeoutMs),
  });
  if (!answer.ok) throw new Error(`the webhook answered ${answer.status}`);
}

async function send({ url, to }: NonNullable<SecondChannel['mail']>, text: string): Promise<void> {
  const transport = createTransport(url);
  try {
    await transport.sendMail({
      from: to.split(',')[0]?.trim(),
      to,
      subject: `Pitwatch: ${text.slice(0, 100)}`,
      text: `${text}\n\nSent through the second channel because Discord may not be working.`,
    });
  } finally {
    transport.close();
  }
}
