// The page's few drawings: icons as strokes, avatars as initials on a colour that follows from the id.
import { html } from '/page/vendor/preact.js';

const strokes = {
  hash: 'M9 3 7 21M17 3l-2 18M4 8.5h17M3 15.5h17',
  thread: 'M6 4v9a4 4 0 0 0 4 4h9M15 13l4 4-4 4',
  bolt: 'M13 2 4 14h7l-1 8 9-12h-7z',
  close: 'M6 6l12 12M18 6 6 18',
  menu: 'M4 6h16M4 12h16M4 18h16',
  sun: 'M12 4V2M12 22v-2M4 12H2M22 12h-2M5.6 5.6 4.2 4.2M19.8 19.8l-1.4-1.4M5.6 18.4l-1.4 1.4M19.8 4.2l-1.4 1.4M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  send: 'M4 12 20 4l-5 16-3-7zM12 13l8-9',
  eye: 'M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  file: 'M6 2h8l4 4v16H6zM14 2v5h5M9 13h6M9 17h6',
  download: 'M12 3v12M7 11l5 5 5-5M4 20h16',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5',
  chevron: 'M7 10l5 5 5-5',
  down: 'M12 4v15M6 13l6 6 6-6',
  open: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  warn: 'M12 3 2 20h20zM12 10v4M12 17v.5',
  slash: 'M9 21 15 3M3 3h18v18H3z',
};

export function Icon({ name, size = 20 }) {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true" focusable="false"
    ><path
      d=${strokes[name]}
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
  /></svg>`;
}

const grounds = ['#5865f2', '#3ba55c', '#c27c0e', '#d6336c', '#9b59b6', '#11806a', '#e67e22', '#607d8b'];

export function Avatar({ id, name, bot = false, size = 40 }) {
  if (bot)
    return html`<svg class="avatar" width=${size} height=${size} viewBox="0 0 48 48" aria-hidden="true">
      <circle cx="24" cy="24" r="24" fill="#5865f2" />
      <path
        d="M9 26h7l4-11 7 20 5-13 2 4h6"
        fill="none"
        stroke="#fff"
        stroke-width="3.2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>`;
  const initials = name
    .split(/\s+/)
    .map((part) => part[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase();
  const ground = grounds[[...id].reduce((sum, digit) => sum + digit.charCodeAt(0), 0) % grounds.length];
  return html`<svg class="avatar" width=${size} height=${size} viewBox="0 0 48 48" aria-hidden="true">
    <circle cx="24" cy="24" r="24" fill=${ground} />
    <text x="24" y="25" text-anchor="middle" dominant-baseline="central" fill="#fff" font-size="18" font-weight="600"
      >${initials}</text
    >
  </svg>`;
}
