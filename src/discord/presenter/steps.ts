// The steps of a playbook in an incident's thread: what became of each, and buttons for the one that is next.
import { ButtonStyle, ComponentType, type APIButtonComponent } from 'discord-api-types/v10';
import type { Post, StepMark } from '../../domain/incident.ts';
import type { ListedStep } from '../../domain/playbook.ts';
import { stepId } from '../custom-id.ts';
import { colours, fitLines, limits, message, type MessagePayload } from './message.ts';
import { clip, clipWords, escape, exchangeTime } from './text.ts';

const icons: Readonly<Record<StepMark['how'], string>> = { taken: '👀', done: '✅', passed: '⏭️' };
const words: Readonly<Record<StepMark['how'], string>> = {
  taken: 'is on it',
  done: 'did it',
  passed: 'skipped it',
};

export function presentSteps(post: Extract<Post, { kind: 'steps' }>): MessagePayload {
  const { playbook, title, steps, marks, incident } = post;
  const markOf = ({ id, of = playbook }: ListedStep): StepMark | undefined => marks[`${of}.${id}`];
  const next = steps.find((step) => (markOf(step)?.how ?? 'taken') === 'taken');
  const { text, left } = fitLines(
    steps.map((step, index) => {
      const mark = markOf(step);
      const head = `**${index + 1}. ${clip(escape(step.title), 100)}**`;
      if (mark === undefined) return `▫️ ${head}\n${clipWords(escape(step.how), 300)}`;
      const who = `${clip(escape(mark.by.name), 60)} ${words[mark.how]} (${exchangeTime(mark.at)})`;
      return mark.how === 'taken'
        ? `${icons.taken} ${head}\n${clipWords(escape(step.how), 300)}\n${who}`
        : `${icons[mark.how]} ${head}\n${who}`;
    }),
    limits.description - 30,
  );
  const button = (
    how: StepMark['how'],
    label: string,
    style: ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Success,
  ): APIButtonComponent => ({
    type: ComponentType.Button,
    style,
    label,
    custom_id: stepId(incident, { playbook: next?.of ?? playbook, step: next?.id ?? '', how }),
  });
  const number = next === undefined ? 0 : steps.indexOf(next) + 1;
  return message({
    embeds: [
      {
        color: next === undefined ? colours.good : colours.neutral,
        title: clip(`🧭 What to do: ${escape(title)}`, 120),
        description: left === 0 ? text : `${text}\n…and ${left} more`,
      },
    ],
    components:
      next === undefined || post.over === true
        ? []
        : [
            {
              type: ComponentType.ActionRow,
              components: [
                // Taken, it stays where it was: were it gone, the others would move under the finger.
                {
                  ...button('taken', `Take step ${number}`, ButtonStyle.Primary),
                  disabled: markOf(next) !== undefined,
                },
                button('done', `Done: step ${number}`, ButtonStyle.Success),
                button('passed', `Skip step ${number}`, ButtonStyle.Secondary),
              ],
            },
          ],
  });
}
