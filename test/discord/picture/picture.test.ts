// Pictures: an axis of exchange time, shapes that stay inside the frame, and a PNG whatever text stands in it.
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { pino } from 'pino';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawHours } from '../../../src/discord/picture/incident-hours.ts';
import { drawPng, withPictures } from '../../../src/discord/picture/png.ts';
import { fitted, picture, text, width, widthOf } from '../../../src/discord/picture/svg.ts';
import { timeAxis } from '../../../src/discord/picture/time-axis.ts';
import { presentAnswer } from '../../../src/discord/presenter/answer.ts';
import { message } from '../../../src/discord/presenter/message.ts';
import { postmortemOf } from '../../../src/domain/postmortem.ts';
import { night, pastAnswer, pastIncident, timeline } from '../../fixtures/past-incident.ts';
import { silent } from '../desk.ts';
import { anyText } from '../presenter/reports.ts';

const hour = 3_600_000;
const { resolve } = createRequire(import.meta.url);
const size = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset);
  return { signature: view.getUint32(0), width: view.getUint32(16), height: view.getUint32(20) };
};
const labels = (fromAt: number, toAt: number) =>
  timeAxis(fromAt, toAt, 0, 100).ticks.map(({ label }) => label);

test('the axis writes round exchange times, finer the shorter it is', () => {
  expect(labels(night, night + 20_000)).toEqual(['02:14:05', '02:14:10', '02:14:15', '02:14:20', '02:14:25']);
  expect(labels(night, night + 18 * 60_000)).toEqual(['02:15', '02:20', '02:25', '02:30']);
  expect(labels(night, night + 24 * hour)).toEqual(['06:00', '12:00', '18:00', '00:00']);
  expect(labels(night, night + 4 * 24 * hour)).toEqual(['26 Nov', '27 Nov', '28 Nov', '29 Nov']);
});

test('over a clock change the times are those on the exchange’s wall', () => {
  // Sun 1 Nov 2026: 02:00 CDT is 01:00 CST; Sun 8 Mar 2026: 02:00 CST is 03:00 CDT.
  expect(labels(Date.UTC(2026, 10, 1, 5), Date.UTC(2026, 10, 2, 5))).toEqual([
    '00:00',
    '06:00',
    '12:00',
    '18:00',
  ]);
  expect(labels(Date.UTC(2026, 2, 8, 6), Date.UTC(2026, 2, 9, 4))).toEqual([
    '00:00',
    '06:00',
    '12:00',
    '18:00',
  ]);
});

test('any span has between none and a handful of ticks, inside it and in order', () => {
  fc.assert(
    fc.property(fc.nat(4e12), fc.oneof(fc.nat(48 * hour), fc.nat(60 * 366 * 24 * hour)), (from, spanMs) => {
      const axis = timeAxis(from, from + spanMs, 24, 696);
      expect(axis.ticks.length).toBeLessThanOrEqual(7);
      const xs = axis.ticks.map(({ at }) => axis.x(at));
      expect([...xs].sort((a, b) => a - b)).toEqual(xs);
      for (const x of xs) expect(x >= 24 && x <= 696).toBe(true);
      expect(axis.x(from - hour)).toBe(24);
    }),
    { numRuns: 100 },
  );
});

test('text that is said to fit is drawn no wider, whatever letters it has', () => {
  const drawnWidth = (words: string): number => {
    const options = {
      font: {
        loadSystemFonts: false,
        fontFiles: [resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')],
        defaultFontFamily: 'DejaVu Sans',
      },
    };
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="90" font-family="DejaVu Sans">${text(0, 40, words, { size: 20, onShape: true })}</svg>`;
    return new Resvg(svg, options).innerBBox()?.width ?? 0;
  };
  for (const words of [
    'The market hub of main is closed',
    'WWWWWWWWMMMMM',
    'iiiilllll....',
    'Ännchen müßte würgen',
    '0123456789',
    'Московская биржа',
    '@@@@%%%',
  ]) {
    expect(drawnWidth(words), words).toBeLessThanOrEqual(widthOf(words, 20));
  }
  expect(fitted('a long line of words', 60, 20)).toMatch(/…$/);
  expect(fitted('short', 300, 20)).toBe('short');
});

test('a picture is a PNG far finer than it is drawn', async () => {
  const png = await drawPng(picture(100, [text(10, 50, 'hello')]));
  expect(size(png)).toEqual({ signature: 0x89504e47, width: width * 2.5, height: 250 });
});

test('no text can break a picture or leave its place as text', async () => {
  const hostile = [
    '</text><image href="file:///etc/passwd"/>',
    ']]>&amp;&#0;',
    '\u0000\u0001\ufffe\uffff',
    '\ud800',
    '"onload="x',
  ];
  const story = postmortemOf(
    pastAnswer({
      known: pastIncident({ id: hostile[0] ?? '' }),
      timeline: timeline.map((entry, index) => ({ ...entry, text: hostile[index % hostile.length] ?? '' })),
    }),
    night + hour,
  );
  const svg = drawHours(story, 'x.md');
  expect(new Set(svg.match(/<[a-z]+/g))).toEqual(
    new Set(['<svg', '<rect', '<text', '<line', '<circle', '<path']),
  );
  expect(size(await drawPng(svg)).signature).toBe(0x89504e47);
  fc.assert(
    fc.property(anyText, (words) => {
      const parsed = new Resvg(picture(60, [text(0, 30, words)]), { font: { loadSystemFonts: false } });
      expect(parsed.height).toBe(60);
    }),
    { numRuns: 150 },
  );
});

test('a storm of alerts and deeds stays a picture of bounded height that says how much is left out', () => {
  const [one] = pastIncident().incident.alerts;
  if (one === undefined) throw new Error('no alert');
  const known = pastIncident({ alerts: Array.from({ length: 60 }, () => one) });
  const svg = drawHours(postmortemOf(pastAnswer({ known }), night + hour), 'postmortem-12.md');
  expect(svg).toContain('…and 56 more alerts in postmortem-12.md');
  expect(Number(/height="([\d.]+)"/.exec(svg)?.[1])).toBeLessThan(600);
});

test('the first embed shows the picture, which is a file with its description', async () => {
  const drawn = await withPictures(presentAnswer(pastAnswer()), silent);
  expect(drawn.embeds[0]?.image).toMatchObject({
    url: 'attachment://postmortem-12.png',
    description: expect.stringMatching(/^Timeline of incident 12/) as string,
  });
  expect(drawn.files.map(({ name }) => name)).toEqual([
    'postmortem-12.png',
    'postmortem-12.md',
    'postmortem-12.json',
  ]);
  expect(drawn.files[0]?.description).toMatch(/^Timeline of incident 12/);
  expect(drawn.pictures).toEqual([]);
});

test('what cannot be drawn is left out and logged, and the message goes out all the same', async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => lines.push(line) });
  const broken = message({
    embeds: [{ title: 'kept' }],
    pictures: [{ name: 'x.png', description: 'x', svg: '<svg' }],
  });
  expect(await withPictures(broken, log)).toMatchObject({
    embeds: [{ title: 'kept' }],
    files: [],
    pictures: [],
  });
  expect(lines.join()).toMatch(/not drawn.*/);
  const missing = () => Promise.reject(new Error('Cannot find module @resvg/resvg-js-linux'));
  const sent = await withPictures(presentAnswer(pastAnswer()), silent, missing);
  expect(sent.embeds[0]?.image).toBeUndefined();
  expect(sent.files).toHaveLength(2);
});
