// The log of one channel: grouped messages, days, what is on its way, always at the newest unless one scrolled up.
import { html, useEffect, useLayoutEffect, useRef, useState } from '/page/vendor/preact.js';
import { Icon } from './icon.js';
import { flags, interactionOf, Message, Pending } from './message.js';
import { dayOf, longDay } from './timestamps.js';

const groupWithinMs = 7 * 60_000;
const shownAtOnce = 120;

/** Does a message stand under the same head as the one before? */
export function continues(message, before) {
  if (before === undefined || before.author.id !== message.author.id) return false;
  if (interactionOf(message)?.name !== undefined || message.referenced_message) return false;
  if (((message.flags ?? 0) & flags.ephemeral) !== ((before.flags ?? 0) & flags.ephemeral)) return false;
  const [at, beforeAt] = [Date.parse(message.timestamp), Date.parse(before.timestamp)];
  return at - beforeAt < groupWithinMs && dayOf(at) === dayOf(beforeAt);
}

export function MessageList({ state, channel, names, act, empty, starter }) {
  const [shown, setShown] = useState(shownAtOnce);
  const [below, setBelow] = useState(0);
  const scroller = useRef();
  const inner = useRef();
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const sent = useRef(0);
  const all = (state.messages[channel.id] ?? []).filter((message) => !state.dismissed[message.id]);
  const list = all.slice(-shown);
  const pending = state.pending.filter((one) => one.channel === channel.id && one.user === state.user);
  const lastId = all.at(-1)?.id;
  const me = names.user(state.user);

  const toEnd = () => {
    const box = scroller.current;
    if (box) box.scrollTop = box.scrollHeight;
  };
  useLayoutEffect(() => {
    atEnd.current = true;
    setShown(shownAtOnce);
    setBelow(0);
    toEnd();
  }, [channel.id, state.user]);
  useLayoutEffect(() => {
    // Who sends something wants to see its answer.
    if (pending.length > sent.current) atEnd.current = true;
    sent.current = pending.length;
    if (atEnd.current) toEnd();
    else setBelow((count) => count + 1);
  }, [lastId, pending.length]);
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
    });
    observer.observe(inner.current);
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);

  const onScroll = () => {
    const box = scroller.current;
    // Content that grew since our own scroll is no scroll of the reader's: only going up leaves the end.
    const wentUp = box.scrollTop < lastTop.current;
    lastTop.current = box.scrollTop;
    if (box.scrollHeight - box.scrollTop - box.clientHeight < 60) atEnd.current = true;
    else if (wentUp) atEnd.current = false;
    if (atEnd.current && below !== 0) setBelow(0);
  };
  const onKeyDown = (event) => {
    if (
      (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') ||
      event.target.closest('button, a, input, [role=combobox]')
    )
      return;
    const messages = [...scroller.current.querySelectorAll('[data-message]')];
    const at = messages.indexOf(event.target.closest('[data-message]'));
    const next = at < 0 ? messages.at(-1) : messages[at + (event.key === 'ArrowUp' ? -1 : 1)];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  };

  return html`<div class="log-wrap">
    <div
      class="log"
      role="log"
      aria-live="polite"
      aria-relevant="additions"
      aria-label=${`Messages in ${channel.name}`}
      tabindex="0"
      ref=${scroller}
      data-testid=${`log-${channel.id}`}
      onScroll=${onScroll}
      onKeyDown=${onKeyDown}
    >
      <div class="log-inner" ref=${inner}>
        ${
          all.length > list.length
            ? html`<button type="button" class="older" onClick=${() => setShown(shown + shownAtOnce)}>Show older messages</button>`
            : html`${empty}${starter}`
        }
        ${list.flatMap((message, index) => row(message, list[index - 1], { state, names, me, act }))}
        ${pending.map((one) => html`<${Pending} key=${one.key} one=${one} names=${names} act=${act} />`)}
      </div>
    </div>
    ${
      below > 0 &&
      html`<button
      type="button"
      class="jump"
      onClick=${() => {
        atEnd.current = true;
        setBelow(0);
        toEnd();
      }}
    >
      New messages <${Icon} name="down" size=${16} />
    </button>`
    }
  </div>`;
}

function row(message, before, { state, names, me, act }) {
  const at = Date.parse(message.timestamp);
  const newDay = before === undefined || dayOf(Date.parse(before.timestamp)) !== dayOf(at);
  const items = [];
  if (newDay)
    items.push(
      html`<div key=${`day-${message.id}`} class="day" role="separator"><span>${longDay(at)}</span></div>`,
    );
  if (message.type === 18 || message.type === 21) {
    if (message.type === 18)
      items.push(html`<${ThreadStarted} key=${message.id} message=${message} names=${names} act=${act} />`);
    return items;
  }
  const thread = names.channel(message.id);
  const inThread = thread === undefined ? [] : (state.messages[thread.id] ?? []);
  const threadCount = inThread.length > 0 ? inThread.length : (message.thread?.message_count ?? 0);
  items.push(
    html`<${Message}
      key=${message.id}
      message=${message}
      first=${newDay || !continues(message, before)}
      names=${names}
      me=${me}
      thread=${thread}
      threadCount=${threadCount}
      threadLast=${inThread.at(-1)}
      failed=${state.failures[interactionOf(message)?.id]}
      pressed=${state.pressed[message.id]}
      act=${act}
    />`,
  );
  return items;
}

function ThreadStarted({ message, names, act }) {
  const author = names.author(message.author);
  const thread = names.channel(message.message_reference?.channel_id ?? '');
  return html`<div class="system-line">
    <${Icon} name="thread" size=${18} /> <strong>${author.name}</strong> started a thread:${' '}
    ${
      thread
        ? html`<button type="button" class="text-button" onClick=${() => act.openChannel(thread.id)}>${thread.name}</button>`
        : html`<strong>${message.content}</strong>`
    }
  </div>`;
}
