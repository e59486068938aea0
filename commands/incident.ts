// /incident: the incidents there are, and everything a person does to one; in its thread the number can be left out.
import type { Command, CommandOption, Plan, PlanContext, Typed } from '../src/discord/command.ts';
import { findIncident, incidentChoices } from '../src/domain/incident-choices.ts';
import type { IncidentAct } from '../src/domain/job.ts';
import { callable, type Callable } from '../src/domain/picked.ts';
import type { Severity } from '../src/domain/severity.ts';

const which: CommandOption = {
  name: 'incident',
  description: 'Its number; in its thread it can be left out',
  required: false,
  complete: (typed, { incidents = [] }) => incidentChoices(incidents, typed),
};

/** Of a note; the rest of a message does not fit into one either. */
const longest = 1_500;
const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

function refusal(text: string, wayOut: string): Plan {
  return { kind: 'answer', answer: { kind: 'refusal', text, wayOut } };
}

type Unfit = Extract<Callable, { kind: 'refused' }>;

function actOf(typed: Typed, { asked }: PlanContext): IncidentAct | Unfit | undefined {
  switch (typed['subcommand']) {
    case 'take':
      return asked === undefined ? undefined : { action: 'assign', to: asked.by };
    case 'assign': {
      const id = typed['person'];
      if (id === undefined) return undefined;
      const picked = callable(id, asked?.people ?? {}, 'be given an incident');
      return picked.kind === 'refused' ? picked : { action: 'assign', to: picked.person };
    }
    case 'note':
      return { action: 'note', text: typed['text'] ?? '' };
    case 'severity': {
      const severity = severities.find((one) => one === typed['level']);
      return severity === undefined ? undefined : { action: 'severity', severity };
    }
    case 'rerun':
      return { action: 'rerun' };
    case 'escalate':
      return { action: 'escalate' };
    case 'resolve':
      return { action: 'resolve' };
    default:
      return undefined;
  }
}

export default {
  name: 'incident',
  description: 'Incidents: list, show, take, note, escalate, resolve',
  tier: 'read',
  options: [],
  subcommands: [
    { name: 'list', description: 'What is open, and what ended lately', options: [] },
    { name: 'show', description: 'Its status, and what was held back and why', options: [which] },
    {
      name: 'timeline',
      description: 'Everything Pitwatch saw and people did, in order',
      options: [which],
    },
    { name: 'take', description: 'Take it, even if somebody else has it', options: [which] },
    {
      name: 'assign',
      description: 'Give it to somebody',
      options: [{ name: 'person', description: 'To whom', required: true, person: true }, which],
    },
    {
      name: 'note',
      description: 'Add a note to its timeline',
      options: [
        { name: 'text', description: 'What you saw or did', required: true, maxLength: longest },
        which,
      ],
    },
    {
      name: 'severity',
      description: 'Change its severity',
      options: [
        {
          name: 'level',
          description: 'How bad it is',
          required: true,
          choices: severities.map((value) => ({ name: value, value })),
        },
        which,
      ],
    },
    { name: 'rerun', description: 'Gather its evidence again', options: [which] },
    { name: 'escalate', description: 'Call the next people now', options: [which] },
    { name: 'resolve', description: 'Close it, even if Pitwatch still sees it', options: [which] },
  ],
  messageMenu: {
    name: 'Add to timeline',
    typed: (author, text) => ({
      subcommand: 'note',
      text:
        `${author}: ${text}`.length > longest
          ? `${author}: ${text}`.slice(0, longest - 1) + '…'
          : `${author}: ${text}`,
    }),
  },
  plan(typed, context) {
    if (typed['subcommand'] === 'list') return { kind: 'task', task: { kind: 'record', action: 'list' } };
    const lookup = findIncident(typed['incident'], context.incidents ?? [], context.asked?.channelId);
    if (lookup.kind === 'unknown') return refusal(lookup.text, lookup.wayOut);
    const incident = lookup.id;
    const { subcommand } = typed;
    if (subcommand === 'show' || subcommand === 'timeline') {
      return { kind: 'task', task: { kind: 'record', action: subcommand, incident } };
    }
    const act = actOf(typed, context);
    if (act === undefined)
      return refusal('That cannot be done to an incident.', 'See /help for the forms of /incident.');
    if ('kind' in act) return refusal(act.text, act.wayOut);
    return { kind: 'task', task: { kind: 'incident', incident, ...act } };
  },
} satisfies Command;
