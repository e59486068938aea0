// Instants as people read them: Discord's timestamp styles, the time beside a name, "3 minutes ago", a countdown.

const format = (options) => new Intl.DateTimeFormat(undefined, options);
const styles = {
  t: format({ timeStyle: 'short' }),
  T: format({ timeStyle: 'medium' }),
  d: format({ dateStyle: 'short' }),
  D: format({ dateStyle: 'long' }),
  f: format({ dateStyle: 'long', timeStyle: 'short' }),
  F: format({ dateStyle: 'full', timeStyle: 'short' }),
  s: format({ dateStyle: 'short', timeStyle: 'short' }),
  S: format({ dateStyle: 'short', timeStyle: 'medium' }),
};
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

export function relativeTime(at, now) {
  const seconds = Math.round((at - now) / 1000);
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units.at(-1);
  return relative.format(Math.trunc(seconds / size), unit);
}

/** `<t:unix:style>` as text; undefined where the instant is none. */
export function styledTime(at, style, now) {
  if (!Number.isFinite(at) || Math.abs(at) > 8.64e15) return undefined;
  return style === 'R' ? relativeTime(at, now) : (styles[style] ?? styles.f).format(at);
}

export const fullTime = (at) => styles.F.format(at);
export const clockTime = (at) => styles.t.format(at);

/** `Today at 10:15 PM`, as beside a name. */
export function headTime(at, now) {
  const days = dayOf(now) - dayOf(at);
  if (days === 0) return `Today at ${styles.t.format(at)}`;
  if (days === 1) return `Yesterday at ${styles.t.format(at)}`;
  return styles.s.format(at);
}

export const longDay = (at) => styles.D.format(at);

/** Number of the local day, to compare. */
export function dayOf(at) {
  const date = new Date(at);
  return Math.floor((at - date.getTimezoneOffset() * 60_000) / 86_400_000);
}

export function countdown(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  return minutes >= 60
    ? `${Math.floor(minutes / 60)} h ${minutes % 60} min`
    : minutes > 0
      ? `${minutes}:${String(seconds % 60).padStart(2, '0')} min`
      : `${seconds} s`;
}

const listeners = new Set();
let ticking;

/** Calls back once a second while anybody listens: one timer for all live times of the page. */
export function everySecond(run) {
  listeners.add(run);
  ticking ??= setInterval(() => {
    const now = Date.now();
    for (const listener of listeners) listener(now);
  }, 1_000);
  return () => {
    listeners.delete(run);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}
