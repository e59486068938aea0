// Dead letters for a phone: each with its number, what it was to bring and why it could not; one of them with what it means.
import type { Answer } from '../../domain/job.ts';
import { kindWords, type DeadLetter } from '../../domain/letter.ts';
import { colours, field, fitLines, message, type MessagePayload } from './message.ts';
import { clip, count, escape, exchangeDay, stamp } from './text.ts';

const roomForLines = 3_600;

export function presentLetters({
  letters,
  unreadable,
}: Extract<Answer, { kind: 'letters' }>): MessagePayload {
  const strange =
    unreadable === 0
      ? ''
      : `\n⚠️ ${count(unreadable, 'more entry was', 'more entries were')} not written by this desk: somebody who can write to Redis put them there. /deadletters dismiss all removes them.`;
  if (letters.length === 0) {
    return message({
      embeds: [
        {
          title: 'No dead letters',
          description: `Nothing is waiting.${strange}`,
          color: unreadable === 0 ? colours.good : colours.high,
        },
      ],
    });
  }
  const { text, left } = fitLines(letters.map(line), roomForLines);
  const more = left === 0 ? '' : `\n…and ${left} older`;
  return message({
    embeds: [
      {
        title: count(letters.length, 'dead letter'),
        description: `${text}${more}${strange}`,
        color: colours.high,
        footer: { text: '/deadletters show explains one · redrive sends it again · dismiss removes it' },
      },
    ],
  });
}

export function presentLetter({ letter }: Extract<Answer, { kind: 'letter' }>): MessagePayload {
  return message({
    embeds: [
      {
        title: `Dead letter ${letter.no}: ${clip(escape(letter.about), 180)}`,
        description: `It is ${kindWords[letter.what]}, ${stamp(letter.at)} (${exchangeDay(letter.at)}).`,
        color: colours.high,
        fields: [
          field('Why', clip(escape(letter.why), 900)),
          field('What it means', meaning(letter)),
          field(
            'Next',
            letter.again
              ? `Fix what refused it, then /deadletters redrive ${letter.no}; or /deadletters dismiss ${letter.no} if it no longer matters.`
              : `It cannot be sent again. Find out who wrote it, then /deadletters dismiss ${letter.no}.`,
          ),
        ],
        footer: { text: `id ${clip(escape(letter.id), 100)}` },
      },
    ],
  });
}

function line({ no, at, about, why, again }: DeadLetter): string {
  return `**${no}** ${clip(escape(about), 100)} · ${stamp(at)}\n${again ? '↻' : '✕'} ${clip(escape(why), 160)}`;
}

function meaning({ what }: DeadLetter): string {
  switch (what) {
    case 'answer':
      return 'Somebody typed a command and never saw its answer. Discord refused it for good, or 15 minutes of retries were not enough.';
    case 'post':
      return 'A message of an incident is missing from its thread. Pages are never given up: this is a note, evidence or an update of a card.';
    case 'ticket':
    case 'ask':
    case 'result':
      return 'Something in the queue does not carry the signature of this desk: a process of another version or without the signing key wrote it, or somebody else who can reach Redis. It was not carried out.';
  }
}
