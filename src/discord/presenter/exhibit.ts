// An exhibit as an embed for a phone: narrow tables in columns, wide ones as lines, timelines and steps one line each.
import type { APIEmbed } from 'discord-api-types/v10';
import type { Exhibit, Step, TableExhibit, TimelineEntry } from '../../domain/exhibit.ts';
import type { ShownExhibit } from '../../domain/report.ts';
import { colours, fitLines, limits } from './message.ts';
import { clip, clipWords, count, escape, exchangeInstant, plain, span } from './text.ts';
import { icons } from './words.ts';

/** A code block wider than this wraps on a phone, and its columns are lost. */
const phoneColumns = 42;
const longestCell = 120;
const longestNote = 400;

export interface ShownEmbed {
  readonly embed: APIEmbed;
  /** False where lines were left out, so that the whole must be attached. */
  readonly whole: boolean;
}

const stepIcons: Readonly<Record<Step['status'], string>> = {
  pass: icons.pass,
  fail: icons.fail,
  waiting: '⏳',
  open: '▫️',
  skip: icons.skip,
};

/** The exhibit in at most `room` characters of text. */
export function exhibitEmbed({ suite, exhibit }: ShownExhibit, room: number): ShownEmbed {
  const title = clip(escape(suite === undefined ? exhibit.title : `${exhibit.title} · ${suite}`), 120);
  const note = exhibit.note === undefined ? '' : clipWords(escape(exhibit.note), longestNote);
  const left = Math.min(limits.description, room - title.length) - note.length - 2;
  const body = bodyOf(exhibit, left);
  // What says that something is left out may itself be too long for the last few characters.
  const description = clip(
    [body.text, note].filter((part) => part !== '').join('\n'),
    Math.max(0, Math.min(limits.description, room - title.length)),
  );
  return {
    embed: {
      title,
      ...(description === '' ? {} : { description }),
      color: colourOf(exhibit),
    },
    whole: body.whole && note.length === (exhibit.note === undefined ? 0 : escape(exhibit.note).length),
  };
}

function colourOf(exhibit: Exhibit): number {
  if (exhibit.kind !== 'steps') return colours.neutral;
  const statuses = new Set(exhibit.steps.map(({ status }) => status));
  if (statuses.has('fail')) return colours.critical;
  return statuses.has('waiting') || statuses.has('open') ? colours.medium : colours.good;
}

interface Body {
  readonly text: string;
  readonly whole: boolean;
}

function bodyOf(exhibit: Exhibit, room: number): Body {
  switch (exhibit.kind) {
    case 'table':
      return isNarrow(exhibit) ? columns(exhibit, room) : fitted(wideRows(exhibit), room);
    case 'timeline':
      // The newest matters most: what does not fit is left out at the beginning.
      return newest(exhibit.entries.map(entryLine), room);
    case 'steps':
      return fitted(exhibit.steps.map(stepLine), room);
  }
}

function fitted(lines: readonly string[], room: number): Body {
  const { text, left } = fitLines(lines, room - leftOut(lines.length).length - 1);
  if (left === 0) return { text, whole: true };
  return { text: `${text}\n${leftOut(left)}`.trim(), whole: false };
}

function newest(lines: readonly string[], room: number): Body {
  const { text, left } = fitLines([...lines].reverse(), room - leftOut(lines.length).length - 1);
  const shown = text === '' ? [] : text.split('\n').reverse();
  return {
    text: [...(left === 0 ? [] : [leftOut(left, 'earlier')]), ...shown].join('\n'),
    whole: left === 0,
  };
}

function leftOut(lines: number, which = 'more'): string {
  return `-# … ${count(lines, `${which} line`)} in report.txt`;
}

const cell = (text: string): string => clip(plain(text).replaceAll('`', "'"), longestCell);

function widthsOf({ columns: headings, rows }: TableExhibit): readonly number[] {
  return headings.map((heading, index) =>
    Math.max(cell(heading).length, ...rows.map((row) => cell(row[index] ?? '').length)),
  );
}

function isNarrow(table: TableExhibit): boolean {
  const total = widthsOf(table).reduce((sum, width) => sum + width + 2, -2);
  return table.rows.length > 0 && total <= phoneColumns;
}

/** Rows in a code block, headings first; figures stand at the right of their column. */
export function tableLines(table: TableExhibit): readonly string[] {
  const widths = widthsOf(table);
  const figures = table.columns.map((_, index) =>
    table.rows.every((row) => /^[-+–$]?[\d.,]+(\s?\S{1,3})?$|^–?$/.test(cell(row[index] ?? ''))),
  );
  const isHeaded = table.columns.some((heading) => cell(heading) !== '');
  return [...(isHeaded ? [table.columns] : []), ...table.rows].map((row) =>
    widths
      .map((width, index) => {
        const text = cell(row[index] ?? '');
        return figures[index] === true ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

function columns(table: TableExhibit, room: number): Body {
  const fence = '```';
  const { text, whole } = fitted(tableLines(table), room - 2 * (fence.length + 1));
  if (!whole && !text.includes('\n')) return { text, whole };
  const [inside, outside] = whole
    ? [text, '']
    : [text.slice(0, text.lastIndexOf('\n')), text.slice(text.lastIndexOf('\n'))];
  return { text: `${fence}\n${inside}\n${fence}${outside}`, whole };
}

function wideRows({ columns: headings, rows }: TableExhibit): readonly string[] {
  return rows.map((row) => {
    const [first = '', ...others] = row;
    const rest = others.flatMap((text, index) => {
      const shown = escape(clip(text, longestCell));
      if (shown === '' || shown === '–') return [];
      const heading = escape(headings[index + 1] ?? '');
      return [heading === '' ? shown : `${heading} ${shown}`];
    });
    return `**${escape(clip(first, longestCell)) || '–'}** ${rest.join(' · ')}`.trimEnd();
  });
}

function entryLine({ exchangeAt, receivedAt, source, text }: TimelineEntry): string {
  const said = clipWords(escape(text), 220);
  if (exchangeAt === undefined) {
    return `\`${exchangeInstant(receivedAt)}\` ${escape(source)}: ${said} · time of receipt`;
  }
  const lag = receivedAt - exchangeAt;
  const received = lag < 0 ? `${span(-lag)} before it` : `${span(lag)} later`;
  return `\`${exchangeInstant(exchangeAt)}\` ${escape(source)}: ${said} · received ${received}`;
}

function stepLine({ name, status, said, tookMs }: Step): string {
  const took = tookMs === undefined ? '' : ` · ${span(tookMs)}`;
  return `${stepIcons[status]} **${escape(name)}**${took}\n${clipWords(escape(said), 300)}`;
}
