// What an application command may be: names, texts, options, choices, and their number.
import type { APIApplicationCommand } from 'discord-api-types/v10';
import { lengthOf, type Form, type Path } from './form.ts';
import { isObject, listOf, numberOf, objectOf, plain, textOf, type Json } from './json.ts';

const chatInput = 1;
const nameRule = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const optionTypes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

export function typeOfCommand(command: Json): number {
  return numberOf(command['type']) ?? chatInput;
}

/** The registered command's type as the bare number it is on the wire. */
export function kindOf(command: APIApplicationCommand): number {
  return command.type;
}

/** Checks one command body. `path` is its index in a bulk overwrite, empty otherwise. */
export function checkCommand(form: Form, command: Json, path: Path): void {
  const type = typeOfCommand(command);
  if (![1, 2, 3, 4].includes(type)) form.oneOf([...path, 'type'], [1, 2, 3, 4]);
  const slash = type === chatInput;
  checkName(form, command, path, slash);
  if (slash) form.text(command, 'description', path, { min: 1, max: 100, required: true });
  else if ((textOf(command['description']) ?? '') !== '')
    form.wrong(
      [...path, 'description'],
      'APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED',
      'Context menu commands cannot have description',
    );
  const permissions = command['default_member_permissions'];
  if (permissions !== undefined && permissions !== null && !/^\d+$/.test(plain(permissions)))
    form.wrong(
      [...path, 'default_member_permissions'],
      'NUMBER_TYPE_COERCE',
      `Value "${plain(permissions)}" is not int.`,
    );
  checkLocalizations(form, command, path);
  checkInstallation(form, command, path);
  if (slash) checkOptions(form, command, path, 0);
  else if (listOf(command['options']).length > 0)
    form.wrong(
      [...path, 'options'],
      'APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED',
      'Context menu commands cannot have options',
    );
  if (textLength(command) > 8000)
    form.wrong(path, 'APPLICATION_COMMAND_TOO_LARGE', 'Command exceeds maximum size (8000).');
}

function checkLocalizations(form: Form, holder: Json, path: Path): void {
  for (const key of ['name_localizations', 'description_localizations']) {
    const value = holder[key];
    if (value === undefined || value === null) continue;
    const texts = form.object(value, [...path, key]);
    const max = key.startsWith('name') ? 32 : 100;
    for (const locale of Object.keys(texts ?? {}))
      form.text(texts ?? {}, locale, [...path, key], { min: 1, max });
  }
}

/** Where a command shows: `contexts` 0-2 and `integration_types` 0-1. */
function checkInstallation(form: Form, command: Json, path: Path): void {
  for (const [key, known] of [
    ['contexts', [0, 1, 2]],
    ['integration_types', [0, 1]],
  ] as const)
    form.list(command, key, path, 0, known.length).forEach((entry, index) => {
      if (!known.some((each) => each === entry)) form.oneOf([...path, key, index], known);
    });
}

function checkName(form: Form, holder: Json, path: Path, strict: boolean): void {
  const name = form.text(holder, 'name', path, { min: 1, max: 32, required: true });
  if (!strict || name === undefined || name.length === 0 || lengthOf(name) > 32) return;
  if (!nameRule.test(name) || name !== name.toLowerCase())
    form.wrong([...path, 'name'], 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
}

function checkOptions(form: Form, holder: Json, path: Path, depth: number): void {
  const names = new Set<string>();
  let optional = false;
  let nested: boolean | undefined;
  form.list(holder, 'options', path, 0, 25).forEach((entry, index) => {
    const at = [...path, 'options', index];
    const option = form.object(entry, at);
    if (option === undefined) return;
    const type = option['type'];
    if (type === undefined || type === null) form.required([...at, 'type']);
    else if (typeof type !== 'number' || !optionTypes.includes(type))
      form.oneOf([...at, 'type'], optionTypes);
    checkName(form, option, at, true);
    form.text(option, 'description', at, { min: 1, max: 100, required: true });
    const name = textOf(option['name']) ?? '';
    if (names.has(name))
      form.wrong([...at, 'name'], 'APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE', 'Option name already exists');
    names.add(name);
    checkLocalizations(form, option, at);
    const isNested = type === 1 || type === 2;
    if (depth === 1 && type !== 1)
      form.wrong(
        [...at, 'type'],
        'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
        'A sub-command group holds sub-commands only',
      );
    if (nested !== undefined && nested !== isNested)
      form.wrong(
        at,
        'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
        'Sub-command and sub-command group option types are mutually exclusive to all other types',
      );
    nested = isNested;
    if ((type === 1 || type === 2) && depth > 1)
      form.wrong(
        [...at, 'type'],
        'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
        'Sub-commands are nested too deep',
      );
    if (isNested) checkOptions(form, option, at, type === 2 ? 1 : 2);
    else {
      if (option['required'] === true && optional)
        form.wrong(
          [...at, 'required'],
          'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
          'Required options must be placed before non-required options',
        );
      if (option['required'] !== true) optional = true;
      checkValues(form, option, at);
    }
  });
}

function checkValues(form: Form, option: Json, path: Path): void {
  const type = numberOf(option['type']) ?? 0;
  const choices = form.list(option, 'choices', path, 0, 25);
  if (option['autocomplete'] === true && choices.length > 0)
    form.wrong(
      [...path, 'autocomplete'],
      'APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES_EXCLUSIVE',
      'Autocomplete and choices are mutually exclusive',
    );
  if ((option['autocomplete'] === true || choices.length > 0) && ![3, 4, 10].includes(type))
    form.wrong(
      [...path, 'choices'],
      'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
      'Only strings and numbers can have choices or autocomplete',
    );
  choices.forEach((choice, index) => checkChoice(form, choice, type, [...path, 'choices', index]));
  form.integer(option, 'min_length', path, 0, 6000);
  form.integer(option, 'max_length', path, 1, 6000);
}

/** A choice of an option, or of an autocomplete answer: name 1-100, value of the option's type, text up to 100. */
export function checkChoice(form: Form, choice: unknown, type: number, path: Path): void {
  const json = form.object(choice, path);
  if (json === undefined) return;
  form.text(json, 'name', path, { min: 1, max: 100, required: true });
  const value = json['value'];
  if (value === undefined || value === null) form.required([...path, 'value']);
  else if (type === 3) form.text(json, 'value', path, { max: 100, required: true });
  else if (typeof value !== 'number' || (type === 4 && !Number.isInteger(value)))
    form.wrong(
      [...path, 'value'],
      'NUMBER_TYPE_COERCE',
      `Value "${plain(value)}" is not ${type === 4 ? 'int' : 'float'}.`,
    );
}

function textLength(value: unknown): number {
  if (!isObject(value)) return 0;
  let total = 0;
  for (const key of ['name', 'description', 'value']) {
    const text = textOf(value[key]);
    if (text !== undefined) total += lengthOf(text);
  }
  for (const inside of [...listOf(value['options']), ...listOf(value['choices'])])
    total += textLength(inside);
  return total;
}

/** What Discord keeps of a sound command. */
export function storedCommand(command: Json): Json {
  const type = typeOfCommand(command);
  const permissions = command['default_member_permissions'];
  return {
    type,
    name: textOf(command['name']) ?? '',
    name_localizations: spoken(command['name_localizations']),
    description: textOf(command['description']) ?? '',
    description_localizations: spoken(command['description_localizations']),
    ...(listOf(command['options']).length > 0
      ? { options: listOf(command['options']).map(storedOption) }
      : {}),
    default_member_permissions: permissions === undefined || permissions === null ? null : plain(permissions),
    dm_permission: command['dm_permission'] !== false,
    contexts: command['contexts'] ?? null,
    integration_types: command['integration_types'] ?? [0],
    nsfw: command['nsfw'] === true,
  };
}

/** A locale set to null is taken away. */
function spoken(localizations: unknown): Json | null {
  if (!isObject(localizations)) return null;
  return Object.fromEntries(Object.entries(localizations).filter(([, text]) => text !== null));
}

function storedOption(option: unknown): Json {
  const kept: Json = {};
  for (const [key, value] of Object.entries(objectOf(option))) {
    if (value === undefined || value === null) continue;
    if ((key === 'required' || key === 'autocomplete') && value === false) continue;
    if ((key === 'options' || key === 'choices') && listOf(value).length === 0) continue;
    if (key.endsWith('_localizations')) kept[key] = spoken(value);
    else kept[key] = key === 'options' ? listOf(value).map(storedOption) : value;
  }
  return kept;
}
