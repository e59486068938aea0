// A postmortem in Discord: a short card, the hours around it as a picture, and the whole story as two files.
import { followUps } from '../../domain/follow-ups.ts';
import type { Answer } from '../../domain/job.ts';
import { postmortemOf, type Postmortem } from '../../domain/postmortem.ts';
import { drawHours, hoursInWords } from '../picture/incident-hours.ts';
import { colours, field, fitLines, message, type MessagePayload } from './message.ts';
import { postmortemJson, postmortemMarkdown } from './postmortem-file.ts';
import { deedWords, downtimeWords, endWords, goalWords, isWhole, pastWords } from './postmortem-words.ts';
import { clip, clipWords, escape, exchangeWhen, stamp } from './text.ts';
import { exposureWords } from './words.ts';

const fieldRoom = 900;

export function presentPostmortem(answer: Extract<Answer, { kind: 'incident' }>): MessagePayload {
  const story = postmortemOf(answer, answer.at);
  const name = `postmortem-${story.incident.replace(/[^A-Za-z0-9]/g, '').slice(0, 20)}`;
  const file = `${name}.md`;
  return message({
    embeds: [
      {
        title: clip(`Postmortem of #${escape(story.incident)} ${escape(story.title)}`, 200),
        description: headline(story),
        color: story.end.kind === 'open' ? colours[story.severity] : colours.neutral,
        fields: [
          field('What was missed', listed(missed(story), file)),
          field('Response against our goals', listed(story.goals.map(goalWords), file, 'Nobody was paged.')),
          field('What people did', listed(deeds(story), file, 'Nobody acted on it.', '')),
          field('Open follow-ups', listed(followUps(story), file, 'Nothing follows from what is known.')),
          ...(story.similar.length === 0
            ? []
            : [
                field(
                  'Similar ones before',
                  listed(
                    story.similar.map((one) => pastWords(one, story.writtenAt)),
                    file,
                  ),
                ),
              ]),
        ],
        footer: {
          text: `Everything is in ${file}, the same as data in ${name}.json${isWhole(story) ? '' : '; its oldest entries are no longer kept'}`,
        },
      },
    ],
    files: [
      { name: file, description: 'The whole story, to be read', text: postmortemMarkdown(story) },
      { name: `${name}.json`, description: 'The whole story as data', text: postmortemJson(story) },
    ],
    pictures: [{ name: `${name}.png`, description: hoursInWords(story), svg: drawHours(story, file) }],
  });
}

function headline(story: Postmortem): string {
  const { impact, began, severity, writtenAt } = story;
  const stakes = impact.suites.map(({ suite, exposure }) => `${suite} ${exposureWords(exposure)}`);
  const lines = [
    `${severity} · lasted ${downtimeWords(story)} · began ${exchangeWhen(began, writtenAt)} (${stamp(began)})`,
    clipWords(escape(`At stake: ${stakes.length === 0 ? 'no suite' : stakes.join(' · ')}`), 700),
    clipWords(escape(`End: ${endWords(story.end, writtenAt)}`), 500),
  ];
  return lines.join('\n');
}

function missed({ impact, end }: Postmortem): readonly string[] {
  if (impact.missed.length > 0) return impact.missed;
  return [end.kind === 'open' ? 'Not known while it is open.' : 'Not known.'];
}

/** Numbered as in the picture. */
function deeds(story: Postmortem): readonly string[] {
  return story.deeds.map(
    (deed, index) =>
      `${index + 1} · ${exchangeWhen(deed.at, story.writtenAt)} ${deedWords(deed, story.people)}`,
  );
}

/** One line each, escaped; what does not fit is counted and the file named. */
function listed(lines: readonly string[], file: string, otherwise = 'None.', bullet = '• '): string {
  if (lines.length === 0) return otherwise;
  const { text, left } = fitLines(
    lines.map((one) => `${bullet}${clipWords(escape(one), 240)}`),
    fieldRoom,
  );
  return left === 0 ? text : `${text}\n…and ${left} more in ${file}`;
}
