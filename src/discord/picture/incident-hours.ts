// The hours around an incident as a picture: how it stood, which alerts fired, who was called and what people did.
import type { Deed, PastAlert, Postmortem } from '../../domain/postmortem.ts';
import type { Standing } from '../../domain/timeline.ts';
import {
  bar,
  diamond,
  dot,
  fitted,
  ink,
  line,
  margin,
  picture,
  text,
  width,
  widthOf,
  type Ink,
} from './svg.ts';
import { limits } from '../presenter/message.ts';
import { clip, count, exchangeDate, exchangeDay, exchangeTime, plain, span } from '../presenter/text.ts';
import { timeAxis, type TimeAxis } from './time-axis.ts';

const mostAlerts = 4;
/** Numbered in the order in which the card beside it tells them. */
const numbered = 20;
const small = 19;
const right = width - margin;
const room = right - margin;

const standings: Readonly<Record<Standing, { readonly fill: Ink; readonly words: string }>> = {
  triggered: { fill: ink.critical, words: 'nobody has it' },
  acknowledged: { fill: ink.acknowledged, words: 'taken' },
  suppressed: { fill: ink.unknown, words: 'held back' },
  resolved: { fill: ink.good, words: 'over' },
};

/** Parts from top to bottom. */
class Sheet {
  readonly parts: string[] = [];
  y = margin;

  /** A line of text of its own. */
  say(words: string, style: { size?: number; fill?: Ink; bold?: boolean } = {}): void {
    const size = style.size ?? small;
    this.y += size;
    this.parts.push(text(margin, this.y, fitted(words, room, size, style.bold), { ...style, size }));
    this.y += size * 0.35;
  }
}

/** @param file where what does not fit in here is written out */
export function drawHours(story: Postmortem, file: string): string {
  const { fromAt, toAt } = around(story);
  const axis = timeAxis(fromAt, toAt, margin, right);
  const sheet = new Sheet();
  sheet.say(`#${story.incident} ${story.title}`, { size: 25, bold: true });
  sheet.say(`${daysWords(fromAt, toAt)}, exchange time`, { fill: ink.muted });
  sheet.y += 6;
  const top = sheet.y;
  const body = new Sheet();
  body.y = top;
  drawStandings(body, story, axis);
  drawAlerts(body, story.alerts, axis, file);
  drawCalls(body, story, axis);
  drawDeeds(body, story.deeds, axis);
  const bottom = body.y + 6;
  const grid = axis.ticks.map(({ at }) => line(axis.x(at), top, axis.x(at), bottom, ink.grid, true));
  sheet.parts.push(...grid, ...body.parts, line(margin, bottom, right, bottom, ink.muted));
  for (const { at, label } of axis.ticks) {
    const x = Math.min(Math.max(axis.x(at), margin + 30), right - 30);
    sheet.parts.push(text(x, bottom + 24, label, { size: small, fill: ink.muted, anchor: 'middle' }));
  }
  return picture(bottom + 28 + margin, sheet.parts);
}

/** `Wed 25 Nov 02:11 to 02:29 CT`. */
function daysWords(fromAt: number, toAt: number): string {
  const [from, to] = [exchangeDay(fromAt), exchangeDay(toAt)].map((one) => one.replace(/ CT$/, ''));
  const isOneDay = exchangeDate(fromAt) === exchangeDate(toAt);
  return `${from ?? ''} to ${isOneDay ? exchangeTime(toAt).slice(0, 5) : (to ?? '')} CT`;
}

/** What the picture shows, for whoever cannot see it. */
export function hoursInWords(story: Postmortem): string {
  const stood = story.stretches.map(
    ({ standing, fromAt }) => `${standings[standing].words} from ${exchangeTime(fromAt)}`,
  );
  const shown = stood.slice(0, 12);
  const left = stood.length - shown.length;
  const words = [
    `Timeline of incident ${clip(plain(story.incident), 20)}: ${shown.join(', ')}${left === 0 ? '' : ` and ${left} more changes`}.`,
    `${count(story.alerts.length, 'alert')} fired; people did ${count(story.deeds.length, 'thing')}.`,
    'The same is written in the files beside it.',
  ].join(' ');
  return clip(words, limits.fileDescription);
}

/** The whole of it with a quarter more on either side, at least a minute and at most an hour. */
function around({ began, writtenAt, stretches, timeline, alerts }: Postmortem): {
  fromAt: number;
  toAt: number;
} {
  const ends = [
    ...stretches.map(({ standing, fromAt, toAt }) =>
      standing === 'resolved' ? fromAt : (toAt ?? writtenAt),
    ),
    ...timeline.map(({ at }) => at),
    ...alerts.map(({ wellAt, sinceAt }) => wellAt ?? sinceAt),
  ];
  const end = Math.max(began, ...ends);
  const pad = Math.min(Math.max((end - began) / 4, 60_000), 3_600_000);
  return { fromAt: began - pad, toAt: end + pad };
}

function drawStandings(sheet: Sheet, { stretches }: Postmortem, axis: TimeAxis): void {
  for (const { standing, fromAt, toAt } of stretches) {
    const { fill, words } = standings[standing];
    const from = axis.x(fromAt);
    const wide = axis.x(toAt ?? axis.toAt) - from;
    sheet.parts.push(bar(from, sheet.y, wide, 30, fill, 2));
    const label = `${words}${toAt === undefined ? '' : ` ${span(toAt - fromAt)}`}`;
    const shown = [label, words].find((one) => fitted(one, wide - 12, 18, true) === one);
    if (shown !== undefined)
      sheet.parts.push(
        text(from + 6, sheet.y + 21, shown, { size: 18, bold: true, onShape: true, fill: ink.ground }),
      );
  }
  sheet.y += 30;
  const used = new Set(stretches.map(({ standing }) => standing));
  let x = margin;
  sheet.y += 24;
  for (const standing of used) {
    const { fill, words } = standings[standing];
    sheet.parts.push(
      dot(x + 8, sheet.y - 6, 8, fill),
      text(x + 24, sheet.y, words, { size: 18, fill: ink.muted }),
    );
    x += 42 + widthOf(words, 18);
  }
  sheet.y += 14;
}

function drawAlerts(sheet: Sheet, alerts: readonly PastAlert[], axis: TimeAxis, file: string): void {
  for (const { title, severity, sinceAt, wellAt } of alerts.slice(0, mostAlerts)) {
    const from = axis.x(sinceAt);
    const lasted = wellAt === undefined ? 'not seen well again' : span(wellAt - sinceAt);
    sheet.say(`${fitted(title, room - 210, small)} · ${lasted}`);
    sheet.parts.push(bar(from, sheet.y, axis.x(wellAt ?? axis.toAt) - from, 14, ink[severity]));
    sheet.y += 18;
  }
  const left = alerts.length - mostAlerts;
  if (left > 0) sheet.say(`…and ${count(left, 'more alert')} in ${file}`, { fill: ink.muted });
}

function drawCalls(sheet: Sheet, { instants, timeline }: Postmortem, axis: TimeAxis): void {
  const page = instants.find(({ name }) => name === 'accepted')?.at;
  const again = timeline.filter(({ kind }) => kind === 'called' || kind === 'escalated').map(({ at }) => at);
  const calls = page === undefined ? again : [page, ...again];
  if (calls.length === 0) return;
  const words = page === undefined ? 'Called again' : `Page at ${exchangeTime(page)}`;
  sheet.say(again.length === 0 || page === undefined ? words : `${words}, called again ${again.length}×`, {
    fill: ink.muted,
  });
  for (const at of calls) sheet.parts.push(diamond(axis.x(at), sheet.y + 9, 9, ink.medium));
  sheet.y += 20;
}

const dotRadius = 13;
const dotRow = dotRadius * 2 + 4;
const numeral = { size: 16, bold: true, onShape: true, fill: ink.ground, anchor: 'middle' } as const;

/** Numbered marks; those close together stand below each other, in at most three rows. */
function drawDeeds(sheet: Sheet, deeds: readonly Deed[], axis: TimeAxis): void {
  if (deeds.length === 0) {
    sheet.say('Nobody did anything in it.', { fill: ink.muted });
    return;
  }
  sheet.say('What people did, numbered as in the message', { fill: ink.muted });
  const rows = [-Infinity, -Infinity, -Infinity];
  let lowest = 0;
  deeds.slice(0, numbered).forEach(({ at }, index) => {
    const x = axis.x(at);
    const free = rows.findIndex((last) => x - last >= dotRadius * 2 + 2);
    const row = free === -1 ? index % rows.length : free;
    rows[row] = x;
    lowest = Math.max(lowest, row);
    const y = sheet.y + dotRadius + row * dotRow;
    sheet.parts.push(dot(x, y, dotRadius, ink.low), text(x, y + 6, String(index + 1), numeral));
  });
  for (const { at } of deeds.slice(numbered))
    sheet.parts.push(dot(axis.x(at), sheet.y + dotRadius, 5, ink.low));
  sheet.y += dotRadius * 2 + lowest * dotRow + 4;
}
