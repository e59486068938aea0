// /explain: what a finding means, what usually causes it and what to do next.
import type { Command } from '../src/discord/command.ts';
import { matching, nearest } from '../src/domain/nearest.ts';

export default {
  name: 'explain',
  description: 'What a finding means, its usual causes, and what to do next',
  tier: 'read',
  options: [
    {
      name: 'finding',
      description: 'The name under the finding, e.g. feed-mute',
      required: true,
      complete: (typed, { findings }) =>
        matching(typed, findings, ({ finding, explanation }) => [finding, explanation.title]).map(
          ({ finding, explanation }) => ({ name: `${finding} · ${explanation.title}`, value: finding }),
        ),
    },
  ],
  plan({ finding }, { findings }) {
    const wanted = (finding ?? '').trim();
    const lower = wanted.toLowerCase();
    const found =
      findings.find((known) => known.finding.toLowerCase() === lower) ??
      findings.find((known) => known.explanation.title.toLowerCase() === lower);
    if (found !== undefined) return { kind: 'answer', answer: { kind: 'explanation', ...found } };
    const ofCheck = findings
      .filter(({ source }) => source.split(', ').includes(`diagnostic ${lower}`))
      .map((known) => known.finding);
    if (ofCheck.length > 0) {
      return {
        kind: 'answer',
        answer: {
          kind: 'refusal',
          text: `"${lower}" is a check, not a finding.`,
          wayOut: `It can find ${ofCheck.join(', ')}: explain one of them.`,
        },
      };
    }
    const near = nearest(
      wanted,
      findings.map((known) => known.finding),
    );
    return {
      kind: 'answer',
      answer: {
        kind: 'refusal',
        text: `There is no finding called "${wanted.slice(0, 60)}".`,
        wayOut:
          near.length > 0
            ? `Did you mean ${near.join(' or ')}?`
            : 'Pick one from the list while you type; every finding in a report carries its name.',
      },
    };
  },
} satisfies Command;
