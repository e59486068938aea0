// The confusion matrix as a picture: true causes down, first findings across, a cell as dark as its share of the row; pure, hand-written SVG.
import type { Row } from './tally.ts';

const cell = 18;
const left = 250;
const top = 170;
const right = 20;
const bottom = 20;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** @param isRight whether a label is a right name for a fault */
export function pictureOf(rows: readonly Row[], isRight: (fault: string, label: string) => boolean): string {
  const labels = [...new Set(rows.flatMap(({ firsts }) => firsts.map(([label]) => label)))];
  const width = left + labels.length * cell + right;
  const height = top + rows.length * cell + bottom;
  const heads = labels.map((label, column) => {
    const x = left + column * cell + cell / 2 + 4;
    return `<text transform="translate(${x} ${top - 6}) rotate(-60)">${escaped(label)}</text>`;
  });
  const lines = rows.flatMap((row, index) => {
    const y = top + index * cell;
    const name = `<text x="${left - 8}" y="${y + 13}" text-anchor="end">${escaped(row.fault)}</text>`;
    const cells = labels.map((label, column) => {
      const runs = row.firsts.find(([one]) => one === label)?.[1] ?? 0;
      const x = left + column * cell;
      if (runs === 0)
        return `<rect x="${x}" y="${y}" width="${cell - 1}" height="${cell - 1}" fill="#f2f2ee"/>`;
      const colour = isRight(row.fault, label) ? '#1a7f4b' : '#c0392b';
      const share = runs / row.runs;
      return `<rect x="${x}" y="${y}" width="${cell - 1}" height="${cell - 1}" fill="${colour}" fill-opacity="${(0.25 + 0.75 * share).toFixed(2)}"><title>${escaped(`${row.fault}: ${label}, ${runs} of ${row.runs}`)}</title></rect>`;
    });
    return [name, ...cells];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" fill="#222">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    '<text x="12" y="24" font-size="15">What was said against what was so</text>',
    '<text x="12" y="42">down: the true cause; across: the first finding</text>',
    '<rect x="12" y="54" width="12" height="12" fill="#1a7f4b"/><text x="30" y="64">a right name for it</text>',
    '<rect x="12" y="72" width="12" height="12" fill="#c0392b"/><text x="30" y="82">a wrong one, or nothing</text>',
    ...heads,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}
