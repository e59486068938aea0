// What a modal may be: a title, one to five components, inputs with unique ids.
import { checkCustomId, checkSelect } from './component-rules.ts';
import type { Form, Path } from './form.ts';
import { listOf, objectOf, type Json } from './json.ts';

const inputs = [3, 4, 5, 6, 7, 8, 19, 21, 22, 23];

export function checkModal(form: Form, modal: Json): void {
  const path: Path = ['data'];
  form.text(modal, 'custom_id', path, { min: 1, max: 100, required: true });
  form.text(modal, 'title', path, { min: 1, max: 45, required: true });
  const seen = new Set<string>();
  form.list(modal, 'components', path, 1, 5).forEach((entry, index) => {
    const at = [...path, 'components', index];
    const json = form.object(entry, at);
    if (json === undefined) return;
    if (json['type'] === 1) {
      form
        .list(json, 'components', at, 1, 1)
        .forEach((child, place) => checkInput(form, child, [...at, 'components', place], [4], true, seen));
    } else if (json['type'] === 18) {
      form.text(json, 'label', at, { min: 1, max: 45, required: true });
      form.text(json, 'description', at, { max: 100 });
      if (json['component'] === undefined || json['component'] === null) form.required([...at, 'component']);
      else checkInput(form, json['component'], [...at, 'component'], inputs, false, seen);
    } else if (json['type'] === 10) form.text(json, 'content', at, { min: 1, max: 4000, required: true });
    else form.oneOf([...at, 'type'], [1, 10, 18]);
  });
}

function checkInput(
  form: Form,
  entry: unknown,
  path: Path,
  allowed: readonly number[],
  labelled: boolean,
  seen: Set<string>,
): void {
  const json = form.object(entry, path);
  if (json === undefined) return;
  const type = json['type'];
  if (typeof type !== 'number' || !allowed.includes(type)) {
    form.oneOf([...path, 'type'], allowed);
    return;
  }
  if ([3, 5, 6, 7, 8].includes(type)) {
    checkSelect(form, json, path, { customIds: seen });
    return;
  }
  checkCustomId(form, json, path, seen);
  if (type === 21 || type === 22) checkGroup(form, json, path, type === 21 ? 2 : 1);
  if (type !== 4) return;
  if (json['style'] === undefined) form.required([...path, 'style']);
  form.integer(json, 'style', path, 1, 2);
  if (labelled) form.text(json, 'label', path, { min: 1, max: 45, required: true });
  form.text(json, 'placeholder', path, { max: 100 });
  form.text(json, 'value', path, { max: 4000 });
  const min = form.integer(json, 'min_length', path, 0, 4000) ?? 0;
  const max = form.integer(json, 'max_length', path, 1, 4000) ?? 4000;
  if (min > max)
    form.wrong(
      [...path, 'min_length'],
      'NUMBER_TYPE_MAX',
      `int value should be less than or equal to ${max}.`,
    );
}

/** The options of a radio group (2-10) or a checkbox group (1-10). */
function checkGroup(form: Form, group: Json, path: Path, min: number): void {
  form.list(group, 'options', path, min, 10).forEach((entry, index) => {
    const at = [...path, 'options', index];
    const option = form.object(entry, at);
    if (option === undefined) return;
    form.text(option, 'label', at, { min: 1, max: 100, required: true });
    form.text(option, 'value', at, { min: 1, max: 100, required: true });
    form.text(option, 'description', at, { max: 100 });
    form.flag(option, 'default', at);
  });
}

/** Every input of a modal, in order. */
export function inputsOf(modal: Json): readonly Json[] {
  return listOf(modal['components']).flatMap((entry) => {
    const json = objectOf(entry);
    return json['type'] === 1 ? listOf(json['components']).map(objectOf) : [objectOf(json['component'])];
  });
}
