// /postmortem: the whole story of an incident as files and a picture; in its thread the number can be left out.
import type { Command } from '../src/discord/command.ts';
import { findIncident, incidentChoices } from '../src/domain/incident-choices.ts';

export default {
  name: 'postmortem',
  description: 'The whole story of an incident: a card, a picture, Markdown and JSON',
  tier: 'read',
  options: [
    {
      name: 'incident',
      description: 'Its number; in its thread it can be left out',
      required: false,
      complete: (typed, { incidents = [] }) => incidentChoices(incidents, typed),
    },
  ],
  plan({ incident }, { incidents = [], asked }) {
    const lookup = findIncident(incident, incidents, asked?.channelId);
    return lookup.kind === 'found'
      ? { kind: 'task', task: { kind: 'record', action: 'postmortem', incident: lookup.id } }
      : { kind: 'answer', answer: { kind: 'refusal', text: lookup.text, wayOut: lookup.wayOut } };
  },
} satisfies Command;
