// The left side: the server's head, its channels with their threads, and who sits at the desk.
import { html, useEffect, useRef, useState } from '/page/vendor/preact.js';
import { isThread } from './desk-state.js';
import { withEmoji } from './emoji.js';
import { Avatar, Icon } from './icon.js';
import { cssColor } from './markdown-view.js';

export function SideList({ state, names, act, theme }) {
  const { desk } = state;
  const rooms = desk.channels.filter((channel) => !isThread(channel));
  const threadsOf = (id) => {
    const threads = desk.channels.filter((channel) => isThread(channel) && channel.parent_id === id);
    return threads
      .filter((thread) => !thread.archived || thread.id === state.channel || state.side?.id === thread.id)
      .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
  };
  return html`<nav class=${`side${state.drawer ? ' open' : ''}`} aria-label="Channels" data-testid="side">
    <header class="guild" data-testid="guild">
      <img src="/page/icon.svg" alt="" width="28" height="28" />
      <h1>${desk.guild.name}</h1>
      <span
        class=${`bot-dot${desk.bot.online ? ' online' : ''}`}
        data-testid="bot-status"
        title=${desk.bot.online ? `${desk.bot.name} is online` : `${desk.bot.name} is offline`}
      >
        <span class="hidden">${desk.bot.name} is ${desk.bot.online ? 'online' : 'offline'}</span>
      </span>
    </header>
    <button type="button" class="find" data-testid="find" onClick=${() => act.toggleSwitcher(true)}>
      <${Icon} name="search" size=${16} /> Find a channel <kbd>Ctrl K</kbd>
    </button>
    <div class="channels">
      <h2>Text channels</h2>
      <ul>
        ${rooms.map(
          (room) => html`<li key=${room.id}>
            <${Entry} channel=${room} state=${state} act=${act} />
            ${
              threadsOf(room.id).length > 0 &&
              html`<ul class="threads">
              ${threadsOf(room.id).map(
                (thread) =>
                  html`<li key=${thread.id}><${Entry} channel=${thread} state=${state} act=${act} /></li>`,
              )}
            </ul>`
            }
          </li>`,
        )}
      </ul>
      <h2>People</h2>
      <ul class="people">
        <li class=${desk.bot.online ? '' : 'away'}>
          <${Avatar} id=${desk.bot.id} name=${desk.bot.name} bot=${true} size=${24} />
          <span class="name" style=${{ color: cssColor(names.author(names.bot).color) }}>${desk.bot.name}</span>
          <span class="app-badge">APP</span>
        </li>
        ${desk.users.map(
          (user) => html`<li key=${user.id}>
            <${Avatar} id=${user.id} name=${user.name} size=${24} />
            <span class="name" style=${{ color: cssColor(names.user(user.id)?.color) }}>${user.name}</span>
            <small>${user.title}</small>
          </li>`,
        )}
      </ul>
    </div>
    <${UserPanel} state=${state} names=${names} act=${act} theme=${theme} />
  </nav>`;
}

function Entry({ channel, state, act }) {
  const unread = state.unread[channel.id];
  const here = state.channel === channel.id || state.side?.id === channel.id;
  const told =
    unread === undefined
      ? ''
      : `, ${unread.count} unread${unread.mentions > 0 ? `, ${unread.mentions} mentions` : ''}`;
  return html`<button
    type="button"
    class=${`channel${here ? ' here' : ''}${unread ? ' unread' : ''}`}
    data-testid=${`channel-${channel.id}`}
    aria-current=${here ? 'page' : undefined}
    aria-label=${`${isThread(channel) ? 'Thread' : 'Channel'} ${channel.name}${told}`}
    onClick=${() => act.openChannel(channel.id)}
  >
    <${Icon} name=${isThread(channel) ? 'thread' : 'hash'} size=${isThread(channel) ? 16 : 20} />
    <span class="channel-name">${withEmoji(channel.name)}</span>
    ${unread?.mentions > 0 && html`<span class="badge" data-testid="mentions">${unread.mentions}</span>`}
  </button>`;
}

function UserPanel({ state, names, act, theme }) {
  const [open, setOpen] = useState(false);
  const root = useRef();
  const me = names.user(state.user);
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event) => {
      if (!root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    root.current?.querySelector('[aria-checked=true]')?.focus();
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  const onKeyDown = (event) => {
    if (!open) return;
    const items = [...root.current.querySelectorAll('[role=menuitemradio]')];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      setOpen(false);
      root.current.querySelector('.me')?.focus();
    }
  };
  if (me === undefined) return null;
  return html`<footer class="user-panel" ref=${root} onKeyDown=${onKeyDown}>
    ${
      open &&
      html`<div class="user-menu" role="menu" aria-label="Sit down as">
      <p>Sit down as</p>
      ${state.desk.users.map(
        (user) => html`<button
          type="button"
          role="menuitemradio"
          key=${user.id}
          aria-checked=${user.id === state.user}
          data-testid=${`user-${user.id}`}
          onClick=${() => {
            setOpen(false);
            void act.becomeUser(user.id);
          }}
        >
          <${Avatar} id=${user.id} name=${user.name} size=${32} />
          <span><strong>${user.name}</strong><small>${user.title}</small></span>
        </button>`,
      )}
    </div>`
    }
    <button
      type="button"
      class="me"
      data-testid="user-switch"
      aria-haspopup="menu"
      aria-expanded=${open}
      aria-label=${`You are ${me.name}, ${me.title}. Change who you are`}
      onClick=${() => setOpen(!open)}
    >
      <${Avatar} id=${me.id} name=${me.name} size=${32} />
      <span><strong>${me.name}</strong><small>${me.title}</small></span>
    </button>
    <button
      type="button"
      class="icon-button"
      data-testid="theme"
      aria-label=${theme.dark ? 'Light colours' : 'Dark colours'}
      title=${theme.dark ? 'Light colours' : 'Dark colours'}
      onClick=${theme.toggle}
    >
      <${Icon} name=${theme.dark ? 'sun' : 'moon'} />
    </button>
  </footer>`;
}
