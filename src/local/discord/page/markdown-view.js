// Shows a markdown tree as elements: mentions as pills, live times, spoilers to click; text stays text.
import { html, useEffect, useMemo, useState } from '/page/vendor/preact.js';
import { withEmoji } from './emoji.js';
import { inline, parse } from './markdown.js';
import { everySecond, fullTime, styledTime } from './timestamps.js';

/** Re-renders its caller once a second. */
export function useNow(live = true) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!live) return undefined;
    setNow(Date.now());
    return everySecond(setNow);
  }, [live]);
  return live ? now : Date.now();
}

/** Only web addresses are ever followed. */
export function safeUrl(url) {
  try {
    const parsed = new URL(url, location.href);
    return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed.href : undefined;
  } catch {
    return undefined;
  }
}

/** Where a picture is shown from: own files by their path, so that they are same-origin whatever the host's name. */
export function mediaUrl(url) {
  const safe = safeUrl(url);
  if (safe === undefined) return undefined;
  const { pathname, search } = new URL(safe);
  return /^\/attachments\//.test(pathname) ? pathname + search : safe;
}

export const cssColor = (number) =>
  typeof number === 'number' && number > 0 ? `#${number.toString(16).padStart(6, '0')}` : undefined;

export function Markdown({ text, names, onChannel, inlineOnly = false }) {
  const nodes = useMemo(() => (inlineOnly ? inline(text) : parse(text)), [text, inlineOnly]);
  return html`<${Nodes} nodes=${nodes} names=${names} onChannel=${onChannel} />`;
}

function Nodes({ nodes, names, onChannel }) {
  return nodes.map(
    (node, index) => html`<${Node} key=${index} node=${node} names=${names} onChannel=${onChannel} />`,
  );
}

function Node({ node, names, onChannel }) {
  const children = () => html`<${Nodes} nodes=${node.children} names=${names} onChannel=${onChannel} />`;
  switch (node.kind) {
    case 'text':
      return withEmoji(node.text);
    case 'strong':
      return html`<strong>${children()}</strong>`;
    case 'em':
      return html`<em>${children()}</em>`;
    case 'underline':
      return html`<u>${children()}</u>`;
    case 'strike':
      return html`<s>${children()}</s>`;
    case 'code':
      return html`<code class="code">${node.text}</code>`;
    case 'block':
      return html`<${CodeBlock} node=${node} />`;
    case 'quote':
      return html`<div class="quote"><blockquote>${children()}</blockquote></div>`;
    case 'heading':
      return html`<div role="heading" aria-level=${node.level + 2} class=${`heading h${node.level}`}>${children()}</div>`;
    case 'subtext':
      return html`<small class="subtext">${children()}</small>`;
    case 'list':
      return html`<${List} node=${node} names=${names} onChannel=${onChannel} />`;
    case 'spoiler':
      return html`<${Spoiler}>${children()}<//>`;
    case 'link':
      return html`<${Link} url=${node.url}>${children()}<//>`;
    case 'time':
      return html`<${Timestamp} node=${node} />`;
    case 'command':
      return html`<span class="mention">/${node.name}</span>`;
    case 'everyone':
      return html`<span class="mention">${node.text}</span>`;
    case 'user':
      return html`<span class="mention" data-user=${node.id}>@${names.user(node.id)?.name ?? 'unknown-user'}</span>`;
    case 'role':
      return html`<${RolePill} role=${names.role(node.id)} />`;
    case 'channel':
      return html`<${ChannelPill} channel=${names.channel(node.id)} onChannel=${onChannel} />`;
    default:
      return null;
  }
}

function List({ node, names, onChannel }) {
  const items = node.items.map(
    (item, index) =>
      html`<li key=${index}><${Nodes} nodes=${item} names=${names} onChannel=${onChannel} /></li>`,
  );
  return node.ordered ? html`<ol start=${node.start}>${items}</ol>` : html`<ul>${items}</ul>`;
}

function CodeBlock({ node }) {
  if (node.language !== 'diff') return html`<pre class="code-block"><code>${node.text}</code></pre>`;
  const lines = node.text.split('\n').map((line, index) => {
    const kind = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : '';
    return html`<span key=${index} class=${kind}>${index > 0 ? '\n' : ''}${line}</span>`;
  });
  return html`<pre class="code-block"><code>${lines}</code></pre>`;
}

function Link({ url, children }) {
  const safe = safeUrl(url);
  if (safe === undefined) return html`<span>${children}</span>`;
  return html`<a href=${safe} title=${safe} target="_blank" rel="noopener noreferrer nofollow">${children}</a>`;
}

function Spoiler({ children }) {
  const [open, setOpen] = useState(false);
  if (open) return html`<span class="spoiler open">${children}</span>`;
  return html`<span
    class="spoiler"
    role="button"
    tabindex="0"
    aria-label="Spoiler: press to show"
    onClick=${() => setOpen(true)}
    onKeyDown=${(event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      setOpen(true);
    }}
    ><span aria-hidden="true">${children}</span></span
  >`;
}

function Timestamp({ node }) {
  const now = useNow(node.style === 'R');
  const text = styledTime(node.at, node.style, now);
  if (text === undefined) return node.raw;
  return html`<time class="timestamp" datetime=${new Date(node.at).toISOString()} title=${fullTime(node.at)}
    >${text}</time
  >`;
}

function RolePill({ role }) {
  const color = cssColor(role?.color);
  return html`<span class="mention role" style=${color === undefined ? undefined : { '--role': color }}
    >@${(role?.name ?? 'deleted-role').replace(/^@/, '')}</span
  >`;
}

function ChannelPill({ channel, onChannel }) {
  if (channel === undefined) return html`<span class="mention">#unknown</span>`;
  return html`<button type="button" class="mention" onClick=${() => onChannel?.(channel.id)}
    >#${' '}${withEmoji(channel.name)}</button
  >`;
}
