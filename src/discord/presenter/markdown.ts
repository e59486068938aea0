// Markdown for a file that is read elsewhere: outside text stays text, one line and one cell, and a file has an end.
import { count, plain } from './text.ts';

/**
 * Outside text as every Markdown reader shows it letter by letter (CommonMark lets a backslash stand before any ASCII punctuation), and
 * still to be read where nothing renders it. One line always, so that it can neither begin a heading nor end a table.
 */
export function markdown(text: string): string {
  return plain(text)
    .replace(/[\\`*_[\]<>|~@$]/g, '\\$&')
    .replace(/&(?=[#a-z])/gi, '\\&')
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}\\.`)
    .replace(/^[-+#:=]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)];
}

/** The lines as a text of at most `mostBytes`; where it ends early, its last line says so. */
export function fittedFile(lines: readonly string[], mostBytes: number): string {
  const reserve = 200;
  let size = 0;
  for (const [index, line] of lines.entries()) {
    size += Buffer.byteLength(line) + 1;
    if (size <= mostBytes - reserve) continue;
    const left = lines.length - index;
    return `${lines.slice(0, index).join('\n')}\n\nCut here, the file would be too large: ${count(left, 'line is', 'lines are')} left out.\n`;
  }
  return `${lines.join('\n')}\n`;
}
