// The listbox above the composer: commands with their options, open options, or choices.
import { html, useLayoutEffect, useRef } from '/page/vendor/preact.js';
import { Icon } from './icon.js';

export function CompletionList({ id, popup, at, onHover, onPick }) {
  const list = useRef();
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, popup.items.length]);
  return html`<div class="completion" data-testid="completion">
    <p class="completion-title">${popup.title}</p>
    ${popup.note && html`<p class="completion-note" role="status">${popup.note}</p>`}
    <ul role="listbox" id=${id} aria-label=${popup.title} ref=${list}>
      ${popup.items.map(
        (item, index) => html`<li
          key=${keyOf(item)}
          id=${`${id}-${index}`}
          role="option"
          data-testid="completion-item"
          aria-selected=${index === at}
          onPointerMove=${() => index !== at && onHover(index)}
          onPointerDown=${(event) => event.preventDefault()}
          onClick=${() => onPick(item)}
        >
          <${Item} item=${item} />
        </li>`,
      )}
    </ul>
  </div>`;
}

function keyOf(item) {
  if (item.kind === 'command') return item.command.name;
  return item.kind === 'option' ? item.option.name : String(item.choice.value);
}

function Item({ item }) {
  if (item.kind === 'command') {
    const { name, description, options } = item.command;
    return html`<${Icon} name="slash" size=${24} />
      <span class="completion-main">
        <span><strong>/${name}</strong>${options.map((option) => html`<span class=${`option-hint${option.required ? '' : ' optional'}`} key=${option.name}>${option.name}</span>`)}</span>
        <small>${description}</small>
      </span>`;
  }
  if (item.kind === 'option') {
    const { name, description } = item.option;
    return html`<span class="completion-main"><strong>${name}</strong><small>${description}</small></span>`;
  }
  return html`<span class="completion-main one-line"><span>${item.choice.name}</span>${item.choice.hint && html`<small>${item.choice.hint}</small>`}</span>`;
}
