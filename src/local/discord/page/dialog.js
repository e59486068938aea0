// What stands above the page: a bot's modal form, a picture in full, the quick switcher; each keeps the focus inside.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from '/page/vendor/preact.js';
import { SelectBox } from './component.js';
import { isThread } from './desk-state.js';
import { withEmoji } from './emoji.js';
import { Icon } from './icon.js';
import { Markdown } from './markdown-view.js';
import { Failure } from './message.js';

function Dialog({ label, kind, testid, onClose, children }) {
  const box = useRef();
  useLayoutEffect(() => {
    const before = document.activeElement;
    (
      box.current.querySelector('[data-first]') ?? box.current.querySelector('input, textarea, button')
    )?.focus();
    return () => before?.isConnected && before.focus();
  }, []);
  const onKeyDown = (event) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    }
    if (event.key !== 'Tab') return;
    const all = [...box.current.querySelectorAll('button, input, textarea, a[href]')].filter(
      (one) => !one.disabled,
    );
    const [first, last] = [all[0], all.at(-1)];
    if (event.shiftKey && document.activeElement === first) {
      event.preventDefault();
      last?.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first?.focus();
    }
  };
  return html`<div class="veil" onPointerDown=${(event) => event.target === event.currentTarget && onClose()}>
    <div class=${`dialog ${kind}`} role="dialog" aria-modal="true" aria-label=${label} data-testid=${testid} ref=${box} onKeyDown=${onKeyDown}>
      ${children}
    </div>
  </div>`;
}

export function PictureDialog({ url, onClose }) {
  return html`<${Dialog} label="Picture" kind="bare" testid="picture-dialog" onClose=${onClose}>
    <img src=${url} alt="" />
    <p><a href=${url} target="_blank" rel="noopener noreferrer">Open in a new tab</a> <button type="button" class="text-button" onClick=${onClose}>Close</button></p>
  <//>`;
}

/** Inputs of a form in order, each with its label, from both shapes a modal may have. */
function inputsOf(form) {
  return (form.components ?? []).map((entry) => {
    if (entry.type === 10) return { text: entry.content };
    const input = entry.type === 1 ? entry.components[0] : entry.component;
    return { input, label: entry.label ?? input.label, description: entry.description };
  });
}

export function ModalDialog({ modal, names, act }) {
  const { form } = modal;
  const inputs = useMemo(() => inputsOf(form), [form]);
  const [values, setValues] = useState(() =>
    Object.fromEntries(inputs.flatMap(({ input }) => (input ? [[input.custom_id, firstValue(input)]] : []))),
  );
  const [wrong, setWrong] = useState();
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setWrong(undefined);
    const sent = Object.fromEntries(
      Object.entries(values).filter(
        ([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0),
      ),
    );
    const refused = await act.submit(sent);
    if (refused === undefined) return;
    setBusy(false);
    setWrong(refused);
  };
  return html`<${Dialog} label=${form.title} kind="modal" testid="modal" onClose=${act.closeModal}>
    <form onSubmit=${submit}>
      <header><h2>${form.title}</h2><button type="button" class="icon-button" aria-label="Close" onClick=${act.closeModal}><${Icon} name="close" /></button></header>
      <div class="modal-body">
        ${inputs.map((one, index) => html`<${Field} key=${index} one=${one} value=${values[one.input?.custom_id]} names=${names} onValue=${(value) => setValues((before) => ({ ...before, [one.input.custom_id]: value }))} />`)}
        ${wrong && html`<${Failure} why=${wrong} />`}
      </div>
      <footer>
        <button type="button" class="button quiet" onClick=${act.closeModal}>Cancel</button>
        <button type="submit" class="button primary" data-testid="modal-submit" aria-busy=${busy} disabled=${busy}>Submit</button>
      </footer>
    </form>
  <//>`;
}

function firstValue(input) {
  if (input.type === 4) return input.value ?? '';
  if (input.type === 23) return input.default === true ? 'true' : 'false';
  const chosen = (input.options ?? [])
    .filter((option) => option.default === true)
    .map((option) => option.value);
  return input.type === 21 ? (chosen[0] ?? '') : chosen;
}

function Field({ one, value, names, onValue }) {
  const { input, label, description, text } = one;
  if (text !== undefined) return html`<div class="markup"><${Markdown} text=${text} names=${names} /></div>`;
  const id = `field-${input.custom_id}`;
  const required = input.required !== false && input.type !== 23;
  const head = html`<label for=${id}>${label}${required && html`<span class="star" aria-hidden="true"> *</span>`}</label>
    ${description && html`<small>${description}</small>`}`;
  if (input.type === 4) {
    const common = {
      id,
      'data-testid': id,
      placeholder: input.placeholder ?? '',
      required,
      minlength: input.min_length ?? undefined,
      maxlength: input.max_length ?? 4000,
      value,
      onInput: (event) => onValue(event.target.value),
    };
    return html`<div class="field">${head}${input.style === 2 ? html`<textarea rows="4" data-first ...${common} />` : html`<input type="text" autocomplete="off" data-first ...${common} />`}</div>`;
  }
  if (input.type === 23)
    return html`<div class="field"><label class="check"><input type="checkbox" id=${id} data-testid=${id} checked=${value === 'true'} onChange=${(event) => onValue(String(event.target.checked))} /> ${label}</label></div>`;
  const options = choicesOf(input, names);
  const single = input.type === 21 || (input.max_values ?? 1) === 1;
  const chosen = Array.isArray(value) ? value : value === '' ? [] : [value];
  return html`<div class="field">${head}
    <${SelectBox} options=${options} chosen=${chosen} most=${single ? 1 : (input.max_values ?? options.length)} least=${required ? 1 : 0} placeholder=${input.placeholder ?? 'Make a selection'} testid=${id} label=${label} onChange=${(values) => onValue(input.type === 21 ? (values[0] ?? '') : values)} />
  </div>`;
}

function choicesOf(input, names) {
  if (input.options) return input.options;
  const people = names.users.map((user) => ({ value: user.id, label: user.name, description: user.title }));
  const roles = names.roles.map((role) => ({ value: role.id, label: role.name }));
  if (input.type === 5) return people;
  if (input.type === 6) return roles;
  return input.type === 7
    ? [...people, ...roles]
    : names.channels.map((channel) => ({ value: channel.id, label: `# ${channel.name}` }));
}

export function SwitcherDialog({ state, act }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const wanted = typed.trim().toLowerCase().replace(/^#/, '');
  const found = state.desk.channels
    .filter((channel) => channel.name.toLowerCase().includes(wanted))
    .slice(-12)
    .reverse();
  useEffect(() => setAt(0), [typed]);
  const close = () => act.toggleSwitcher(false);
  const onKeyDown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setAt((at + step + found.length) % found.length);
    } else if (event.key === 'Enter' && found[at]) {
      event.preventDefault();
      act.openChannel(found[at].id);
    }
  };
  return html`<${Dialog} label="Go to a channel or thread" kind="switcher" testid="switcher" onClose=${close}>
    <input
      type="text"
      role="combobox"
      aria-expanded="true"
      aria-controls="switcher-list"
      aria-activedescendant=${`switcher-${at}`}
      aria-label="Go to a channel or thread"
      placeholder="Where would you like to go?"
      autocomplete="off"
      data-first
      data-testid="switcher-input"
      value=${typed}
      onInput=${(event) => setTyped(event.target.value)}
      onKeyDown=${onKeyDown}
    />
    <ul role="listbox" id="switcher-list">
      ${found.map(
        (
          channel,
          index,
        ) => html`<li key=${channel.id} id=${`switcher-${index}`} role="option" aria-selected=${index === at} onPointerMove=${() => setAt(index)} onClick=${() => act.openChannel(channel.id)}>
        <${Icon} name=${isThread(channel) ? 'thread' : 'hash'} size=${18} /> ${withEmoji(channel.name)}
        ${state.unread[channel.id]?.mentions > 0 && html`<span class="badge">${state.unread[channel.id].mentions}</span>`}
      </li>`,
      )}
      ${found.length === 0 && html`<li class="muted">No channel is named so.</li>`}
    </ul>
  <//>`;
}
