// Incidents as they are remembered: a list for a phone, one with what was held back and why, and its timeline.
import { brokeAt, headline, leadOf } from '../../domain/lead.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Answer, KnownIncident } from '../../domain/job.ts';
import { instantsOf } from '../../domain/postmortem.ts';
import { overAt, stillSeen } from '../../domain/still-seen.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import { colours, field, fitLines, limits, message, type MessagePayload } from './message.ts';
import { presentPostmortem } from './postmortem.ts';
import { instantWords } from './postmortem-words.ts';
import {
  clip,
  clipWords,
  count,
  escape,
  escapeNote,
  exchangeDate,
  exchangeDay,
  exchangeInstant,
  exchangeWhen,
  plain,
  span,
  stamp,
} from './text.ts';

type IncidentAnswer = Extract<Answer, { kind: 'incident' }>;

const icons: Readonly<Record<Incident['state']['kind'], string>> = {
  triggered: '🔴',
  acknowledged: '👀',
  suppressed: '🔕',
  resolved: '🟢',
};

function icon(incident: Incident): string {
  return stillSeen(incident).length > 0 ? '⚠️' : icons[incident.state.kind];
}

export function presentIncidents(answer: Extract<Answer, { kind: 'incidents' }>): MessagePayload {
  const { incidents } = answer;
  const open = incidents.filter(({ incident }) => incident.state.kind !== 'resolved');
  const ended = incidents.filter(({ incident }) => incident.state.kind === 'resolved');
  const seen = ended.filter(({ incident }) => stillSeen(incident).length > 0);
  const over = ended.filter((one) => !seen.includes(one));
  if (incidents.length === 0) {
    return message({
      embeds: [
        {
          title: 'No incidents',
          description: 'Nothing is open, and nothing is remembered.',
          color: colours.good,
        },
      ],
    });
  }
  const first = fitLines(open.map(line), 2_400);
  const closed = fitLines(seen.map(line), 900);
  const second = fitLines(over.map(line), 3_800 - first.text.length - closed.text.length);
  const parts = [
    open.length === 0 ? 'Nothing is open.' : first.text,
    ...(first.left === 0 ? [] : [`…and ${first.left} more open`]),
    ...(seen.length === 0 ? [] : [`\n**Closed by hand, still seen**\n${closed.text}`]),
    ...(closed.left === 0 ? [] : [`…and ${closed.left} more`]),
    ...(over.length === 0 ? [] : [`\n**Over**\n${second.text}`]),
    ...(second.left === 0 ? [] : [`…and ${count(second.left, 'older one', 'older ones')}`]),
  ];
  return message({
    embeds: [
      {
        title: open.length === 0 ? 'No open incidents' : count(open.length, 'open incident'),
        description: parts.join('\n'),
        color: open.length > 0 ? colours.high : seen.length > 0 ? colours.medium : colours.good,
        footer: { text: '/incident show has the details of one' },
      },
    ],
  });
}

function line({ incident, refs }: KnownIncident): string {
  const title = clip(escape(headline(incident)), 90);
  const where = refs.threadId === undefined ? '' : ` · <#${refs.threadId}>`;
  return `${icon(incident)} **#${escape(incident.id)}** ${title} · ${incident.severity} · ${standing(incident)}${where}`;
}

function standing(incident: Incident): string {
  const { state } = incident;
  const began = brokeAt(incident);
  switch (state.kind) {
    case 'triggered':
      return `nobody has it, since ${stamp(leadOf(incident)?.sinceAt ?? began)}`;
    case 'acknowledged':
      return `${clip(escape(state.by.name), 40)} has it ${stamp(state.at)}`;
    case 'suppressed':
      return `held back by ${state.silence.kind} ${escape(state.silence.id)} until ${stamp(state.silence.toAt, 't')}`;
    case 'resolved': {
      const lasted = span((overAt(incident) ?? state.at) - began);
      if (state.by === 'recovery') return `over by itself after ${lasted}, ${stamp(state.at)}`;
      const closed = `closed by ${clip(escape(state.by.name), 40)} ${stamp(state.at)}`;
      return stillSeen(incident).length > 0 ? `${closed}, still seen` : `${closed}, over after ${lasted}`;
    }
  }
}

export function presentIncident(answer: IncidentAnswer): MessagePayload {
  switch (answer.as) {
    case 'show':
      return presentShow(answer);
    case 'timeline':
      return presentTimeline(answer);
    case 'postmortem':
      return presentPostmortem(answer);
  }
}

function presentShow({ at, known, timeline, similar }: IncidentAnswer): MessagePayload {
  const { incident, refs } = known;
  const lead = leadOf(incident);
  const alerts = fitLines(
    incident.alerts.map(({ alert, recovery }) => {
      const end = recovery === undefined ? 'still firing' : `over at ${exchangeWhen(recovery.at, at)}`;
      return `• ${clip(escape(alert.title), 100)} since ${exchangeWhen(alert.sinceAt, at)}, ${end}`;
    }),
    900,
  );
  const withheld = timeline.filter(({ kind }) => kind === 'withheld' || kind === 'flapping');
  const held = fitLines(
    withheld.slice(-10).map((entry) => `• ${entryLine(entry, at)}`),
    900,
  );
  const alike = fitLines(
    similar.map(
      (one) => `• #${escape(one.incident.id)} ${exchangeDay(one.incident.openedAt)}: ${ending(one)}`,
    ),
    800,
  );
  const more = (left: number): string => (left === 0 ? '' : `\n…and ${left} more`);
  return message({
    embeds: [
      {
        title: clip(`${icon(incident)} #${escape(incident.id)} ${escape(headline(incident))}`, 200),
        description: clipWords(escape(lead?.summary ?? ''), 600) || 'No summary was given.',
        color:
          incident.state.kind === 'resolved' && stillSeen(incident).length === 0
            ? colours.good
            : colours[incident.severity],
        fields: [
          field('Status', `${incident.severity} · ${standing(incident)}`),
          field('Alerts in it', alerts.text + more(alerts.left)),
          field('Times', instants(known, at).join('\n')),
          field(
            'Held back, and why',
            held.text === ''
              ? 'Nothing was held back.'
              : held.text + more(withheld.length - Math.min(10, withheld.length) + held.left),
          ),
          ...(alike.text === '' ? [] : [field('Similar ones before', alike.text + more(alike.left))]),
          ...(refs.threadId === undefined ? [] : [field('Thread', `<#${refs.threadId}>`)]),
        ],
        footer: { text: `${count(timeline.length, 'entry', 'entries')} in /incident timeline` },
      },
    ],
  });
}

/** The six instants, each with how long after it was observed. */
function instants(known: KnownIncident, now: number): readonly string[] {
  const { observedAt } = known.incident;
  return instantsOf(known).map(({ name, at }) =>
    at === undefined
      ? `${instantWords[name]}: not yet`
      : `${instantWords[name]}: ${exchangeWhen(at, now)} (+${span(at - observedAt)})`,
  );
}

function ending({ incident }: KnownIncident): string {
  const { state, acknowledgedAt } = incident;
  if (state.kind !== 'resolved') return 'open';
  const began = brokeAt(incident);
  const verb = stillSeen(incident).length === 0 ? 'resolved' : 'closed while still seen';
  const who =
    state.by === 'recovery' ? 'recovered by itself' : `${verb} by ${clip(escape(state.by.name), 40)}`;
  const taken =
    acknowledgedAt === undefined ? 'nobody took it' : `taken after ${span(acknowledgedAt - began)}`;
  return `${who} after ${span((overAt(incident) ?? state.at) - began)}, ${taken}`;
}

function entryLine({ at, by, kind, text }: TimelineEntry, now: number): string {
  const name = by === 'pitwatch' ? '' : by.name;
  // Most lines of what people did begin with who did it.
  const isNamed = name !== '' && kind !== 'noted' && text.startsWith(`${name} `);
  const who = name === '' ? '' : ` **${clip(escape(name), 40)}**${isNamed ? '' : ':'}`;
  const said = isNamed ? text.slice(name.length + 1) : text;
  return `\`${exchangeWhen(at, now)}\`${who} ${clipWords(kind === 'noted' ? escapeNote(said) : escape(said), 220)}`;
}

function presentTimeline({ at, known: { incident }, timeline }: IncidentAnswer): MessagePayload {
  const newest = fitLines(
    [...timeline].reverse().map((entry) => entryLine(entry, at)),
    limits.description - 60,
  );
  const shown = newest.text.split('\n').reverse().join('\n');
  return message({
    embeds: [
      {
        title: clip(`Timeline of #${escape(incident.id)} ${escape(headline(incident))}`, 200),
        description:
          timeline.length === 0
            ? 'Nothing is written yet.'
            : `${newest.left === 0 ? '' : `${count(newest.left, 'earlier entry', 'earlier entries')} in timeline.txt\n`}${shown}`,
        color: colours.neutral,
      },
    ],
    files:
      newest.left === 0
        ? []
        : [{ name: 'timeline.txt', description: 'Every entry', text: `${timelineText(timeline)}\n` }],
  });
}

/** Which clock, then one line each: instant, who, kind, words. */
export function timelineText(timeline: readonly TimelineEntry[]): string {
  return [
    'CT is the time of the exchange (America/Chicago).',
    ...timeline.map(({ at, by, kind, text }) =>
      [
        `${exchangeDate(at)} ${exchangeInstant(at)}`,
        by === 'pitwatch' ? by : plain(by.name),
        kind,
        plain(text),
      ].join(' | '),
    ),
  ].join('\n');
}
