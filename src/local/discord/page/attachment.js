// Files of a message: pictures as pictures, short texts with a look inside, the rest to download.
import { html, useState } from '/page/vendor/preact.js';
import { Icon } from './icon.js';
import { mediaUrl } from './markdown-view.js';

const peekBytes = 100_000;

export function Attachments({ list, onPicture }) {
  return html`<div class="attachments">
    ${list.map((file) =>
      isPicture(file)
        ? html`<${Picture} key=${file.id} file=${file} onPicture=${onPicture} />`
        : html`<${FileCard} key=${file.id} file=${file} />`,
    )}
  </div>`;
}

export function isPicture(file) {
  return /^image\/(png|jpe?g|gif|webp|svg\+xml|avif)/.test(file.content_type ?? '');
}

export function sizeText(bytes) {
  if (!Number.isFinite(bytes)) return '';
  if (bytes < 1024) return `${bytes} bytes`;
  const [unit, size] = bytes < 1024 * 1024 ? ['KB', 1024] : ['MB', 1024 * 1024];
  return `${(bytes / size).toFixed(2)} ${unit}`;
}

function Picture({ file, onPicture }) {
  const url = mediaUrl(file.url);
  return html`<button
    type="button"
    class="picture"
    aria-label=${`Open ${file.description ?? file.filename}`}
    onClick=${() => onPicture?.(url)}
  >
    <img src=${url} alt=${file.description ?? file.filename} width=${file.width} height=${file.height} loading="lazy" />
  </button>`;
}

export function FileCard({ file }) {
  const [peek, setPeek] = useState();
  const url = mediaUrl(file.url);
  const readable =
    /^(text\/|application\/(json|x-ndjson|yaml))/.test(file.content_type ?? '') &&
    (file.size ?? 0) <= peekBytes;
  const toggle = async () => {
    if (peek !== undefined) {
      setPeek(undefined);
      return;
    }
    const response = await fetch(url);
    setPeek(response.ok ? await response.text() : 'The file is no longer there.');
  };
  return html`<div class="file" data-testid="file">
    <div class="file-head">
      <${Icon} name="file" size=${28} />
      <div class="file-name">
        <a href=${url} download=${file.filename}>${file.filename}</a>
        <small>${sizeText(file.size)}${file.description ? ` · ${file.description}` : ''}</small>
      </div>
      ${
        readable &&
        html`<button type="button" class="icon-button" aria-expanded=${peek !== undefined} aria-label=${`Look into ${file.filename}`} onClick=${toggle}>
        <${Icon} name="eye" />
      </button>`
      }
      <a class="icon-button" href=${url} download=${file.filename} aria-label=${`Download ${file.filename}`}><${Icon} name="download" /></a>
    </div>
    ${peek !== undefined && html`<pre class="code-block" tabindex="0"><code>${peek}</code></pre>`}
  </div>`;
}
