// What an incident's thread is told: who has it, what joined, what recovered, and the evidence.
import type { APIEmbed } from 'discord-api-types/v10';
import type { Incident, IncidentNote } from '../../domain/incident.ts';
import type { Recovery } from '../../domain/alert.ts';
import type { Report } from '../../domain/report.ts';
import { evidenceLine } from './finding.ts';
import { mentionOnly, mentionText, type OncallMention } from './incident.ts';
import { colours, field, fitLines, limits, message, type MessagePayload } from './message.ts';
import { presentReport } from './report.ts';
import { clip, clipWords, escape, exchangeTime, span, stamp } from './text.ts';

/** The message of one note; only a join that makes things worse calls somebody. */
export function presentNote(note: IncidentNote, oncall: OncallMention | undefined): MessagePayload {
  switch (note.kind) {
    case 'joined':
      return joined(note, oncall);
    case 'part-recovered':
      return message({
        content: `🟡 One part is well again: **${clip(escape(note.alert.title), 120)}** at ${exchangeTime(note.recovery.at)}. The rest still fires.`,
        embeds: [{ color: colours.medium, ...recoveryBody(note.recovery) }],
      });
    case 'recovered':
      return message({
        content: recoveredLine(note.card, note.downtimeMs),
        embeds: [
          {
            color: colours.good,
            title: `Recovered after ${span(note.downtimeMs)}`,
            ...recoveryBody(note.recovery),
          },
        ],
      });
    case 'acknowledged':
      return message({
        content: `👀 ${clip(escape(note.by.name), 80)} has it ${stamp(note.at)} (${exchangeTime(note.at)}).`,
      });
    case 'resolved-by-hand':
      return message({ content: resolvedByHand(note) });
    case 'steps':
      return message({ embeds: [stepsEmbed(note)] });
    case 'evidence-failed':
      return message({
        content: `⚠️ The evidence could not be gathered: ${clipWords(escape(note.why), 600) || 'no reason was given'}\n→ Press Re-run on the page, or type /health.`,
      });
  }
}

function stepsEmbed({ title, steps }: Extract<IncidentNote, { kind: 'steps' }>): APIEmbed {
  const { text, left } = fitLines(
    steps.map((step, index) => {
      const how = clipWords(escape(step.how), 300);
      return `**${index + 1}. ${clip(escape(step.title), 100)}**\n${how}`;
    }),
    limits.description - 30,
  );
  return {
    color: colours.neutral,
    title: clip(`🧭 What to do: ${escape(title)}`, 120),
    description: left === 0 ? text : `${text}\n…and ${left} more`,
  };
}

/** The evidence that was asked for by itself. */
export function presentEvidence(report: Report): MessagePayload {
  const asked = report.missing.length === 0 ? 'Evidence' : 'Evidence, not complete';
  return { ...presentReport(report), content: `🔎 ${asked} from ${exchangeTime(report.finishedAt)}` };
}

function joined(
  note: Extract<IncidentNote, { kind: 'joined' }>,
  oncall: OncallMention | undefined,
): MessagePayload {
  const { alert } = note;
  const called = note.mention ? oncall : undefined;
  const evidence = fitLines(
    alert.evidence.map((one) => `• ${clip(escape(evidenceLine(one, alert.observedAt)), 300)}`),
    limits.fieldValue,
  ).text;
  const worse = note.mention ? '🔴 Firing now' : '➕ Also seen';
  const line = `${worse}: **${clip(escape(alert.title), 120)}** since ${exchangeTime(alert.sinceAt)}.`;
  return message({
    content: called === undefined ? line : `${line}\n${mentionText(called)}`,
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
  return `🟢 #${clip(escape(card.id), 10)} is over: ${title}, down for ${span(downtimeMs)}.`;
}

function recoveryBody(recovery: Recovery) {
  const missed = recovery.missed
    .map((line) => `• ${clipWords(escape(line), 300)}`)
    .filter((line) => line !== '• ');
  const { text, left } = fitLines(missed, limits.fieldValue - 30);
  const proof = clipWords(escape(recovery.proof), 600);
  return {
    fields: [
      field(
        'Missed meanwhile',
        text === '' ? 'Nothing is known to be missed.' : left === 0 ? text : `${text}\n…and ${left} more`,
      ),
      ...(proof === '' ? [] : [field('Proof', proof)]),
    ],
  };
}

function resolvedByHand(note: Extract<IncidentNote, { kind: 'resolved-by-hand' }>): string {
  const line = `✅ Resolved by hand by ${clip(escape(note.by.name), 80)} ${stamp(note.at)} (${exchangeTime(note.at)}).`;
  if (note.stillFiring.length === 0) return `${line} Nothing fires any more.`;
  const still = fitLines(
    note.stillFiring.map((title) => `• ${clip(escape(title), 150)}`),
    1_200,
  ).text;
  return `${line}\n⚠️ The machine still sees this:\n${still}`;
}
