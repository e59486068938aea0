// Buttons, selects and the layout components of version 2, each pressed through one callback.
import { html, useEffect, useRef, useState } from '/page/vendor/preact.js';
import { FileCard } from './attachment.js';
import { Icon } from './icon.js';
import { cssColor, Markdown, mediaUrl, safeUrl } from './markdown-view.js';

const buttonStyles = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'link', 6: 'primary' };

/** `context`: names, onChannel, onPicture, press(custom_id, values?), pending (the custom_id that is on its way). */
export function Components({ list, context }) {
  return html`<div class="components">
    ${list.map((one, index) => html`<${Component} key=${one.id ?? index} one=${one} context=${context} />`)}
  </div>`;
}

function Component({ one, context }) {
  const { names, onChannel, onPicture } = context;
  switch (one.type) {
    case 1:
      return html`<div class="row">
        ${one.components.map((child, index) => html`<${Component} key=${child.id ?? index} one=${child} context=${context} />`)}
      </div>`;
    case 2:
      return html`<${Button} one=${one} context=${context} />`;
    case 3:
    case 5:
    case 6:
    case 7:
    case 8:
      return html`<${Select} one=${one} context=${context} key=${one.custom_id} />`;
    case 9:
      return html`<div class="section">
        <div class="section-text">
          ${one.components.map((child, index) => html`<${Component} key=${child.id ?? index} one=${child} context=${context} />`)}
        </div>
        ${one.accessory && html`<${Component} one=${one.accessory} context=${context} />`}
      </div>`;
    case 10:
      return html`<div class="markup text-display"><${Markdown} text=${one.content} names=${names} onChannel=${onChannel} /></div>`;
    case 11:
      return html`<${Media} item=${one} onPicture=${onPicture} kind="thumbnail" />`;
    case 12:
      return html`<div class=${`gallery of-${Math.min(one.items.length, 3)}`}>
        ${one.items.map((item, index) => html`<${Media} key=${index} item=${item} onPicture=${onPicture} kind="gallery-item" />`)}
      </div>`;
    case 13:
      return html`<${FileCard} file=${{ ...one.file, filename: one.name ?? 'file', size: one.size }} />`;
    case 14:
      return html`<div class=${`separator${one.spacing === 2 ? ' wide' : ''}${one.divider === false ? ' bare' : ''}`} role="separator"></div>`;
    case 17:
      return html`<div class="container" data-testid="container" style=${{ '--bar': cssColor(one.accent_color) ?? 'transparent' }}>
        ${one.components.map((child, index) => html`<${Component} key=${child.id ?? index} one=${child} context=${context} />`)}
      </div>`;
    default:
      return null;
  }
}

function Media({ item, onPicture, kind }) {
  const [shown, setShown] = useState(item.spoiler !== true);
  const url = mediaUrl(item.media?.url ?? '');
  if (url === undefined) return null;
  return html`<button
    type="button"
    class=${`picture ${kind}${shown ? '' : ' hidden-picture'}`}
    aria-label=${shown ? `Open ${item.description ?? 'the picture'}` : 'Spoiler: press to show'}
    onClick=${() => (shown ? onPicture?.(url) : setShown(true))}
  >
    <img src=${url} alt=${item.description ?? ''} loading="lazy" />
  </button>`;
}

function Button({ one, context }) {
  const face = html`${one.emoji?.name && html`<span class="emoji">${one.emoji.name}</span>`}${one.label}`;
  if (one.style === 5) {
    const url = safeUrl(one.url ?? '');
    return html`<a
      class="button secondary"
      href=${one.disabled ? undefined : url}
      aria-disabled=${one.disabled === true}
      target="_blank"
      rel="noopener noreferrer nofollow"
      >${face}<${Icon} name="open" size=${16}
    /></a>`;
  }
  const waiting = context.pending === one.custom_id;
  return html`<button
    type="button"
    class=${`button ${buttonStyles[one.style] ?? 'secondary'}${waiting ? ' waiting' : ''}`}
    data-testid="button"
    data-custom-id=${one.custom_id}
    disabled=${one.disabled === true}
    aria-busy=${waiting}
    onClick=${() => {
      if (!waiting) context.press(one.custom_id);
    }}
  >
    <span class="button-face">${face}</span>${waiting && html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>`}
  </button>`;
}

function optionsOf(one, names) {
  if (one.type === 3) return one.options;
  const people = () =>
    names.users.map((user) => ({ value: user.id, label: user.name, description: user.title }));
  const roles = () => names.roles.map((role) => ({ value: role.id, label: role.name }));
  if (one.type === 5) return people();
  if (one.type === 6) return roles();
  if (one.type === 7) return [...people(), ...roles()];
  return names.channels.map((channel) => ({ value: channel.id, label: `# ${channel.name}` }));
}

function Select({ one, context }) {
  const options = optionsOf(one, context.names);
  const given = () => options.filter((option) => option.default === true).map((option) => option.value);
  const [chosen, setChosen] = useState(given);
  const send = (values) => context.press(one.custom_id, values);
  return html`<${SelectBox}
    options=${options}
    chosen=${chosen}
    most=${one.max_values ?? 1}
    least=${one.min_values ?? 1}
    placeholder=${one.placeholder ?? 'Make a selection'}
    disabled=${one.disabled === true || context.pending === one.custom_id}
    testid=${one.custom_id}
    onChange=${(values) => {
      setChosen(values);
      if ((one.max_values ?? 1) === 1) send(values);
    }}
    onClose=${(values) => {
      if ((one.max_values ?? 1) > 1 && values.length >= (one.min_values ?? 1)) send(values);
    }}
  />`;
}

/** A listbox that opens under its button; several values where `most` > 1. */
export function SelectBox({
  options,
  chosen,
  most,
  least,
  placeholder,
  disabled,
  testid,
  label,
  onChange,
  onClose,
}) {
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const root = useRef();
  const before = useRef(chosen);
  const close = () => {
    setOpen(false);
    if (String(before.current) !== String(chosen)) onClose?.(chosen);
    before.current = chosen;
  };
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event) => {
      if (!root.current?.contains(event.target)) close();
    };
    document.addEventListener('pointerdown', outside);
    root.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest' });
    return () => document.removeEventListener('pointerdown', outside);
  });
  const pick = (index) => {
    const { value } = options[index] ?? {};
    if (value === undefined) return;
    if (most === 1) {
      onChange(chosen.includes(value) && least === 0 ? [] : [value]);
      setOpen(false);
    } else if (chosen.includes(value)) onChange(chosen.filter((one) => one !== value));
    else if (chosen.length < most) onChange([...chosen, value]);
  };
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (open) setActive((active + step + options.length) % options.length);
      else setOpen(true);
    } else if ((event.key === 'Enter' || event.key === ' ') && open) {
      event.preventDefault();
      pick(active);
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === 'Tab' && open) close();
  };
  const shown = options.filter((option) => chosen.includes(option.value)).map((option) => option.label);
  const listId = `select-${testid}`;
  return html`<div class="select" ref=${root}>
    <button
      type="button"
      role="combobox"
      class="select-face"
      data-testid="select"
      data-custom-id=${testid}
      aria-label=${label ?? placeholder}
      aria-haspopup="listbox"
      aria-expanded=${open}
      aria-controls=${listId}
      aria-activedescendant=${open ? `${listId}-${active}` : undefined}
      disabled=${disabled}
      onClick=${() => (open ? close() : setOpen(true))}
      onKeyDown=${onKeyDown}
    >
      <span class=${shown.length > 0 ? '' : 'muted'}>${shown.length > 0 ? shown.join(', ') : placeholder}</span>
      <${Icon} name="chevron" />
    </button>
    ${
      open &&
      html`<ul class="select-list" role="listbox" id=${listId} aria-multiselectable=${most > 1}>
      ${options.map(
        (option, index) => html`<li
          key=${option.value}
          id=${`${listId}-${index}`}
          role="option"
          class=${index === active ? 'active' : ''}
          aria-selected=${chosen.includes(option.value)}
          onPointerMove=${() => setActive(index)}
          onClick=${() => pick(index)}
        >
          <span>${option.emoji?.name ? `${option.emoji.name} ` : ''}${option.label}</span>
          ${option.description && html`<small>${option.description}</small>`}
        </li>`,
      )}
    </ul>`
    }
  </div>`;
}
