// Text for Discord: made harmless, cut to length, and instants and spans in words.
import { scrub } from '../../log.ts';

/** Line breaks, controls, invisible and direction-changing characters: everything that could forge a layout. */
const invisible =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb]|\p{Cs}|[\u{e0000}-\u{e0fff}]/gu;

/** Words of visible ASCII with one space between: nothing in them can be invisible. */
const orderly = /^[!-~]+(?: [!-~]+)*$/;

/** One line of plain text without secrets and without anything invisible; still markdown to Discord. */
export function plain(text: string): string {
  const safe = scrub(text);
  return orderly.test(safe) ? safe : safe.replace(invisible, '').replace(/\s+/gu, ' ').trim();
}

/**
 * Outside text (server words, evidence, names) as Discord shows it letter by letter: no markdown, no mention, no link.
 * Source of the rule: a backslash before any punctuation shows that character as it is.
 */
export function escape(text: string): string {
  return plain(text)
    .replace(/[\\*_~`|<>[\]@]/g, '\\$&')
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/\b(?:discord\.gg|discord(?:app)?\.com\/invite)\b/gi, (invite) => invite.replace('.', '\\.'))
    .replace(/^(#{1,3}|-#|-|\+)(?=\s|$)/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** The same for more than one line: each is plain, and no more than one empty line stands between two. */
export function plainLines(text: string): string {
  return text
    .split(/\r\n?|[\n\u2028\u2029]/)
    .map(plain)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** A person, a role or a channel as Discord shows it by name. */
const mention = /(<(?:@[!&]?|#)\d{15,20}>)/;

/** What a person wrote: escaped, but whom it names stays a mention. It calls nobody, for no message of ours lets it. */
export function escapeNote(text: string): string {
  return plain(text)
    .split(mention)
    .map((part, index) => (index % 2 === 1 ? part : spaced(part, escape(part))))
    .join('');
}

/** `escape` takes the spaces around a text, which here stand beside a mention. */
function spaced(from: string, escaped: string): string {
  if (escaped === '') return from;
  return `${from.startsWith(' ') ? ' ' : ''}${escaped}${from.endsWith(' ') ? ' ' : ''}`;
}

/** What a person wrote with its lines, as a quote where there is more than one: no line of theirs looks like one of ours. */
export function quotedNote(text: string, limit: number): string {
  const lines = plainLines(text).split('\n').map(escapeNote);
  if (lines.length === 1) return ` ${clipWords(lines[0] ?? '', limit)}`;
  let room = limit;
  const kept = lines.flatMap((line) => {
    if (room <= 0) return [];
    const shown = clipWords(line, room);
    room -= line.length + 3;
    return [`> ${shown}`];
  });
  const isWhole = kept.length === lines.length;
  return `\n${kept.join('\n')}${isWhole ? '' : '\n> …'}`;
}

/** Outside text for a footer, where Discord renders no markdown and so no backslash can help. */
export function bare(text: string): string {
  return plain(text).replace(/[@<>]/g, ' ').replace(/\s+/gu, ' ').trim();
}

/** At most `limit` UTF-16 units (never fewer than Discord counts), cut at a whole character, marked with an ellipsis. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  if (limit <= 1) return limit === 1 ? '…' : '';
  let end = limit - 1;
  const code = text.charCodeAt(end - 1);
  if (code >= 0xd800 && code <= 0xdbff) end -= 1;
  let kept = text.slice(0, end).trimEnd();
  // A lone backslash at the cut would escape the ellipsis; an odd number of them is one escape too many.
  if ((/\\*$/.exec(kept)?.[0].length ?? 0) % 2 === 1) kept = kept.slice(0, -1);
  return `${kept}…`;
}

/** Like `clip`, at the last word that fits where one is near. */
export function clipWords(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = clip(text, limit);
  const space = cut.lastIndexOf(' ');
  return space > limit * 0.6 ? `${cut.slice(0, space).replace(/[\s,;:·–-]+$/, '')}…` : cut;
}

/** `350 ms`, `2.3 s`, `74 s`, `5 min`, `2 h 5 min`, `3 d 4 h`. */
export function span(ms: number): string {
  if (!Number.isFinite(ms)) return 'an unknown time';
  const abs = Math.max(0, ms);
  if (abs < 1_000) return `${Math.round(abs)} ms`;
  if (abs < 9_950) return `${(abs / 1_000).toFixed(1).replace(/\.0$/, '')} s`;
  const seconds = Math.round(abs / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** How long ago something was: `just now`, `12 s ago`. */
export function ago(at: number, now: number): string {
  return now - at < 1_000 ? 'just now' : `${span(now - at)} ago`;
}

const chicagoTime = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/Chicago',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const chicagoDay = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/Chicago',
  weekday: 'short',
  day: '2-digit',
  month: 'short',
});

function valid(at: number): boolean {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15;
}

/** The exchange's own wall clock: `14:32:05 CT`. */
export function exchangeTime(at: number): string {
  return valid(at) ? `${chicagoTime.format(at)} CT` : 'an unknown time';
}

/** To the millisecond, for timelines: `14:32:05.204 CT`. */
export function exchangeInstant(at: number): string {
  if (!valid(at)) return 'an unknown time';
  const ms = String(((Math.floor(at) % 1_000) + 1_000) % 1_000).padStart(3, '0');
  return `${chicagoTime.format(at)}.${ms} CT`;
}

/** `Mon 23 Nov 14:32 CT`. */
export function exchangeDay(at: number): string {
  return valid(at)
    ? `${chicagoDay.format(at).replace(',', '')} ${chicagoTime.format(at).slice(0, 5)} CT`
    : 'an unknown day';
}

const chicagoDate = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/Chicago',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** `2026-11-25`: the exchange's calendar day, not its trade date. */
export function exchangeDate(at: number): string {
  return valid(at) ? chicagoDate.format(at) : 'an unknown day';
}

/** The time, and the day before it where that is not the exchange's day at `near`: `Wed 25 Nov 14:32:05 CT`. */
export function exchangeWhen(at: number, near: number): string {
  if (!valid(at) || exchangeDate(at) === exchangeDate(near)) return exchangeTime(at);
  return `${chicagoDay.format(at).replace(',', '')} ${exchangeTime(at)}`;
}

/** Discord renders it in the reader's own zone; `R` counts along: `2 minutes ago`. */
export function stamp(at: number, style: 'R' | 'T' | 'F' | 'f' | 't' = 'R'): string {
  return valid(at) ? `<t:${Math.floor(at / 1_000)}:${style}>` : 'an unknown time';
}

/** `1 check`, `3 checks`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
