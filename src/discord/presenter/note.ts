// What an incident's thread is told: who has it, what joined, what recovered, and the evidence.
import type { APIEmbedField } from 'discord-api-types/v10';
import type { Incident, IncidentNote } from '../../domain/incident.ts';
import type { Recovery } from '../../domain/alert.ts';
import { calledWords, nobodyCalled, type Callee, type Reaches } from '../../domain/callees.ts';
import type { Report } from '../../domain/report.ts';
import { evidenceLine } from './finding.ts';
import { mentionOnly, mentionText } from './incident.ts';
import { colours, field, fitLines, limits, message, type MessagePayload } from './message.ts';
import { presentReport } from './report.ts';
import { clip, clipWords, escape, exchangeTime, plain, quotedNote, span, stamp } from './text.ts';

/** The message of one note; it calls somebody only where it says so. */
export function presentNote(note: IncidentNote, callees: Reaches): MessagePayload {
  switch (note.kind) {
    case 'joined':
      return joined(note, note.mention ? callees('primary') : []);
    case 'part-recovered':
      return message({
        content: `🟡 Partly recovered: **${clip(escape(note.alert.title), 120)}** at ${exchangeTime(note.recovery.at)}. The rest is still firing.`,
        embeds: [{ color: colours.medium, fields: [...recoveryFields(note.recovery)] }],
      });
    case 'recovered':
      return message({
        content: recoveredLine(note.card, note.downtimeMs),
        embeds: [
          {
            color: colours.good,
            title: `Recovered after ${span(note.downtimeMs)}`,
            fields: [...eachField(note.card), ...recoveryFields(note.recovery)],
          },
        ],
      });
    case 'acknowledged':
      return message({
        content: `👀 ${clip(escape(note.by.name), 80)} has it ${stamp(note.at)} (${exchangeTime(note.at)}).`,
      });
    case 'resolved-by-hand':
      return message({ content: resolvedByHand(note) });
    case 'called':
      return called(note, callees);
    case 'reminded':
      return calling(remindedLine(note), note.who === undefined ? [] : [{ kind: 'user', id: note.who.id }]);
    case 'assigned': {
      const [by, to] = [clip(escape(note.by.name), 80), clip(escape(note.to.name), 80)];
      const line = note.by.id === note.to.id ? `👀 ${by} took it over` : `👀 ${by} gave it to ${to}`;
      const called: readonly Callee[] = note.by.id === note.to.id ? [] : [{ kind: 'user', id: note.to.id }];
      return calling(`${line} ${stamp(note.at)} (${exchangeTime(note.at)}).`, called);
    }
    case 'noted':
      return message({
        content: `📝 **${clip(escape(note.by.name), 80)}** (${exchangeTime(note.at)}):${quotedNote(note.text, 1_700)}`,
      });
    case 'severity':
      return message({
        content: `⚖️ ${clip(escape(note.by.name), 80)} set the severity to ${note.to}; it was ${note.from}.`,
      });
    case 'flapping':
      return message({
        content: `🔁 Flapping: it failed ${note.turns} times within 10 min. No more messages until it settles; a position without a stop is still paged.`,
      });
    case 'digest':
      return digest(note, note.mention ? callees('primary') : []);
    case 'evidence-failed':
      return message({
        content: `⚠️ The evidence could not be gathered: ${clipWords(escape(note.why), 600) || 'no reason was given'}\n→ Press Re-run on the page, or type /health.`,
      });
  }
}

function calling(line: string, called: readonly Callee[]): MessagePayload {
  return message({
    content: called.length === 0 ? line : `${line}\n${mentionText(called)}`,
    allowed_mentions: mentionOnly(called),
  });
}

/** @param first whom the page called */
function called(note: Extract<IncidentNote, { kind: 'called' }>, reaches: Reaches): MessagePayload {
  const callees = reaches(note.circle);
  const line = calledLine(note, reaches);
  return calling(
    callees.length > 0 ? line : `${line}\n⚠️ ${nobodyCalled.text} ${nobodyCalled.wayOut}`,
    callees,
  );
}

function calledLine(
  { why, circle, by, at }: Extract<IncidentNote, { kind: 'called' }>,
  reaches: Reaches,
): string {
  const isReached = reaches(circle).length > 0;
  const whom = calledWords(circle, reaches);
  const isSame = whom === 'the same people again';
  const asked = isSame ? '' : `${whom} `;
  const who = by === undefined ? 'Somebody' : clip(escape(by.name), 80);
  const time = exchangeTime(at);
  switch (why) {
    case 'nobody-moved':
      return `⏫ Nobody has taken this yet${isReached ? `. Calling ${whom}` : ''} (${time}). Press Acknowledge on the page.`;
    case 'ran-out':
      return `⏰ No update from ${who} for a while, so the acknowledgement ran out (${time}). Who has it? Press Acknowledge on the page.`;
    case 'by-hand':
      return `⏫ ${who} asks ${isReached ? asked : ''}for help (${time})${isReached && isSame ? ', calling the same people again' : ''}.`;
    case 'stays-down':
      return `🔴 It has stopped flapping and stays down (${time}).`;
  }
}

function remindedLine({ about, at }: Extract<IncidentNote, { kind: 'reminded' }>): string {
  return about === 'no-update'
    ? `💬 What is the status? Nothing was written for a while (${exchangeTime(at)}). A note, a step or any button will do.`
    : `💬 Everything has recovered, but this incident is still open (${exchangeTime(at)}). Resolve it, or note what is left to do.`;
}

function digest(note: Extract<IncidentNote, { kind: 'digest' }>, called: readonly Callee[]): MessagePayload {
  const { text, left } = fitLines(
    note.alerts.map(
      ({ title, severity, summary }) =>
        `• **${clip(escape(title), 100)}** (${severity}): ${clipWords(escape(summary), 160)}`,
    ),
    limits.description - 40,
  );
  const worst = note.alerts[0]?.severity ?? 'low';
  const line = `➕ ${note.alerts.length} more at once (${exchangeTime(note.at)}), worst first:`;
  return message({
    content: called.length === 0 ? line : `${line}\n${mentionText(called)}`,
    embeds: [
      {
        color: colours[worst],
        description: left === 0 ? text : `${text}\n…and ${left} more in the file`,
      },
    ],
    ...(left === 0
      ? {}
      : {
          files: [
            {
              name: 'alerts.txt',
              description: 'Every alert of this message',
              text: `${note.alerts.map(({ title, severity, summary }) => plain(`${severity} | ${title} | ${summary}`)).join('\n')}\n`,
            },
          ],
        }),
    allowed_mentions: mentionOnly(called),
  });
}

/** The evidence that was asked for by itself. */
export function presentEvidence(report: Report): MessagePayload {
  const asked = report.missing.length === 0 ? 'Evidence' : 'Evidence, not complete';
  return { ...presentReport(report), content: `🔎 ${asked} from ${exchangeTime(report.finishedAt)}` };
}

function joined(note: Extract<IncidentNote, { kind: 'joined' }>, called: readonly Callee[]): MessagePayload {
  const { alert } = note;
  const evidence = fitLines(
    alert.evidence.map((one) => `• ${clip(escape(evidenceLine(one, alert.observedAt)), 300)}`),
    limits.fieldValue,
  ).text;
  const worse = note.mention ? '🔴 Firing now' : '➕ Also seen';
  const line = `${worse}: **${clip(escape(alert.title), 120)}** since ${exchangeTime(alert.sinceAt)}.`;
  return message({
    content: called.length === 0 ? line : `${line}\n${mentionText(called)}`,
    embeds: [
      {
        color: colours[alert.severity],
        description: clipWords(escape(alert.summary), 900) || 'No summary was given.',
        fields: [
          ...(escape(alert.remedy) === '' ? [] : [field('Do now', clipWords(escape(alert.remedy), 600))]),
          ...(evidence === '' ? [] : [field('Evidence', evidence)]),
        ],
      },
    ],
    allowed_mentions: mentionOnly(called),
  });
}

function recoveredLine(card: Incident, downtimeMs: number): string {
  const title = clip(escape(card.alerts[0]?.alert.title ?? 'Incident'), 100);
  const others = card.alerts.length - 1;
  const more = others > 0 ? ` and ${others} more` : '';
  return `🟢 #${clip(escape(card.id), 10)} is over after ${span(downtimeMs)}: ${title}${more}.`;
}

/** Where several things were wrong, the whole incident lasted longer than each: how long each one did. */
function eachField({ alerts }: Incident): readonly APIEmbedField[] {
  if (alerts.length < 2) return [];
  const { text, left } = fitLines(
    alerts.map(({ alert, recovery }) => {
      const lasted = recovery === undefined ? '' : `, for ${span(Math.max(0, recovery.at - alert.sinceAt))}`;
      return `• ${clip(escape(alert.title), 120)}: since ${exchangeTime(alert.sinceAt)}${lasted}`;
    }),
    900,
  );
  return [field('What was wrong, and for how long', left === 0 ? text : `${text}\n…and ${left} more`)];
}

function recoveryFields(recovery: Recovery): readonly APIEmbedField[] {
  const missed = recovery.missed
    .map((line) => `• ${clipWords(escape(line), 300)}`)
    .filter((line) => line !== '• ');
  const { text, left } = fitLines(missed, limits.fieldValue - 30);
  const proof = clipWords(escape(recovery.proof), 600);
  const missedWords = left === 0 ? text : `${text}\n…and ${left} more`;
  return [
    field('Missed meanwhile', text === '' ? 'Nothing is known to have been missed.' : missedWords),
    ...(proof === '' ? [] : [field('Proof', proof)]),
  ];
}

function resolvedByHand(note: Extract<IncidentNote, { kind: 'resolved-by-hand' }>): string {
  const who = `${clip(escape(note.by.name), 80)} ${stamp(note.at)} (${exchangeTime(note.at)})`;
  if (note.stillFiring.length === 0) return `✅ Resolved by hand by ${who}. Nothing is firing any more.`;
  const still = fitLines(
    note.stillFiring.map((title) => `• ${clip(escape(title), 150)}`),
    1_200,
  ).text;
  return `⚠️ Closed by hand by ${who}. Pitwatch still sees this:\n${still}\nNobody is called for it again unless it gets worse or comes back.`;
}
