// Any answer as its one terminal message.
import type { Answer } from '../../domain/job.ts';
import { presentAudit } from './audit.ts';
import { explanationEmbed, helpEmbed } from './explanation.ts';
import { colours, message, type MessagePayload } from './message.ts';
import { presentOncall, presentSilences } from './duty.ts';
import { presentIncident, presentIncidents } from './incidents.ts';
import { presentLetter, presentLetters } from './letters.ts';
import { presentOutage } from './outage.ts';
import { presentReport } from './report.ts';
import { presentSlo } from './slo.ts';
import { presentSuites } from './suites.ts';
import { clipWords, escape } from './text.ts';

/** Discord JSON of an answer; mentions nobody. */
export function presentAnswer(answer: Answer): MessagePayload {
  switch (answer.kind) {
    case 'report':
      return presentReport(answer);
    case 'outage':
      return presentOutage(answer);
    case 'suites':
      return presentSuites(answer);
    case 'audit':
      return presentAudit(answer);
    case 'letters':
      return presentLetters(answer);
    case 'letter':
      return presentLetter(answer);
    case 'incidents':
      return presentIncidents(answer);
    case 'incident':
      return presentIncident(answer);
    case 'oncall':
      return presentOncall(answer);
    case 'silences':
      return presentSilences(answer);
    case 'slo':
      return presentSlo(answer);
    case 'explanation':
      return message({ embeds: [explanationEmbed(answer)] });
    case 'help':
      return message({ embeds: [helpEmbed(answer)] });
    case 'done':
      return message({ content: `${answer.warns === true ? '⚠️' : '✅'} ${sentence(answer.text)}` });
    case 'refusal':
      return twoLines('Not done', answer.text, answer.wayOut, colours.unknown);
    case 'failure':
      return twoLines('⚠️ That failed', answer.text, answer.next, colours.high);
  }
}

function sentence(text: string): string {
  return clipWords(escape(text), 1_500) || 'Done.';
}

function twoLines(title: string, text: string, next: string, color: number): MessagePayload {
  const way = escape(next) === '' ? [] : [`→ ${clipWords(escape(next), 1_000)}`];
  return message({ embeds: [{ title, description: [sentence(text), ...way].join('\n'), color }] });
}
