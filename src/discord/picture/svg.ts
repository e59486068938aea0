// The few shapes our pictures are made of, as SVG text; on a ground of their own, so that both of Discord's themes show them alike.
import { plain } from '../presenter/text.ts';

/** A phone shows an embed's picture about 300 points wide: what is drawn 20 high here is then still 11 high. */
export const width = 560;
export const margin = 20;
export const fontFamily = 'DejaVu Sans';

export const ink = {
  ground: '#1e1f22',
  raised: '#2b2d31',
  grid: '#4a4d55',
  text: '#f2f3f5',
  muted: '#c4c9ce',
  critical: '#e5534b',
  high: '#f2711c',
  medium: '#e0a800',
  low: '#5b9bf8',
  acknowledged: '#9b7bf5',
  good: '#3ba868',
  unknown: '#8a8f98',
} as const;
export type Ink = (typeof ink)[keyof typeof ink];

export interface TextStyle {
  readonly size?: number;
  readonly fill?: Ink;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** On a shape of its own; anything else is kept free of the lines behind it. */
  readonly onShape?: boolean;
}

/** XML knows fewer characters than Unicode; one of the others would spoil the whole picture. */
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu;

function quoted(text: string): string {
  return plain(text)
    .replace(notXml, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

/** DejaVu Sans in ems, rounded up: what is not known is taken for wide. */
function advance(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code > 0x2e80) return 1.05;
  if (/[mMW@%—…]/u.test(character)) return 1;
  if (/[ijl|.,:;'!()[\]\s]/u.test(character)) return 0.4;
  if (/[a-z0-9]/.test(character)) return character === 'w' ? 0.83 : 0.64;
  return /[A-Z]/.test(character) ? 0.79 : 0.85;
}

export function widthOf(text: string, size: number, bold = false): number {
  return Array.from(text).reduce((sum, one) => sum + advance(one), 0) * size * (bold ? 1.1 : 1);
}

/** Outside text on one line that fits; an ellipsis where it was cut. */
export function fitted(text: string, room: number, size: number, bold = false): string {
  const line = plain(text);
  if (widthOf(line, size, bold) <= room) return line;
  let used = widthOf('…', size, bold);
  let kept = '';
  for (const one of line) {
    used += widthOf(one, size, bold);
    if (used > room) break;
    kept += one;
  }
  return `${kept.trimEnd()}…`;
}

const n = (value: number): string => String(Math.round(value * 10) / 10);

export function text(x: number, y: number, words: string, style: TextStyle = {}): string {
  const { size = 22, fill = ink.text, bold = false, anchor = 'start', onShape = false } = style;
  const halo = onShape ? '' : ` stroke="${ink.ground}" stroke-width="6" paint-order="stroke"`;
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${n(x)}" y="${n(y)}" font-size="${n(size)}" fill="${fill}" text-anchor="${anchor}"${weight}${halo}>${quoted(words)}</text>`;
}

export function bar(x: number, y: number, w: number, h: number, fill: Ink, radius = 4): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(Math.max(w, 3))}" height="${n(h)}" rx="${radius}" fill="${fill}"/>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: Ink, dashed = false): string {
  const dash = dashed ? ' stroke-dasharray="6 6"' : '';
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${stroke}" stroke-width="2"${dash}/>`;
}

export function dot(x: number, y: number, r: number, fill: Ink): string {
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}"/>`;
}

/** A diamond, so that it differs from a dot by more than its colour. */
export function diamond(x: number, y: number, r: number, fill: Ink): string {
  return `<path d="M${n(x)} ${n(y - r)}L${n(x + r)} ${n(y)}L${n(x)} ${n(y + r)}L${n(x - r)} ${n(y)}Z" fill="${fill}"/>`;
}

/** The whole document. */
export function picture(height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${n(height)}" viewBox="0 0 ${width} ${n(height)}" font-family="${fontFamily}">`,
    `<rect width="${width}" height="${n(height)}" rx="12" fill="${ink.ground}"/>`,
    ...parts,
    '</svg>',
  ].join('\n');
}
