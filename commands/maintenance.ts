// /maintenance: work on a suite, announced at its start and end; what it held back is judged again when it is over.
import type { Command, Plan } from '../src/discord/command.ts';
import { planSilence, planSilenceEnd } from '../src/domain/silence-typed.ts';
import { suiteOption } from '../src/domain/suite-examination.ts';

export default {
  name: 'maintenance',
  description: 'Announce work on a suite: its alerts are held back until it is over',
  tier: 'read',
  options: [],
  subcommands: [
    {
      name: 'start',
      description: 'Work on a suite begins now',
      options: [
        suiteOption,
        { name: 'reason', description: 'What is being done', required: true, maxLength: 200 },
        {
          name: 'for',
          description: 'How long, such as 30m or 2h, at most 24h; 1h if left out',
          required: false,
          maxLength: 20,
        },
      ],
    },
    {
      name: 'end',
      description: 'The work is done; whatever still fires is paged at once',
      options: [{ name: 'id', description: 'Such as S3, from /silence list', required: true, maxLength: 10 }],
    },
  ],
  plan(typed, { desk, findings, now }): Plan {
    if (typed['subcommand'] === 'end') {
      return planSilenceEnd(typed['id']);
    }
    return planSilence(
      'maintenance',
      {
        suite: typed['suite'],
        finding: undefined,
        span: typed['for'],
        reason: typed['reason'],
        untilWell: false,
      },
      desk,
      findings.map(({ finding }) => finding),
      now,
    );
  },
} satisfies Command;
