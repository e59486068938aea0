// A few curves side by side as one picture; pure, hand-written SVG.
export interface Curve {
  readonly title: string;
  readonly lines: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
}

const width = 250;
const height = 150;
const gap = 70;
const top = 70;
const colours = ['#1f5fa8', '#c0392b', '#1a7f4b', '#8a6d1d'];

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const short = (value: number): string =>
  value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1);

/** Both axes begin at zero, so that what grows in proportion is a straight line through the corner. */
function panel({ title, lines }: Curve, index: number): readonly string[] {
  const left = gap + index * (width + gap);
  const all = lines.flatMap(({ points }) => points);
  const mostX = Math.max(1, ...all.map(([x]) => x));
  const mostY = Math.max(1e-9, ...all.map(([, y]) => y));
  const at = ([x, y]: readonly [number, number]): string =>
    `${(left + (x / mostX) * width).toFixed(1)},${(top + height - (y / mostY) * height).toFixed(1)}`;
  return [
    `<text x="${left}" y="${top - 14}" font-size="12">${escaped(title)}</text>`,
    `<path d="M${left} ${top}V${top + height}H${left + width}" fill="none" stroke="#888"/>`,
    `<text x="${left - 6}" y="${top + 8}" text-anchor="end">${short(mostY)}</text>`,
    `<text x="${left - 6}" y="${top + height}" text-anchor="end">0</text>`,
    `<text x="${left + width}" y="${top + height + 16}" text-anchor="end">${short(mostX)}</text>`,
    ...lines.flatMap(({ name, points }, line) => {
      const colour = colours[line % colours.length] ?? '#222';
      return [
        `<polyline points="${points.map(at).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...points.map((point) => {
          const [cx, cy] = at(point).split(',');
          return `<circle cx="${cx ?? ''}" cy="${cy ?? ''}" r="3" fill="${colour}"><title>${escaped(name)}: ${short(point[1])} at ${short(point[0])}</title></circle>`;
        }),
        `<text x="${left + 8 + line * 70}" y="${top + height + 34}" fill="${colour}">${escaped(name)}</text>`,
      ];
    }),
  ];
}

export function curvesOf(title: string, curves: readonly Curve[]): string {
  const wide = gap + curves.length * (width + gap);
  const high = top + height + 50;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" fill="#222">`,
    `<rect width="${wide}" height="${high}" fill="#ffffff"/>`,
    `<text x="12" y="24" font-size="15">${escaped(title)}</text>`,
    ...curves.flatMap(panel),
    '</svg>',
    '',
  ].join('\n');
}
