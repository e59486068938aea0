// What the ops channel is told beside incidents: silences, work on a suite, and who has the shift now.
import type { Announcement } from '../../domain/announcement.ts';
import { matcherWords, stillPaged } from './duty.ts';
import { mentionOnly, mentionText } from './incident.ts';
import { fitLines, message, type MessagePayload } from './message.ts';
import { clip, count, escape, exchangeDay, exchangeTime, stamp } from './text.ts';

export function presentAnnouncement(told: Announcement): MessagePayload {
  const called = 'called' in told ? told.called : [];
  const lines = linesOf(told);
  return message({
    content: [...lines, ...(called.length === 0 ? [] : [mentionText(called)])].join('\n'),
    allowed_mentions: mentionOnly(called),
  });
}

function linesOf(told: Announcement): readonly string[] {
  if (told.kind === 'hand-over') return handOver(told);
  const { silence } = told;
  const what = matcherWords(silence);
  const name = `${silence.kind === 'silence' ? 'Silence' : 'Maintenance'} ${escape(silence.id)}`;
  const why = `${clip(escape(silence.reason), 200)}, by ${clip(escape(silence.by.name), 60)}`;
  switch (told.kind) {
    case 'maintenance-begun':
      return [
        `🛠️ ${name} of ${what} until ${exchangeTime(silence.toAt)} (${stamp(silence.toAt)}): ${why}.`,
        `Its alerts are held back. ${stillPaged([silence])}.`,
      ];
    case 'silenced':
      return [
        `🔕 ${name} of ${what} until ${exchangeTime(silence.toAt)} (${stamp(silence.toAt)}): ${why}.`,
        `${stillPaged([silence])}.`,
      ];
    case 'silence-ends-soon':
      return [
        `⏳ ${name} of ${what} ends ${stamp(silence.toAt)}. Is the work done? Whatever still fires then is paged.`,
      ];
    case 'silence-over': {
      const { endedBy } = told;
      const how =
        endedBy === undefined
          ? 'its time is over'
          : endedBy === 'recovery'
            ? 'everything has recovered'
            : `ended by ${clip(escape(endedBy.name), 60)}`;
      return [
        `🔔 ${name} of ${what} is over: ${how}. Whatever still fires and nothing else holds back is paged now.`,
      ];
    }
  }
}

function handOver(told: Extract<Announcement, { kind: 'hand-over' }>): readonly string[] {
  const { to, from, untilAt, open } = told;
  const before = from === undefined ? '' : `, after ${clip(escape(from.name), 60)}`;
  const head = `📟 ${clip(escape(to.name), 60)} is on call now${before}, until ${exchangeDay(untilAt)} (${stamp(untilAt)}).`;
  if (open.length === 0) return [head, 'Nothing is open.'];
  const { text, left } = fitLines(
    open.map((one) => `• ${clip(escape(one), 160)}`),
    1_200,
  );
  return [
    head,
    `${count(open.length, 'incident')} open:`,
    text,
    ...(left === 0 ? [] : [`…and ${left} more`]),
  ];
}
