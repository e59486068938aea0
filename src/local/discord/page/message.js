// One message as Discord draws it: who used what, avatar and name, text, embeds, files, components, its thread.
import { Component, html } from '/page/vendor/preact.js';
import { Attachments } from './attachment.js';
import { Components } from './component.js';
import { Embed } from './embed.js';
import { withEmoji } from './emoji.js';
import { Avatar, Icon } from './icon.js';
import { cssColor, Markdown } from './markdown-view.js';
import { clockTime, fullTime, headTime, styledTime } from './timestamps.js';

export const flags = { suppressEmbeds: 4, hasThread: 32, ephemeral: 64, loading: 128, v2: 32768 };

/** Does the message ping this user: by name, by a role, or everybody? */
export function pings(message, user) {
  if (user === undefined) return false;
  return (
    message.mention_everyone === true ||
    (message.mentions ?? []).some((mentioned) => mentioned.id === user.id) ||
    (message.mention_roles ?? []).some((role) => user.roles.includes(role))
  );
}

/** The interaction that a message answers, with its name where it was a command. */
export function interactionOf(message) {
  const metadata = message.interaction_metadata ?? message.interaction;
  if (!metadata) return undefined;
  return { id: metadata.id, name: message.interaction?.name ?? metadata.name, user: metadata.user };
}

/** Re-renders only when its own props change: a busy channel has thousands of them. */
export class Message extends Component {
  shouldComponentUpdate(next) {
    return Object.keys(next).some((key) => next[key] !== this.props[key]);
  }

  render({ message, first, names, me, thread, threadCount, threadLast, failed, pressed, act }) {
    const at = Date.parse(message.timestamp);
    const bits = message.flags ?? 0;
    const ephemeral = (bits & flags.ephemeral) !== 0;
    const classes = ['message'];
    if (first) classes.push('first');
    if (pings(message, me)) classes.push('pinged');
    if (ephemeral) classes.push('ephemeral');
    const author = names.author(message.author);
    return html`<article
      class=${classes.join(' ')}
      id=${`message-${message.id}`}
      data-testid="message"
      data-message=${message.id}
      tabindex="-1"
      aria-label=${`${author.name}, ${headTime(at, Date.now())}`}
    >
      ${first && html`<${Reference} message=${message} names=${names} />`}
      <div class="gutter">
        ${
          first
            ? html`<${Avatar} id=${author.id} name=${author.name} bot=${author.bot} />`
            : html`<time class="side-time" datetime=${message.timestamp} title=${fullTime(at)}>${clockTime(at)}</time>`
        }
      </div>
      ${!ephemeral && html`<${Menu} message=${message} act=${act} />`}
      <div class="body">
        ${first && html`<${Head} author=${author} at=${at} iso=${message.timestamp} />`}
        <${Content} message=${message} names=${names} failed=${failed} pressed=${pressed} act=${act} />
        ${thread && html`<${ThreadBox} thread=${thread} count=${threadCount} last=${threadLast} names=${names} act=${act} />`}
        ${
          ephemeral &&
          html`<div class="only-you">
          <${Icon} name="eye" size=${16} /> Only you can see this ·${' '}
          <button type="button" class="text-button" data-testid="dismiss" onClick=${() => act.dismiss(message)}>Dismiss message</button>
        </div>`
        }
      </div>
    </article>`;
  }
}

/** What the application can do with this message; shown while it is looked at. */
function Menu({ message, act }) {
  const commands = act.messageCommands?.() ?? [];
  if (commands.length === 0) return null;
  return html`<div class="message-menu">
    ${commands.map(
      (name) =>
        html`<button type="button" class="text-button" data-testid="message-command" onClick=${() => act.runOn(message, name)}>${name}</button>`,
    )}
  </div>`;
}

function Head({ author, at, iso }) {
  return html`<header>
    <span class="name" style=${{ color: cssColor(author.color) }}>${author.name}</span>
    ${author.bot && html`<span class="app-badge">APP</span>`}
    <time class="head-time" datetime=${iso} title=${fullTime(at)}>${headTime(at, Date.now())}</time>
  </header>`;
}

/** `Lena used /health`, or the message it replies to. */
function Reference({ message, names }) {
  const interaction = interactionOf(message);
  if (interaction?.name !== undefined) {
    const user = names.author(interaction.user ?? { id: '0', username: 'somebody' });
    return html`<div class="reference" data-testid="used">
      <${Avatar} id=${user.id} name=${user.name} bot=${user.bot} size=${16} />
      <span class="name" style=${{ color: cssColor(user.color) }}>${user.name}</span> used${' '}
      <span class="used-command">/${interaction.name}</span>
    </div>`;
  }
  const replied = message.referenced_message;
  if (!replied) return null;
  const author = names.author(replied.author);
  return html`<div class="reference">
    <${Avatar} id=${author.id} name=${author.name} bot=${author.bot} size=${16} />
    <span class="name" style=${{ color: cssColor(author.color) }}>${author.name}</span>
    <span class="replied">${(replied.content || 'Click to see the message').slice(0, 120)}</span>
  </div>`;
}

function Content({ message, names, failed, pressed, act }) {
  const bits = message.flags ?? 0;
  if ((bits & flags.loading) !== 0)
    return failed === undefined
      ? html`<${Thinking} name=${names.author(message.author).name} />`
      : html`<${Failure} why=${failed} />`;
  const v2 = (bits & flags.v2) !== 0;
  const components = message.components ?? [];
  const embeds = (bits & flags.suppressEmbeds) === 0 ? (message.embeds ?? []) : [];
  const onChannel = act.openChannel;
  const edited = message.edited_timestamp
    ? html`<span class="edited" title=${fullTime(Date.parse(message.edited_timestamp))}> (edited)</span>`
    : null;
  const context = {
    names,
    onChannel,
    onPicture: act.showPicture,
    pending: pressed?.failed === undefined ? pressed?.customId : undefined,
    press: (customId, values) => act.press(message, customId, values),
  };
  return html`<div class="content" data-testid="content">
    ${message.content && html`<div class="markup text"><${Markdown} text=${message.content} names=${names} onChannel=${onChannel} />${edited}</div>`}
    ${v2 && html`<${Components} list=${components} context=${context} />`}
    ${embeds.map(
      (embed, index) =>
        html`<${Embed} key=${index} embed=${embed} names=${names} onChannel=${onChannel} onPicture=${act.showPicture} />`,
    )}
    ${
      (message.attachments ?? []).length > 0 &&
      html`<${Attachments} list=${message.attachments} onPicture=${act.showPicture} />`
    }
    ${!v2 && components.length > 0 && html`<${Components} list=${components} context=${context} />`}
    ${!message.content && edited}
    ${pressed?.failed !== undefined && html`<${Failure} why=${pressed.failed} />`}
  </div>`;
}

export function Thinking({ name }) {
  return html`<div class="thinking" data-testid="thinking">
    <span class="dots" aria-hidden="true"><i></i><i></i><i></i></span> ${name} is thinking…
  </div>`;
}

export function Failure({ why, onDismiss }) {
  return html`<div class="failure" data-testid="failure" role="alert">
    <${Icon} name="warn" size=${16} /> <span>${why}</span>
    ${onDismiss && html`<button type="button" class="text-button" onClick=${onDismiss}>Dismiss</button>`}
  </div>`;
}

function ThreadBox({ thread, count, last, names, act }) {
  const author = last === undefined ? undefined : names.author(last.author);
  const preview =
    last === undefined ? '' : last.content || last.embeds?.[0]?.title || 'Click to see the message';
  return html`<button type="button" class="thread-box" data-testid="thread-box" onClick=${() => act.openChannel(thread.id)}>
    <span class="thread-line">
      <strong>${withEmoji(thread.name)}</strong>
      <span class="thread-count">${count === 1 ? '1 Message' : `${count} Messages`} ›</span>
    </span>
    ${
      author &&
      html`<span class="thread-last">
      <${Avatar} id=${author.id} name=${author.name} bot=${author.bot} size=${16} />
      <span class="name" style=${{ color: cssColor(author.color) }}>${author.name}</span>
      <span class="preview">${withEmoji(
        preview
          .replace(
            /<t:(-?\d+)(?::(\w))?>/g,
            (_, at, style) => styledTime(at * 1_000, style, Date.now()) ?? '',
          )
          .replace(/<[^>]+>/g, '')
          .replace(/^#{1,3} |[*_~`|>]/g, '')
          .slice(0, 90),
      )}</span>
      <time>${headTime(Date.parse(last.timestamp), Date.now())}</time>
    </span>`
    }
    ${thread.archived && html`<span class="thread-last">This thread is archived</span>`}
  </button>`;
}

/** A command on its way, or one that nobody answered. */
export function Pending({ one, names, act }) {
  const user = names.user(one.user) ?? { id: one.user, name: 'You' };
  const bot = names.author(names.bot);
  return html`<article class="message first ephemeral pending" data-testid="pending">
    <div class="reference" data-testid="used">
      <${Avatar} id=${user.id} name=${user.name} size=${16} />
      <span class="name" style=${{ color: cssColor(user.color) }}>${user.name}</span> used${' '}
      <span class="used-command">/${one.command}</span>
    </div>
    <div class="gutter"><${Avatar} id=${bot.id} name=${bot.name} bot=${true} /></div>
    <div class="body">
      <${Head} author=${bot} at=${one.at} iso=${new Date(one.at).toISOString()} />
      ${
        one.failed === undefined
          ? html`<div class="thinking"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span> Sending command…</div>`
          : html`<${Failure} why=${one.failed} />
            <div class="only-you">
              <${Icon} name="eye" size=${16} /> Only you can see this ·${' '}
              <button type="button" class="text-button" onClick=${() => act.dropPending(one.key)}>Dismiss message</button>
            </div>`
      }
    </div>
  </article>`;
}
