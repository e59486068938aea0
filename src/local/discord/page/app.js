// The page itself: opens the desk, draws its parts, and listens to the keys that work everywhere.
import { html, render, useEffect, useMemo, useRef, useState } from '/page/vendor/preact.js';
import { Composer } from './composer.js';
import { openDesk } from './desk-acts.js';
import { isThread, namesOf } from './desk-state.js';
import { ModalDialog, PictureDialog, SwitcherDialog } from './dialog.js';
import { withEmoji } from './emoji.js';
import { FaultPanel } from './fault-panel.js';
import { Icon } from './icon.js';
import { MessageList } from './message-list.js';
import { Message } from './message.js';
import { SideList } from './side-list.js';
import { everySecond } from './timestamps.js';
import { Welcome } from './welcome.js';

const userKey = 'pitwatch.user';
const themeKey = 'pitwatch.theme';

function App() {
  const [state, setState] = useState();
  const [seed, setSeed] = useState();
  const desk = useRef();
  const theme = useTheme();
  useEffect(() => {
    const { searchParams, hash } = new URL(location.href);
    const user = searchParams.get('user') ?? sessionStorage.getItem(userKey) ?? undefined;
    const channel = /^#\/(\d+)$/.exec(hash)?.[1];
    desk.current = openDesk({ user, channel, onChange: setState });
    setState(desk.current.get());
    void desk.current.act.begin();
  }, []);
  const act = desk.current?.act;
  const names = useMemo(() => (state?.desk === undefined ? undefined : namesOf(state.desk)), [state?.desk]);
  useEffect(() => {
    if (state?.user !== undefined) sessionStorage.setItem(userKey, state.user);
  }, [state?.user]);
  useEffect(() => {
    if (state?.channel !== undefined && state.channel !== null)
      history.replaceState(null, '', `#/${state.channel}`);
  }, [state?.channel]);
  useTitle(state);
  useKeys(desk);
  useEffect(() => (act === undefined ? undefined : everySecond((now) => act.forgetTyping(now))), [act]);
  useEffect(() => {
    if (act === undefined) return undefined;
    const seen = () => !document.hidden && act.seen();
    document.addEventListener('visibilitychange', seen);
    addEventListener('focus', seen);
    return () => {
      document.removeEventListener('visibilitychange', seen);
      removeEventListener('focus', seen);
    };
  }, [act]);

  if (state?.desk === undefined || names?.user(state.user) === undefined)
    return html`<p class="boot" role="status">${state?.problem ?? 'Opening the desk…'}</p>`;
  const insert = (text) => setSeed({ text, channel: state.channel });
  const side = state.side;
  const thread = side?.kind === 'thread' ? names.channel(side.id) : undefined;
  return html`<div class=${`desk${side ? ' with-panel' : ''}`} data-testid="desk" data-live=${state.live}>
    ${
      state.live === 'gone' &&
      html`<div class="banner" role="alert" data-testid="gone">
      The desk is gone – trying again… <button type="button" onClick=${act.retry}>Try now</button>
    </div>`
    }
    ${
      state.problem &&
      html`<div class="toast" role="alert">${state.problem} <button type="button" class="icon-button" aria-label="Close" onClick=${act.clearProblem}><${Icon} name="close" size=${16} /></button></div>`
    }
    <div class="columns">
      <${SideList} state=${state} names=${names} act=${act} theme=${theme} />
      ${state.drawer && html`<div class="shade" onClick=${act.toggleDrawer}></div>`}
      <${Main} state=${state} names=${names} act=${act} seed=${seed} insert=${insert} />
      ${thread && html`<${ThreadPanel} key=${thread.id} thread=${thread} state=${state} names=${names} act=${act} seed=${seed} />`}
      ${side?.kind === 'faults' && html`<${FaultPanel} state=${state} act=${act} />`}
    </div>
    ${state.switcher && html`<${SwitcherDialog} state=${state} act=${act} />`}
    ${state.picture && html`<${PictureDialog} url=${state.picture} onClose=${() => act.showPicture(undefined)} />`}
    ${state.modal && html`<${ModalDialog} key=${state.modal.interaction} modal=${state.modal} names=${names} act=${act} />`}
  </div>`;
}

function Main({ state, names, act, seed, insert }) {
  const channel = names.channel(state.channel);
  if (channel === undefined)
    return html`<main class="main"><p class="boot">There is no channel here for you.</p></main>`;
  const parent = isThread(channel) ? names.channel(channel.parent_id) : undefined;
  const elsewhere = Object.entries(state.unread).reduce(
    (sum, [id, { mentions }]) => (id === channel.id ? sum : sum + mentions),
    0,
  );
  return html`<main class="main">
    <header class="bar">
      <button type="button" class="icon-button only-phone" data-testid="menu" aria-label="Channels" aria-expanded=${state.drawer} onClick=${act.toggleDrawer}>
        <${Icon} name="menu" />${elsewhere > 0 && html`<span class="badge">${elsewhere}</span>`}
      </button>
      ${parent && html`<button type="button" class="crumb" onClick=${() => act.openChannel(parent.id)}><${Icon} name="hash" size=${18} />${parent.name}</button><span class="muted">›</span>`}
      <${Icon} name=${parent ? 'thread' : 'hash'} />
      <h2 data-testid="channel-title">${withEmoji(channel.name)}</h2>
      ${!state.desk.bot.online && html`<span class="offline" role="status">${state.desk.bot.name} is offline</span>`}
      <span class="spring"></span>
      <button type="button" class=${`tool${state.side?.kind === 'faults' ? ' on' : ''}`} data-testid="faults" aria-pressed=${state.side?.kind === 'faults'} onClick=${act.toggleFaults}>
        <${Icon} name="bolt" size=${18} /> Faults
      </button>
    </header>
    <${MessageList}
      state=${state}
      channel=${channel}
      names=${names}
      act=${act}
      empty=${parent ? null : html`<${Welcome} channel=${channel} state=${state} insert=${insert} />`}
      starter=${parent ? html`<${Starter} thread=${channel} state=${state} names=${names} act=${act} />` : null}
    />
    <${Composer} state=${state} channel=${channel} names=${names} act=${act} seed=${seed} />
  </main>`;
}

/** A thread opens with its name and the message that it hangs on. */
function Starter({ thread, state, names, act }) {
  useEffect(() => {
    act.need(thread.parent_id);
  }, [thread.parent_id]);
  const message = (state.messages[thread.parent_id] ?? []).find((one) => one.id === thread.id);
  return html`<div class="starter">
    <div class="welcome-icon"><${Icon} name="thread" size=${32} /></div>
    <h3>${withEmoji(thread.name)}</h3>
    ${message && html`<${Message} message=${message} first=${true} names=${names} me=${names.user(state.user)} pressed=${state.pressed[message.id]} act=${act} />`}
  </div>`;
}

function ThreadPanel({ thread, state, names, act, seed }) {
  return html`<aside class="panel" aria-label=${`Thread ${thread.name}`} data-testid="thread-panel">
    <header class="bar">
      <${Icon} name="thread" /><h2>${withEmoji(thread.name)}</h2>
      <button type="button" class="icon-button" aria-label="Open the thread in full" onClick=${() => act.toFullThread(thread.id)}><${Icon} name="open" size=${18} /></button>
      <button type="button" class="icon-button" data-testid="close-thread" aria-label="Close the thread" onClick=${act.closeSide}><${Icon} name="close" /></button>
    </header>
    <${MessageList} state=${state} channel=${thread} names=${names} act=${act} empty=${null} starter=${html`<${Starter} thread=${thread} state=${state} names=${names} act=${act} />`} />
    <${Composer} state=${state} channel=${thread} names=${names} act=${act} seed=${seed} label="thread-composer" />
  </aside>`;
}

function useTitle(state) {
  const mentions = Object.values(state?.unread ?? {}).reduce((sum, one) => sum + one.mentions, 0);
  const channel = state?.desk?.channels.find((one) => one.id === state.channel);
  const title = `${mentions > 0 ? `(${mentions}) ` : ''}${channel ? `#${channel.name} · ` : ''}${state?.desk?.guild.name ?? 'Pitwatch Desk'}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** The theme follows the system until somebody chooses. */
function useTheme() {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const [chosen, setChosen] = useState(() => localStorage.getItem(themeKey) ?? undefined);
  const [dark, setDark] = useState(system.matches);
  useEffect(() => {
    const follow = (event) => setDark(event.matches);
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, []);
  useEffect(() => {
    if (chosen === undefined) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
  }, [chosen]);
  const isDark = chosen === undefined ? dark : chosen === 'dark';
  return {
    dark: isDark,
    toggle() {
      const next = isDark ? 'light' : 'dark';
      localStorage.setItem(themeKey, next);
      setChosen(next);
    },
  };
}

function useKeys(desk) {
  useEffect(() => {
    const onKey = (event) => {
      const { act, get } = desk.current ?? {};
      const state = get?.();
      if (state?.desk === undefined) return;
      const writing = event.target.closest?.('input, textarea, select, [role=dialog]');
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        act.toggleSwitcher();
      } else if (event.altKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
        event.preventDefault();
        const list = [...document.querySelectorAll('.channels .channel')];
        const here = list.findIndex((one) => one.getAttribute('aria-current') === 'page');
        list[(here + (event.key === 'ArrowDown' ? 1 : -1) + list.length) % list.length]?.click();
      } else if (event.key === '/' && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        // The key itself then writes its slash where the focus now is.
        document.querySelector('[data-testid=composer] [data-focus]')?.focus();
      } else if (event.key === 'Escape' && !event.defaultPrevented) {
        if (state.drawer) act.toggleDrawer();
        else if (state.side !== undefined && !writing) act.closeSide();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

const root = document.getElementById('app');
root.replaceChildren();
render(html`<${App} />`, root);
