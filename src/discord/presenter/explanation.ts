// What a finding means, and what can be asked here, as embeds.
import type { APIEmbed } from 'discord-api-types/v10';
import type { Answer } from '../../domain/job.ts';
import { colours, field, fitLines, limits } from './message.ts';
import { bare, clip, clipWords, escape } from './text.ts';

function bullets(lines: readonly string[]): string {
  const texts = lines.map((line) => escape(line)).filter((line) => line !== '');
  return fitLines(
    texts.map((line) => `• ${clipWords(line, 320)}`),
    limits.fieldValue,
  ).text;
}

export function explanationEmbed(answer: Extract<Answer, { kind: 'explanation' }>): APIEmbed {
  const { explanation, finding, severity, source } = answer;
  const causes = bullets(explanation.causes);
  const next = bullets(explanation.next);
  return {
    title: clip(escape(explanation.title) || escape(finding), 200) || 'Finding',
    description: clipWords(escape(explanation.meaning) || 'No meaning is written down for it.', 1_500),
    color: colours[severity],
    fields: [
      ...(causes === '' ? [] : [field('Usual causes', causes)]),
      ...(next === '' ? [] : [field('What to do next', next)]),
    ],
    footer: { text: clip([finding, severity, source].map(bare).join(' · '), 300) },
  };
}

export function helpEmbed(answer: Extract<Answer, { kind: 'help' }>): APIEmbed {
  const lines = answer.commands.map(
    ({ usage, description }) => `**${clip(escape(usage), 120)}**\n${clip(escape(description), 120)}`,
  );
  const { text, left } = fitLines(lines, 3_600);
  const more = left === 0 ? '' : `\n…and ${left} more: type / to see them.`;
  return {
    title: 'What you can ask here',
    description: `${text === '' ? 'No commands are known.' : text}${more}`,
    color: colours.neutral,
    footer: { text: 'Pitwatch only watches and reports. It never places, changes or cancels an order.' },
  };
}
