// The start of a channel: says hello, and offers commands that a press puts into the composer.
import { html } from '/page/vendor/preact.js';
import { flatCommands } from './completion.js';
import { Icon } from './icon.js';

const offered = ['health', 'suites', 'connection', 'diagnose', 'explain', 'help'];

export function Welcome({ channel, state, insert }) {
  const commands = flatCommands(state.desk.commands);
  const rank = ({ name }) => (offered.includes(name) ? offered.indexOf(name) : offered.length);
  const list = [...commands].sort((a, b) => rank(a) - rank(b)).slice(0, 6);
  const ops = channel.name === 'ops';
  return html`<div class="welcome" data-testid="welcome">
    <div class="welcome-icon"><${Icon} name="hash" size=${36} /></div>
    <h3>Welcome to #${channel.name}!</h3>
    <p>${ops ? 'Pages arrive here, diagnoses are asked for here, and incidents are worked in the threads.' : `This is the start of the #${channel.name} channel.`}</p>
    ${
      ops &&
      (list.length > 0
        ? html`<div class="chips-row" role="group" aria-label="Commands to try">
          ${list.map(
            (
              command,
              index,
            ) => html`<button key=${command.name} type="button" class=${`try${index === 0 ? ' main-try' : ''}`} data-testid=${`try-${command.name}`} title=${command.description} onClick=${() => insert(`/${command.name} `)}>
            ${index === 0 ? 'Try ' : ''}<strong>/${command.name}</strong>
          </button>`,
          )}
        </div>`
        : html`<p class="muted">${state.desk.bot.online ? 'No commands are registered yet.' : `Waiting for ${state.desk.bot.name} to come online…`}</p>`)
    }
  </div>`;
}
