// Times to page and to acknowledge as a picture: one line per severity from the fastest to the slowest, its percentiles and its goal.
import { percentile, type Slo, type SloRow, type Spread } from '../../domain/slo.ts';
import { span } from '../presenter/text.ts';
import { bar, diamond, dot, fitted, ink, line, margin, picture, text, width } from './svg.ts';

const right = width - margin;
const left = margin + 8;
const rowHeight = 104;
/** Spans people think in; what lies between is placed by its logarithm, for a page takes seconds and a person minutes. */
const marks = [100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 86_400_000, 864_000_000];

interface Measure {
  readonly words: string;
  readonly spread: Spread;
  readonly goalMs: number;
  readonly severity: SloRow['severity'];
}

function measures({ rows }: Slo): readonly Measure[] {
  return rows.flatMap(({ severity, paged, taken, goal }) => [
    { words: `${severity}: paged`, spread: paged, goalMs: goal.pagedMs, severity },
    { words: `${severity}: acknowledged`, spread: taken, goalMs: goal.takenMs, severity },
  ]);
}

export function drawSpreads(slo: Slo, title: string): string {
  const all = measures(slo);
  const values = all.flatMap(({ spread, goalMs }) => [...spread.took, goalMs]);
  const x = scale(Math.max(1, Math.min(...values)), Math.max(...values));
  const top = margin + 84;
  const bottom = top + all.length * rowHeight;
  const parts = [
    text(margin, margin + 26, fitted(title, right - margin, 28, true), { size: 28, bold: true }),
    ...legend(margin + 62),
    ...marks.flatMap((ms) => {
      const at = x(ms);
      if (at === undefined) return [];
      const words = text(Math.min(Math.max(at, left + 20), right - 30), bottom + 26, span(ms), {
        size: 20,
        fill: ink.muted,
        anchor: 'middle',
      });
      return [line(at, top, at, bottom, ink.grid, true), words];
    }),
    ...all.flatMap((measure, index) => drawMeasure(measure, top + index * rowHeight, x)),
  ];
  return picture(bottom + 36 + margin, parts);
}

/** Where a span lies; undefined = outside of what is drawn. */
function scale(least: number, most: number): (ms: number) => number | undefined {
  const [from, to] = [Math.log(least / 1.5), Math.log(most * 1.5)];
  return (ms) => {
    const share = (Math.log(Math.max(ms, 1)) - from) / (to - from);
    return share < 0 || share > 1 ? undefined : left + share * (right - left);
  };
}

function legend(y: number): readonly string[] {
  const style = { size: 20, fill: ink.muted } as const;
  return [
    dot(margin + 8, y - 7, 9, ink.text),
    text(margin + 24, y, 'p50', style),
    diamond(margin + 108, y - 7, 10, ink.text),
    text(margin + 126, y, 'p95', style),
    bar(margin + 206, y - 17, 5, 20, ink.text, 0),
    text(margin + 220, y, 'p99', style),
    line(margin + 300, y - 20, margin + 300, y + 4, ink.good),
    text(margin + 312, y, 'our goal', style),
  ];
}

function drawMeasure(
  { words, spread, goalMs, severity }: Measure,
  top: number,
  x: (ms: number) => number | undefined,
): readonly string[] {
  const { took, met, judged } = spread;
  const y = top + 66;
  const goal = x(goalMs) ?? right;
  const kept = judged === 0 ? 'none to judge' : `${met} of ${judged} within ${span(goalMs)}`;
  const head = [
    text(margin, top + 28, words, { size: 22, bold: true }),
    text(right, top + 28, kept, { size: 20, anchor: 'end', fill: met < judged ? ink.medium : ink.muted }),
    line(goal, top + 40, goal, y + 22, ink.good),
  ];
  const [fastest] = took;
  const slowest = took.at(-1);
  if (fastest === undefined || slowest === undefined) return head;
  const at = (share: number): number => x(percentile(took, share)) ?? right;
  const [from, to] = [x(fastest) ?? left, x(slowest) ?? right];
  return [
    ...head,
    bar(from, y - 4, to - from, 8, ink[severity]),
    bar(at(0.99) - 2.5, y - 14, 5, 28, ink.text, 0),
    diamond(at(0.95), y, 11, ink.text),
    dot(at(0.5), y, 9, ink.text),
  ];
}

/** What the picture shows, for whoever cannot see it. */
export function spreadsInWords(slo: Slo): string {
  const rows = measures(slo).map(({ words, spread: { took, met, judged }, goalMs }) => {
    const half = took.length === 0 ? 'none happened' : `half within ${span(percentile(took, 0.5))}`;
    return `${words} ${half}, ${met} of ${judged} within the goal of ${span(goalMs)}`;
  });
  return `Times to page and to acknowledge: ${rows.join('; ')}. The same numbers are in the message.`;
}
