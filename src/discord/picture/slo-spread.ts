// Times to page and to acknowledge as a picture: one line per severity from the fastest to the slowest, its percentiles and its goal.
import { percentile, type Slo, type SloRow, type Spread } from '../../domain/slo.ts';
import { span } from '../presenter/text.ts';
import { bar, diamond, dot, fitted, ink, line, margin, picture, text, width } from './svg.ts';

const right = width - margin;
const left = margin + 8;
const rowHeight = 76;
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
  const [from, to] = [Math.max(100, Math.min(...values)) / 1.5, Math.max(...values) * 1.5];
  const x = scale(from, to);
  const top = margin + 72;
  const bottom = top + all.length * rowHeight;
  const parts = [
    text(margin, margin + 22, fitted(title, right - margin, 25, true), { size: 25, bold: true }),
    ...legend(margin + 56),
    ...shownMarks(from, to, x).flatMap((ms) => [
      line(x(ms), top, x(ms), bottom, ink.grid, true),
      text(Math.min(Math.max(x(ms), left + 24), right - 30), bottom + 26, span(ms), {
        size: 20,
        fill: ink.muted,
        anchor: 'middle',
      }),
    ]),
    ...all.flatMap((measure, index) => drawMeasure(measure, top + index * rowHeight, x)),
  ];
  return picture(bottom + 36 + margin, parts);
}

/** Where a span lies on a logarithmic scale; what is outside lies at its edge. */
function scale(least: number, most: number): (ms: number) => number {
  const [from, to] = [Math.log(least), Math.log(most)];
  return (ms) => {
    const share = (Math.log(Math.max(ms, 1)) - from) / (to - from);
    return left + Math.min(1, Math.max(0, share)) * (right - left);
  };
}

/** Those inside the range whose words stand apart. */
function shownMarks(from: number, to: number, x: (ms: number) => number): readonly number[] {
  const shown: number[] = [];
  for (const ms of marks) {
    const last = shown.at(-1);
    if (ms < from || ms > to || (last !== undefined && x(ms) - x(last) < 76)) continue;
    shown.push(ms);
  }
  return shown;
}

function legend(y: number): readonly string[] {
  const style = { size: 20, fill: ink.muted } as const;
  return [
    dot(margin + 8, y - 7, 9, ink.text),
    text(margin + 24, y, 'p50', style),
    diamond(margin + 92, y - 7, 10, ink.text),
    text(margin + 110, y, 'p95', style),
    bar(margin + 182, y - 17, 5, 20, ink.text, 0),
    text(margin + 194, y, 'p99', style),
    line(margin + 268, y - 20, margin + 268, y + 4, ink.good),
    text(margin + 280, y, 'our goal', style),
  ];
}

function drawMeasure(
  { words, spread, goalMs, severity }: Measure,
  top: number,
  x: (ms: number) => number,
): readonly string[] {
  const { took, met, judged } = spread;
  const y = top + 52;
  const goal = x(goalMs);
  const kept = judged === 0 ? 'none to judge' : `${met} of ${judged} in ${span(goalMs)}`;
  const head = [
    text(margin, top + 24, words, { size: 20, bold: true }),
    text(right, top + 24, kept, { size: 20, anchor: 'end', fill: met < judged ? ink.medium : ink.muted }),
    line(goal, top + 34, goal, y + 18, ink.good),
  ];
  const [fastest] = took;
  const slowest = took.at(-1);
  if (fastest === undefined || slowest === undefined) return head;
  const at = (share: number): number => x(percentile(took, share));
  const [from, to] = [x(fastest), x(slowest)];
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
