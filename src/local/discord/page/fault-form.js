// Any fault of the catalogue with its parameters, drawn from what the gateway says it understands.
import { html, useState } from '/page/vendor/preact.js';
import { parametersOf } from './fault-lists.js';
import { Markdown } from './markdown-view.js';

export function FaultForm({ catalogue, onStart }) {
  const [code, setCode] = useState(catalogue[0].fault);
  const [values, setValues] = useState({});
  const entry = catalogue.find((one) => one.fault === code) ?? catalogue[0];
  const parameters = parametersOf(entry);
  const submit = (event) => {
    event.preventDefault();
    const given = parameters.flatMap((parameter) => {
      const value = valueOf(parameter, values[parameter.name]);
      return value === undefined ? [] : [[parameter.name, value]];
    });
    onStart(entry, { fault: entry.fault, ...Object.fromEntries(given) });
  };
  return html`<form class="fault-form" onSubmit=${submit} data-testid="fault-form">
    <label>Fault<select
      value=${entry.fault}
      data-testid="fault-code"
      onChange=${(event) => {
        setCode(event.target.value);
        setValues({});
      }}
    >
      ${catalogue.map((one) => html`<option key=${one.fault} value=${one.fault}>${one.fault} · ${one.name}</option>`)}
    </select></label>
    ${entry.description && html`<p class="muted"><${Markdown} text=${entry.description} inlineOnly=${true} /></p>`}
    <div class="fault-fields">
      ${parameters.map((parameter) => html`<${Parameter} key=${`${entry.fault}-${parameter.name}`} parameter=${parameter} value=${values[parameter.name]} onValue=${(value) => setValues({ ...values, [parameter.name]: value })} />`)}
    </div>
    <button type="submit" class="button primary" data-testid="fault-start">Start ${entry.fault}</button>
  </form>`;
}

function valueOf({ kind, choices }, value) {
  if (value === undefined || value === '') return undefined;
  if (kind === 'number') return Number(value);
  if (kind === 'choice') return choices.find((choice) => String(choice) === value) ?? value;
  return value;
}

function Parameter({ parameter, value, onValue }) {
  const { name, kind, choices, required, description } = parameter;
  const fallback = parameter.default;
  if (kind === 'boolean')
    return html`<label class="check" title=${description}>
      <input type="checkbox" checked=${value ?? fallback ?? false} onChange=${(event) => onValue(event.target.checked)} /> ${name}
    </label>`;
  if (kind === 'choice')
    return html`<label title=${description}>${name}<select value=${String(value ?? fallback ?? '')} required=${required === true} onChange=${(event) => onValue(event.target.value)}>
      ${fallback === undefined && html`<option value="">—</option>`}
      ${choices.map((choice) => html`<option key=${choice} value=${String(choice)}>${String(choice)}</option>`)}
    </select></label>`;
  return html`<label title=${description}>${name}<input
    inputmode=${kind === 'number' ? 'decimal' : 'text'}
    placeholder=${fallback === undefined ? (name === 'forMs' ? 'until ended' : 'any') : String(fallback)}
    required=${required === true}
    value=${value ?? ''}
    onInput=${(event) => onValue(event.target.value)}
  /></label>`;
}
