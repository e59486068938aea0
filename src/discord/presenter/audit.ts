// The newest entries of the audit log, one line each, for a phone; what does not fit comes as a file.
import type { AuditEntry } from '../../domain/audit.ts';
import type { Answer } from '../../domain/job.ts';
import { colours, fitLines, message, type MessagePayload } from './message.ts';
import { clip, count, escape, plain, stamp } from './text.ts';

const roomForLines = 3_800;

export function presentAudit(answer: Extract<Answer, { kind: 'audit' }>): MessagePayload {
  const { entries, kept } = answer;
  if (entries.length === 0) {
    return message({
      embeds: [
        {
          title: 'The audit log is empty',
          description: 'Nobody has done anything yet.',
          color: colours.neutral,
        },
      ],
    });
  }
  const { text, left } = fitLines(entries.map(line), roomForLines);
  const more = left === 0 ? '' : `\n…and ${count(left, 'more entry', 'more entries')} in audit.txt`;
  return message({
    embeds: [
      {
        title: `Audit log: the newest ${count(entries.length, 'entry', 'entries')}`,
        description: `${text}${more}`,
        color: colours.neutral,
        footer: {
          text: `${count(kept, 'entry', 'entries')} kept · /audit verify checks that none was changed`,
        },
      },
    ],
    files:
      left === 0
        ? []
        : [
            {
              name: 'audit.txt',
              description: 'Every entry asked for',
              text: `${entries.map(bareLine).join('\n')}\n`,
            },
          ],
  });
}

function line(entry: AuditEntry): string {
  const on = entry.on === '' ? '' : ` on ${clip(escape(entry.on), 60)}`;
  return `\`#${entry.seq}\` ${stamp(entry.at, 'f')} **${clip(escape(whoOf(entry)), 40)}** ${clip(escape(entry.what), 80)}${on} → ${clip(escape(entry.outcome), 120)}`;
}

function bareLine(entry: AuditEntry): string {
  const { seq, at, kind, what, on, outcome, mark } = entry;
  const who = entry.by === 'pitwatch' ? 'pitwatch' : `${entry.by.name} (${entry.by.id})`;
  const facts = [new Date(at).toISOString(), kind, who, what, on === '' ? '-' : on, outcome, mark];
  return `#${seq} ${facts.map(plain).join(' | ')}`;
}

function whoOf({ by }: AuditEntry): string {
  return by === 'pitwatch' ? by : by.name;
}
