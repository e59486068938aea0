// An embed as Discord draws it: colour bar, author, title, description, fields in rows of three, pictures, footer.
import { html } from '/page/vendor/preact.js';
import { cssColor, Markdown, mediaUrl, safeUrl } from './markdown-view.js';
import { headTime } from './timestamps.js';

/** Inline fields stand three in a row (two beside a thumbnail); a field of its own takes the row. */
function columnsOf(fields, perRow) {
  const spans = [];
  for (let index = 0; index < fields.length; ) {
    if (fields[index].inline !== true) {
      spans.push('1 / -1');
      index += 1;
      continue;
    }
    let run = 1;
    while (run < perRow && fields[index + run]?.inline === true) run += 1;
    for (let place = 0; place < run; place += 1)
      spans.push(`${1 + (place * 12) / run} / ${1 + ((place + 1) * 12) / run}`);
    index += run;
  }
  return spans;
}

export function Embed({ embed, names, onChannel, onPicture }) {
  const fields = embed.fields ?? [];
  const thumbnail = mediaUrl(embed.thumbnail?.url ?? '');
  const picture = embed.image === undefined || embed.image === null ? undefined : mediaUrl(embed.image.url);
  const spans = columnsOf(fields, embed.thumbnail ? 2 : 3);
  const text = (value, inlineOnly = false) =>
    html`<${Markdown} text=${value} names=${names} onChannel=${onChannel} inlineOnly=${inlineOnly} />`;
  return html`<article
    class="embed"
    data-testid="embed"
    style=${{ '--bar': cssColor(embed.color) ?? 'var(--embed-bar)' }}
  >
    <div class=${`embed-grid${embed.thumbnail ? ' with-thumbnail' : ''}`}>
      ${embed.author && html`<${Author} author=${embed.author} />`}
      ${
        embed.title &&
        html`<div class="embed-title" data-testid="embed-title">
        ${
          safeUrl(embed.url ?? '') !== undefined && embed.url
            ? html`<a href=${safeUrl(embed.url)} target="_blank" rel="noopener noreferrer nofollow">${text(embed.title, true)}</a>`
            : text(embed.title, true)
        }
      </div>`
      }
      ${embed.description && html`<div class="embed-description markup">${text(embed.description)}</div>`}
      ${
        fields.length > 0 &&
        html`<div class="embed-fields">
        ${fields.map(
          (
            field,
            index,
          ) => html`<div key=${index} class=${`embed-field${field.inline === true ? ' inline' : ''}`} style=${{ '--span': spans[index] }}>
            <div class="embed-field-name">${text(field.name, true)}</div>
            <div class="embed-field-value markup">${text(field.value)}</div>
          </div>`,
        )}
      </div>`
      }
      ${embed.thumbnail && thumbnail && html`<img class="embed-thumbnail" src=${thumbnail} alt="" loading="lazy" />`}
      ${
        picture &&
        html`<button type="button" class="picture embed-image" aria-label="Open the picture" onClick=${() => onPicture?.(picture)}>
        <img src=${picture} alt=${embed.image.description ?? ''} loading="lazy" />
      </button>`
      }
      ${(embed.footer || embed.timestamp) && html`<${Footer} embed=${embed} />`}
    </div>
  </article>`;
}

function Author({ author }) {
  const icon = author.icon_url ? mediaUrl(author.icon_url) : undefined;
  const url = author.url ? safeUrl(author.url) : undefined;
  return html`<div class="embed-author">
    ${icon && html`<img src=${icon} alt="" loading="lazy" />`}
    ${url ? html`<a href=${url} target="_blank" rel="noopener noreferrer nofollow">${author.name}</a>` : html`<span>${author.name}</span>`}
  </div>`;
}

function Footer({ embed }) {
  const at = embed.timestamp ? Date.parse(embed.timestamp) : Number.NaN;
  const icon = embed.footer?.icon_url ? mediaUrl(embed.footer.icon_url) : undefined;
  return html`<div class="embed-footer">
    ${icon && html`<img src=${icon} alt="" loading="lazy" />`}
    <span
      >${embed.footer?.text ?? ''}${embed.footer?.text && Number.isFinite(at) ? html`<span class="dot">•</span>` : ''}${
        Number.isFinite(at) ? headTime(at, Date.now()) : ''
      }</span
    >
  </div>`;
}
