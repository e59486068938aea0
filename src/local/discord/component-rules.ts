// What the components of a message may be: rows and buttons of old, and the layout components of version 2.
import { lengthOf, type Form, type Path } from './form.ts';
import { isObject, listOf, numberOf, objectOf, textOf, type Json } from './json.ts';

const selects = [3, 5, 6, 7, 8];
const topLevelV2 = [1, 9, 10, 12, 13, 14, 17];
const inContainer = [1, 9, 10, 12, 13, 14];

interface Tally {
  readonly customIds: Set<string>;
  readonly ids: Set<number>;
  components: number;
  text: number;
}

/** Checks `components` of a message body; `v2` = the message has the components flag (or will have). */
export function checkComponents(form: Form, payload: Json, v2: boolean): void {
  const tally: Tally = { customIds: new Set(), ids: new Set(), components: 0, text: 0 };
  const list = form.list(payload, 'components', [], 0, v2 ? 40 : 5);
  list.forEach((entry, index) =>
    checkOne(form, entry, ['components', index], v2 ? topLevelV2 : [1], tally, { v2 }),
  );
  if (tally.components > 40)
    form.wrong(
      ['components'],
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      `The maximum number of components in this message (40) was exceeded: ${tally.components}.`,
    );
  if (tally.text > 4000)
    form.wrong(
      ['components'],
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      'The displayable text size of this message exceeds the maximum of 4000.',
    );
}

interface Place {
  readonly v2: boolean;
}

function checkOne(
  form: Form,
  entry: unknown,
  path: Path,
  allowed: readonly number[],
  tally: Tally,
  place: Place,
): void {
  const json = form.object(entry, path);
  if (json === undefined) return;
  const type = json['type'];
  if (type === undefined || type === null) {
    form.required([...path, 'type']);
    return;
  }
  if (typeof type !== 'number' || !allowed.includes(type)) {
    form.oneOf([...path, 'type'], allowed);
    return;
  }
  tally.components += 1;
  checkId(form, json, path, tally);
  if (type === 1) checkRow(form, json, path, tally, place);
  else if (type === 2) checkButton(form, json, path, tally);
  else if (selects.includes(type)) checkSelect(form, json, path, tally);
  else if (type === 9) checkSection(form, json, path, tally, place);
  else if (type === 10) {
    const text = form.text(json, 'content', path, { min: 1, max: 4000, required: true });
    tally.text += lengthOf(text ?? '');
  } else if (type === 11) {
    checkMedia(form, json['media'], [...path, 'media'], ['http', 'https', 'attachment']);
    form.text(json, 'description', path, { max: 1024 });
  } else if (type === 12)
    form.list(json, 'items', path, 1, 10).forEach((item, index) => {
      const at = [...path, 'items', index];
      const media = form.object(item, at);
      if (media === undefined) return;
      checkMedia(form, media['media'], [...at, 'media'], ['http', 'https', 'attachment']);
      form.text(media, 'description', at, { max: 1024 });
    });
  else if (type === 13) checkMedia(form, json['file'], [...path, 'file'], ['attachment']);
  else if (type === 14) form.integer(json, 'spacing', path, 1, 2);
  else if (type === 17) {
    form.integer(json, 'accent_color', path, 0, 0xffffff);
    form
      .list(json, 'components', path, 1, 40)
      .forEach((child, index) =>
        checkOne(form, child, [...path, 'components', index], inContainer, tally, place),
      );
  }
}

function checkId(form: Form, json: Json, path: Path, tally: Tally): void {
  const id = form.integer(json, 'id', path, 0, 2_147_483_647);
  if (id === undefined || id === 0) return;
  if (tally.ids.has(id))
    form.wrong([...path, 'id'], 'COMPONENT_ID_DUPLICATED', 'Component id cannot be duplicated');
  tally.ids.add(id);
}

function checkRow(form: Form, row: Json, path: Path, tally: Tally, place: Place): void {
  const children = form.list(row, 'components', path, 1, 5);
  let width = 0;
  children.forEach((child, index) => {
    const at = [...path, 'components', index];
    width += selects.includes(numberOf(objectOf(child)['type']) ?? 0) ? 5 : 1;
    if (width > 5)
      form.wrong(at, 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', 'The specified component exceeds the maximum width');
    checkOne(form, child, at, [2, ...selects], tally, place);
  });
}

export function checkCustomId(form: Form, json: Json, path: Path, seen: Set<string>): void {
  const customId = form.text(json, 'custom_id', path, { min: 1, max: 100, required: true });
  if (customId === undefined) return;
  if (seen.has(customId))
    form.wrong(
      [...path, 'custom_id'],
      'COMPONENT_CUSTOM_ID_DUPLICATED',
      'Component custom id cannot be duplicated',
    );
  seen.add(customId);
}

function checkButton(form: Form, button: Json, path: Path, tally: Tally): void {
  const style = button['style'];
  if (style === undefined || style === null) {
    form.required([...path, 'style']);
    return;
  }
  if (typeof style !== 'number' || ![1, 2, 3, 4, 5, 6].includes(style)) {
    form.oneOf([...path, 'style'], [1, 2, 3, 4, 5, 6]);
    return;
  }
  form.text(button, 'label', path, { max: 80 });
  checkEmoji(form, button, path);
  form.flag(button, 'disabled', path);
  const named = (textOf(button['label']) ?? '').trim() !== '' || isObject(button['emoji']);
  if (style === 5) {
    if (button['url'] === undefined || button['url'] === null)
      form.wrong([...path, 'url'], 'BUTTON_COMPONENT_URL_REQUIRED', 'A url is required');
    else {
      form.text(button, 'url', path, { max: 512 });
      form.url(button['url'], [...path, 'url'], ['http', 'https', 'discord']);
    }
    if (button['custom_id'] !== undefined)
      form.wrong(
        path,
        'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
        'A custom id and url cannot both be specified',
      );
  } else if (style === 6) {
    if (button['sku_id'] === undefined) form.required([...path, 'sku_id']);
  } else {
    if (button['url'] !== undefined && button['url'] !== null)
      form.wrong(
        [...path, 'url'],
        'BUTTON_COMPONENT_INVALID_URL',
        'A url cannot be specified for this style',
      );
    if (button['custom_id'] === undefined || button['custom_id'] === null || button['custom_id'] === '')
      form.wrong([...path, 'custom_id'], 'BUTTON_COMPONENT_CUSTOM_ID_REQUIRED', 'A custom id is required');
    else checkCustomId(form, button, path, tally.customIds);
  }
  if (!named && style !== 6)
    form.wrong(path, 'BUTTON_COMPONENT_INVALID_LABEL', 'A label or emoji is required');
}

function checkEmoji(form: Form, holder: Json, path: Path): void {
  const value = holder['emoji'];
  if (value === undefined || value === null) return;
  const at = [...path, 'emoji'];
  const emoji = form.object(value, at);
  if (emoji === undefined) return;
  const id = emoji['id'] ?? undefined;
  if (id !== undefined) form.snowflake(id, [...at, 'id']);
  form.text(emoji, 'name', at, { min: 1, max: 32, required: id === undefined });
  form.flag(emoji, 'animated', at);
}

/** Checks a select of a message or of a modal's label. */
export function checkSelect(form: Form, select: Json, path: Path, tally: Pick<Tally, 'customIds'>): void {
  checkCustomId(form, select, path, tally.customIds);
  form.text(select, 'placeholder', path, { max: 150 });
  form.flag(select, 'disabled', path);
  const min = form.integer(select, 'min_values', path, 0, 25) ?? 1;
  const max = form.integer(select, 'max_values', path, 1, 25) ?? 1;
  if (min > max)
    form.wrong([...path, 'min_values'], 'BASE_TYPE_MAX', 'min_values cannot be greater than max_values');
  if (select['type'] !== 3) return;
  const options = form.list(select, 'options', path, 1, 25);
  const values = new Set<string>();
  options.forEach((option, index) => {
    const at = [...path, 'options', index];
    const json = form.object(option, at);
    if (json === undefined) return;
    form.text(json, 'label', at, { min: 1, max: 100, required: true });
    const value = form.text(json, 'value', at, { min: 1, max: 100, required: true });
    form.text(json, 'description', at, { max: 100 });
    form.flag(json, 'default', at);
    checkEmoji(form, json, at);
    if (value !== undefined && values.has(value))
      form.wrong(
        [...at, 'value'],
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      );
    if (value !== undefined) values.add(value);
  });
  if (options.length > 0 && max > options.length)
    form.wrong(
      [...path, 'max_values'],
      'SELECT_COMPONENT_MAX_VALUES_TOO_LARGE',
      `The maximum number of values cannot exceed the number of options (${options.length}).`,
    );
}

function checkSection(form: Form, section: Json, path: Path, tally: Tally, place: Place): void {
  form
    .list(section, 'components', path, 1, 3)
    .forEach((child, index) => checkOne(form, child, [...path, 'components', index], [10], tally, place));
  if (section['accessory'] === undefined || section['accessory'] === null)
    form.required([...path, 'accessory']);
  else checkOne(form, section['accessory'], [...path, 'accessory'], [2, 11], tally, place);
}

function checkMedia(form: Form, media: unknown, path: Path, schemes: readonly string[]): void {
  if (media === undefined || media === null) {
    form.required(path);
    return;
  }
  const json = form.object(media, path);
  if (json === undefined) return;
  if (json['url'] === undefined || json['url'] === null) form.required([...path, 'url']);
  else form.url(json['url'], [...path, 'url'], schemes);
}

/** Every text a version 2 message shows, for mentions. */
export function textsOf(components: unknown): string[] {
  const texts: string[] = [];
  for (const entry of listOf(components)) {
    const json = objectOf(entry);
    if (json['type'] === 10) texts.push(textOf(json['content']) ?? '');
    else texts.push(...textsOf(json['components']));
  }
  return texts;
}
