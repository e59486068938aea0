// /silence: what nobody should be woken for, for how long and why; it never mutes an exposed position or a dead watcher.
import type { Command, Plan } from '../src/discord/command.ts';
import { matching } from '../src/domain/nearest.ts';
import { suiteChoices } from '../src/domain/roster.ts';
import { planSilence, planSilenceEnd } from '../src/domain/silence-typed.ts';

export default {
  name: 'silence',
  description: 'Hold pages back for a while: add, list, end',
  tier: 'read',
  options: [],
  subcommands: [
    {
      name: 'add',
      description: 'Nobody is called for this; a position without a stop is still paged',
      options: [
        { name: 'reason', description: 'Why, for everybody else', required: true, maxLength: 200 },
        {
          name: 'suite',
          description: 'Which suite',
          required: false,
          complete: (typed, { desk }) => suiteChoices(desk, typed),
        },
        {
          name: 'finding',
          description: 'Which finding, e.g. feed-mute',
          required: false,
          complete: (typed, { findings }) =>
            matching(typed, findings, ({ finding, explanation }) => [finding, explanation.title]).map(
              ({ finding }) => ({ name: finding, value: finding }),
            ),
        },
        {
          name: 'for',
          description: 'How long, such as 30m or 2h, at most 24h; 1h if left out',
          required: false,
          maxLength: 20,
        },
        {
          name: 'until',
          description: 'Whether it also ends as soon as everything has recovered',
          required: false,
          choices: [
            { name: 'its end, whatever happens', value: 'end' },
            { name: 'its end, or when everything has recovered', value: 'well' },
          ],
        },
      ],
    },
    { name: 'list', description: 'What is silenced now, by whom and until when', options: [] },
    {
      name: 'end',
      description: 'End one early; whatever still fires is paged at once',
      options: [{ name: 'id', description: 'Such as S3, from /silence list', required: true, maxLength: 10 }],
    },
  ],
  plan(typed, { desk, findings, now }): Plan {
    const { subcommand, id } = typed;
    if (subcommand === 'list') return { kind: 'task', task: { kind: 'silence', action: 'list' } };
    if (subcommand === 'end') {
      return planSilenceEnd(id);
    }
    return planSilence(
      'silence',
      {
        suite: typed['suite'],
        finding: typed['finding'],
        span: typed['for'],
        reason: typed['reason'],
        untilWell: typed['until'] === 'well',
      },
      desk,
      findings.map(({ finding }) => finding),
      now,
    );
  },
} satisfies Command;
