// A chosen command as chips: its name, one small box for each option, and a last box to add another.
import { html } from '/page/vendor/preact.js';
import { optionOf } from './completion.js';

export function CommandChips({ draft, aria, label, onActive, onValue, onTrail }) {
  const { command, order, values, active, trail, wrong } = draft;
  return html`<div class="chips" data-testid="chips">
    <span class="chip-command">/${command.name}</span>
    ${order.map((name) => {
      const text = values[name]?.text ?? '';
      const here = name === active;
      return html`<label key=${name} class=${`chip${here ? ' here' : ''}${wrong[name] ? ' wrong' : ''}`}>
        <span>${name}</span>
        <input
          data-testid=${`option-${name}`}
          data-focus=${here || undefined}
          role="combobox"
          aria-expanded=${here && aria['aria-controls'] !== undefined}
          aria-invalid=${wrong[name] !== undefined}
          aria-required=${optionOf(command, name)?.required === true}
          autocomplete="off"
          spellcheck="false"
          size=${Math.max(2, text.length + 1)}
          value=${text}
          onFocus=${() => here || onActive(name)}
          onInput=${(event) => onValue(name, event.target.value)}
          ...${here ? aria : {}}
        />
      </label>`;
    })}
    <input
      class="trail"
      data-testid=${`${label}-trail`}
      data-focus=${active === '' || undefined}
      role="combobox"
      aria-expanded=${active === '' && aria['aria-controls'] !== undefined}
      aria-label=${`/${command.name}: Enter to send`}
      autocomplete="off"
      spellcheck="false"
      value=${trail}
      onFocus=${() => active === '' || onActive('')}
      onInput=${(event) => onTrail(event.target.value)}
      ...${active === '' ? aria : {}}
    />
  </div>`;
}
