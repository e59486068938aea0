// Draws the few signs that status messages use, so that they look the same on a machine without an emoji font.
import { html } from '/page/vendor/preact.js';

const round = (fill) => html`<circle cx="12" cy="12" r="10" fill=${fill} />`;
const line = (d, stroke, width = 2.5) =>
  html`<path d=${d} fill="none" stroke=${stroke} stroke-width=${width} stroke-linecap="round" stroke-linejoin="round" />`;

const drawings = {
  '🔴': () => round('#e5484d'),
  '🟠': () => round('#f2823a'),
  '🟡': () => round('#f5c542'),
  '🟢': () => round('#30a46c'),
  '🔵': () => round('#4c8dff'),
  '⚪': () => html`<circle cx="12" cy="12" r="9.5" fill="#e8eaed" stroke="#9aa0a6" stroke-width="1.2" />`,
  '❔': () =>
    html`${round('#8b8f98')}${line('M9 9.2a3 3 0 1 1 4.6 2.5c-1 .7-1.6 1.2-1.6 2.5', '#fff', 2)}<circle cx="12" cy="17.4" r="1.3" fill="#fff" />`,
  '✅': () =>
    html`<rect x="2" y="2" width="20" height="20" rx="5" fill="#30a46c" />${line('M7 12.5l3.4 3.4L17 8.8', '#fff')}`,
  '➕': () => line('M12 5v14M5 12h14', '#9aa0a6', 3.2),
  '🔎': () =>
    html`<circle cx="13.5" cy="10.5" r="6.5" fill="#cfe4ff" stroke="#5b7fb5" stroke-width="2.4" />${line('M8.6 15.4L3.6 20.4', '#5b7fb5', 3.2)}`,
  '👀': () => html`<ellipse cx="7" cy="12" rx="4.6" ry="7" fill="#fff" stroke="#9aa0a6" /><ellipse cx="17" cy="12" rx="4.6" ry="7" fill="#fff" stroke="#9aa0a6" />
    <circle cx="5.6" cy="13" r="2.2" fill="#2b2d31" /><circle cx="15.6" cy="13" r="2.2" fill="#2b2d31" />`,
  '⚠️': () =>
    html`<path d="M12 3l10 18H2z" fill="#f5c542" stroke="#f5c542" stroke-width="1.5" stroke-linejoin="round" />${line('M12 9.5v5', '#2b2d31', 2.2)}<circle cx="12" cy="17.8" r="1.3" fill="#2b2d31" />`,
};

const signs = {
  '🔕': 'M6 16V11a6 6 0 0 1 9-5.2M18 11v5l2 2H8M10 20h4M4 4l16 16',
  '🔔': 'M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 21h4M12 3v2',
  '🧭': 'M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 0 0 0-19M15.5 8.5l-2 5-5 2 2-5z',
  '📝': 'M6 3h9l4 4v14H6zM9 9h6M9 13h6M9 17h4',
  '⏫': 'M5 12l7-7 7 7M5 19l7-7 7 7',
  '⏰': 'M12 5a8 8 0 1 0 0 16a8 8 0 0 0 0-16M12 9v4l3 2M4 5l3-2M20 5l-3-2',
  '💬': 'M4 4h16v12H11l-5 4v-4H4z',
  '⚖️': 'M12 4v16M7 20h10M5 7h14M5 7l-2.5 6h5zM19 7l-2.5 6h5z',
  '🔁': 'M4 11a6 6 0 0 1 6-5h8M15 3l3 3-3 3M20 13a6 6 0 0 1-6 5H6M9 21l-3-3 3-3',
  '▫️': 'M8 8h8v8H8z',
  '⏭️': 'M5 6l7 6-7 6zM12 6l7 6-7 6zM20 6v12',
  '🛠️': 'M5 19l9-9M14 5a4.5 4.5 0 0 0 5 5M4 6l4 4M16 14l4 5',
  '⏳': 'M6 3h12M6 21h12M7 3c0 5 5 6 5 9s-5 4-5 9M17 3c0 5-5 6-5 9s5 4 5 9',
  '💓': 'M12 20S3.5 14.8 3.5 9a4.5 4.5 0 0 1 8.5-2a4.5 4.5 0 0 1 8.5 2c0 5.8-8.5 11-8.5 11zM7 11h3l1.5-3l2 5l1.5-2h2.5',
  '↪️': 'M5 5v5a5 5 0 0 0 5 5h9M15 10l5 5-5 5',
  '🧵': 'M7 4h10M7 20h10M8 4v16M16 4v16M8 9l8-2M8 13l8-2M8 17l8-2M16 15c4 0 4 4 6 4',
  '📟': 'M3 7h18v10H3zM6 10h8v3H6zM17 11h1M17 14h1',
};
for (const [sign, d] of Object.entries(signs)) drawings[sign] = () => line(d, '#9aa0a6', 2);

const known = new RegExp(`(${Object.keys(drawings).join('|')})`, 'u');

/** Text with its known signs drawn; the sign itself stays in the text for copying and for screen readers. */
export function withEmoji(text) {
  if (!known.test(text)) return text;
  return text
    .split(known)
    .map((part) =>
      part in drawings
        ? html`<span class="emoji"><svg viewBox="0 0 24 24" aria-hidden="true">${drawings[part]()}</svg><span class="emoji-text">${part}</span></span>`
        : part,
    );
}

/** For places that hold bare text, such as a placeholder: fonts without them would show a box. */
export function withoutEmoji(text) {
  return text
    .split(known)
    .filter((part) => !(part in drawings))
    .join('')
    .trim();
}
