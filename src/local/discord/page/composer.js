// Where one writes: a message, or a slash command with its options as chips and its completions above.
import { html, useEffect, useLayoutEffect, useRef, useState } from '/page/vendor/preact.js';
import { CommandChips } from './command-chips.js';
import {
  commandIn,
  exactChoice,
  fixedChoices,
  flatCommands,
  matchChoices,
  matchCommands,
  mistakes,
  nextRequired,
  openOptions,
  optionOf,
  sentOptions,
} from './completion.js';
import { CompletionList } from './completion-list.js';
import { isThread } from './desk-state.js';
import { withoutEmoji } from './emoji.js';
import { Icon } from './icon.js';
import { useChoices } from './live-choices.js';

const blank = { text: '', command: undefined, order: [], values: {}, active: '', trail: '', wrong: {} };
const lastCommand = new Map();

/** `seed` { text, at } puts a text in (a chip of the welcome, the `/` key). */
export function Composer({ state, channel, names, act, seed, label = 'composer' }) {
  const [draft, setDraft] = useState(blank);
  const [pick, setPick] = useState(undefined);
  const [closed, setClosed] = useState(false);
  const [problem, setProblem] = useState();
  const [wanted, setWanted] = useState(0); // Enter was pressed while choices were on their way
  const root = useRef();
  const fresh = useRef(true); // a page that has just opened takes nobody's focus
  const commands = flatCommands(state.desk.commands);
  const { command, active, values, trail } = draft;
  const option = command === undefined ? undefined : optionOf(command, active);
  const live = useChoices({ act, channel: channel.id, user: state.user, command, option, values, names });
  const popup = closed ? undefined : popupOf({ draft, commands, option, live, names });
  const items = popup?.items ?? [];
  const at = items.length === 0 ? -1 : Math.min(pick ?? popup.first, items.length - 1);
  const listId = `completion-${label}`;

  const change = (patch) => {
    setDraft((before) => ({ ...before, ...(typeof patch === 'function' ? patch(before) : patch) }));
    setPick(undefined);
    setClosed(false);
    setProblem(undefined);
  };
  const reset = () => change(blank);
  const focusSoon = () => requestAnimationFrame(() => root.current?.querySelector('[data-focus]')?.focus());

  useLayoutEffect(() => {
    const box = root.current?.querySelector('[data-focus]');
    const held = root.current?.contains(document.activeElement) || document.activeElement === document.body;
    if (box && held && !fresh.current) box.focus();
    fresh.current = false;
  }, [command, active]);
  useEffect(() => {
    if (seed === undefined || seed.channel !== channel.id) return;
    typeText(seed.text);
    focusSoon();
  }, [seed]);
  useEffect(() => {
    reset();
  }, [channel.id, state.user]);
  useEffect(() => {
    if (wanted === 0 || live.loading) return;
    setWanted(0);
    enter();
  }, [wanted, live.loading]);

  /** Text mode: a whole command and a space become the command with its chips. */
  function typeText(text) {
    const found = text.startsWith('/') ? commandIn(commands, text) : undefined;
    if (found === undefined) change({ ...blank, text });
    else begin(found.command, found.rest);
  }

  function begin(chosen, rest = '') {
    const required = chosen.options.filter((one) => one.required === true).map((one) => one.name);
    const start = required[0] ?? '';
    const filled = start !== '' && rest !== '' ? { [start]: { text: rest } } : {};
    change({
      ...blank,
      command: chosen,
      order: required,
      active: start,
      values: filled,
      trail: start === '' ? rest : '',
    });
  }

  function setValue(name, entry) {
    change((before) => ({
      values: { ...before.values, [name]: entry },
      wrong: { ...before.wrong, [name]: undefined },
    }));
  }

  function addOption(name, text = '') {
    change((before) => ({
      order: before.order.includes(name) ? before.order : [...before.order, name],
      values: text === '' ? before.values : { ...before.values, [name]: { text } },
      active: name,
      trail: '',
    }));
  }

  function typeTrail(text) {
    const open = openOptions(command, draft.order);
    const named = open.some(({ name }) => name.startsWith(text.trim().toLowerCase()));
    const exact = open.find(({ name }) => text === `${name}:` || text === `${name} `);
    if (exact !== undefined) addOption(exact.name);
    else if (text.trim() !== '' && !named && open.length > 0) addOption(open[0].name, text.trimStart());
    else change({ trail: text });
  }

  function accept(item) {
    if (item.kind === 'command') begin(item.command);
    else if (item.kind === 'option') addOption(item.option.name);
    else {
      const next = { ...values, [active]: { text: item.choice.name, value: item.choice.value } };
      change({ values: next, active: nextRequired(command, next) ?? '', wrong: {} });
      return next;
    }
    return undefined;
  }

  async function send(with_ = values) {
    const wrong = mistakes(command, with_, names);
    const first = Object.keys(wrong)[0];
    if (first !== undefined) {
      change((before) => ({
        wrong,
        active: first,
        order: before.order.includes(first) ? before.order : [...before.order, first],
      }));
      setClosed(false);
      return;
    }
    const sent = { command, order: draft.order, values: with_ };
    lastCommand.set(state.user, sent);
    reset();
    focusSoon();
    const refused = await act.run(channel.id, command.name, sentOptions(command, with_, names));
    if (refused === undefined) return;
    setDraft({ ...blank, ...sent });
    setProblem(refused);
  }

  async function say() {
    const text = draft.text.trim();
    if (text === '') return;
    reset();
    const refused = await act.say(channel.id, text);
    if (refused === undefined) return;
    setDraft({ ...blank, text });
    setProblem(refused);
  }

  function enter() {
    const item = items[at];
    if (command === undefined) {
      if (popup === undefined || item === undefined) {
        if (draft.text.startsWith('/') && !draft.text.includes('\n') && !closed)
          setProblem(
            `There is no command ${draft.text.trim().split(' ')[0]} here. Press Escape to send it as a text.`,
          );
        else void say();
      } else if (
        item.command.name === draft.text.slice(1).trim() &&
        nextRequired(item.command, {}) === undefined
      ) {
        sendBare(item.command);
      } else accept(item);
      return;
    }
    if (item?.kind === 'choice') {
      const exact = exactChoice([item.choice], values[active]?.text ?? '') !== undefined;
      const next = accept(item);
      if (exact && nextRequired(command, next) === undefined) void send(next);
    } else if (item !== undefined) accept(item);
    else if (live.loading && (values[active]?.text ?? '') !== '') setWanted((count) => count + 1);
    else void send();
  }

  function sendBare(chosen) {
    lastCommand.set(state.user, { command: chosen, order: [], values: {} });
    reset();
    void act.run(channel.id, chosen.name, {}).then((refused) => {
      if (refused !== undefined) setProblem(refused);
    });
  }

  function back(event) {
    if (event.target.selectionStart !== 0 || event.target.selectionEnd !== 0) return;
    if (active === '' ? trail !== '' : (values[active]?.text ?? '') !== '') return;
    event.preventDefault();
    const removable = active !== '' && option?.required !== true;
    const { [active]: _gone, ...rest } = values;
    if (removable) {
      const order = draft.order.filter((name) => name !== active);
      change({ order, values: rest, active: order.at(-1) ?? '' });
    } else if (active === '' && draft.order.length > 0) change({ active: draft.order.at(-1) });
    else if (draft.order.indexOf(active) > 0)
      change({ active: draft.order[draft.order.indexOf(active) - 1] });
    else {
      change({ ...blank, text: `/${command.name}` });
      focusSoon();
    }
  }

  function onKeyDown(event) {
    if (event.isComposing) return;
    const { key } = event;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step !== undefined && items.length > 0) {
      event.preventDefault();
      setPick(at < 0 && step < 0 ? items.length - 1 : (at + step + items.length) % items.length);
    } else if (
      key === 'ArrowUp' &&
      command === undefined &&
      draft.text === '' &&
      lastCommand.has(state.user)
    ) {
      event.preventDefault();
      change({ ...blank, ...lastCommand.get(state.user) });
    } else if (key === 'Tab' && !event.shiftKey && items.length > 0) {
      event.preventDefault();
      accept(items[Math.max(at, 0)]);
    } else if (key === 'Tab' && command !== undefined && active !== '') {
      const place = draft.order.indexOf(active) + (event.shiftKey ? -1 : 1);
      if (place < 0) return;
      event.preventDefault();
      change({ active: draft.order[place] ?? '' });
    } else if (key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      enter();
    } else if (key === 'Escape') {
      const asText = command === undefined && draft.text.startsWith('/') && !closed;
      if (command === undefined && !asText) return;
      event.preventDefault();
      event.stopPropagation();
      setProblem(undefined);
      if (asText || items.length > 0) setClosed(true);
      else reset();
    } else if (key === 'Backspace' && command !== undefined) back(event);
  }

  const aria = {
    'aria-autocomplete': 'list',
    'aria-controls': popup === undefined ? undefined : listId,
    'aria-activedescendant': at >= 0 ? `${listId}-${at}` : undefined,
  };
  const typingNames = Object.keys(state.typing[channel.id] ?? {}).map((id) => names.author({ id }).name);
  const trouble = problem ?? draft.wrong[active];
  return html`<div class="composer" ref=${root} data-testid=${label} onKeyDown=${onKeyDown}>
    ${trouble && html`<p class="trouble" role="alert" data-testid="trouble"><${Icon} name="warn" size=${16} /> ${trouble}</p>`}
    ${
      popup &&
      html`<${CompletionList} id=${listId} popup=${popup} at=${at} onHover=${setPick} onPick=${(item) => {
        accept(item);
        focusSoon();
      }} />`
    }
    <div class=${`entry${command ? ' with-command' : ''}`} onClick=${focusSoon}>
      ${
        command === undefined
          ? html`<textarea
            data-focus
            rows="1"
            role="textbox"
            aria-multiline="true"
            aria-label=${`Message ${channel.name}`}
            placeholder=${isThread(channel) ? `Message “${withoutEmoji(channel.name)}”` : `Message #${channel.name}`}
            data-testid=${`${label}-input`}
            autocomplete="off"
            spellcheck="false"
            maxlength="2000"
            value=${draft.text}
            onInput=${(event) => typeText(event.target.value)}
            ...${aria}
          />`
          : html`<${CommandChips} draft=${draft} aria=${aria} label=${label} onActive=${(name) => change({ active: name })} onValue=${(name, text) => setValue(name, { text })} onTrail=${typeTrail} />`
      }
      ${
        command &&
        html`<button type="button" class="icon-button" aria-label="Cancel the command" data-testid="cancel" onClick=${(
          event,
        ) => {
          event.stopPropagation();
          reset();
          focusSoon();
        }}><${Icon} name="close" size=${16} /></button>`
      }
      <button
        type="button"
        class="icon-button send"
        data-testid="send"
        aria-label="Send"
        disabled=${command === undefined && draft.text.trim() === ''}
        onClick=${(event) => {
          event.stopPropagation();
          if (command !== undefined) void send();
          else enter();
          focusSoon();
        }}
      >
        <${Icon} name="send" />
      </button>
    </div>
    <div class="typing" aria-live="polite">
      ${typingNames.length > 0 && html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span><span><strong>${typingNames.join(', ')}</strong> ${typingNames.length > 1 ? 'are' : 'is'} typing…</span>`}
    </div>
  </div>`;
}

function popupOf({ draft, commands, option, live, names }) {
  const { command, active, values, order, trail } = draft;
  if (command === undefined) {
    if (!/^\/[^\n]*$/.test(draft.text)) return undefined;
    const items = matchCommands(commands, draft.text.slice(1)).map((one) => ({
      kind: 'command',
      command: one,
    }));
    return items.length === 0
      ? undefined
      : { title: draft.text === '/' ? 'Commands' : `Commands matching ${draft.text}`, items, first: 0 };
  }
  if (option !== undefined) {
    const entry = values[active];
    const fixed = fixedChoices(option, names);
    const title = `${option.name} — ${option.description}`;
    if (entry?.value !== undefined) return undefined;
    const choices = fixed === undefined ? live.choices : matchChoices(fixed, entry?.text ?? '');
    const note = option.autocomplete === true ? live.note : undefined;
    return {
      title,
      note,
      items: (choices ?? []).slice(0, 25).map((choice) => ({ kind: 'choice', choice })),
      first: 0,
    };
  }
  const open = openOptions(command, order).filter(({ name }) => name.startsWith(trail.trim().toLowerCase()));
  if (open.length === 0 || active !== '') return undefined;
  const items = open.map((one) => ({ kind: 'option', option: one }));
  return { title: 'Options (Tab to fill one in, Enter to send)', items, first: trail.trim() === '' ? -1 : 0 };
}
