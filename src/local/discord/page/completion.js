// What may come next in a slash command: commands, options, choices; what is missing; pure, so that it can be tested bare.

export const optionTypes = {
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
};

/** Registered commands as one flat list: sub-commands become `name group sub`. */
export function flatCommands(commands) {
  return commands
    .filter((command) => (command.type ?? 1) === 1)
    .flatMap((command) => flatten(command, command.name));
}

function flatten(command, path) {
  const options = command.options ?? [];
  const nested = options.filter((option) => option.type === 1 || option.type === 2);
  if (nested.length > 0) return nested.flatMap((option) => flatten(option, `${path} ${option.name}`));
  return [{ name: path, description: command.description ?? '', options }];
}

/** Commands that fit what was typed after `/`: names that begin so, then names and descriptions that hold it. */
export function matchCommands(commands, typed) {
  const wanted = typed.trim().toLowerCase();
  const rank = ({ name, description }) => {
    if (name.startsWith(wanted)) return 0;
    if (name.includes(wanted)) return 1;
    return description.toLowerCase().includes(wanted) && wanted.length > 2 ? 2 : 3;
  };
  return commands
    .map((command) => ({ command, at: rank(command) }))
    .filter(({ at }) => at < 3)
    .sort((a, b) => a.at - b.at || a.command.name.localeCompare(b.command.name))
    .map(({ command }) => command);
}

/** `/name rest` where `name` is a whole command (the longest that fits) followed by a space. */
export function commandIn(commands, text) {
  const fitting = commands.filter(({ name }) => text.startsWith(`/${name} `));
  const command = fitting.sort((a, b) => b.name.length - a.name.length)[0];
  return command === undefined ? undefined : { command, rest: text.slice(command.name.length + 2) };
}

export function optionOf(command, name) {
  return command.options.find((option) => option.name === name);
}

/** Options without a value yet, required ones first as Discord lists them. */
export function openOptions(command, order) {
  return command.options.filter((option) => !order.includes(option.name));
}

export function nextRequired(command, values) {
  return command.options.find(
    (option) => option.required === true && (values[option.name]?.text ?? '') === '',
  )?.name;
}

/** Choices known without asking the bot; undefined where there are none to offer. */
export function fixedChoices(option, names) {
  if (option.choices?.length > 0) return option.choices;
  const people = () => names.users.map((user) => ({ name: user.name, value: user.id, hint: user.title }));
  const roles = () => names.roles.map((role) => ({ name: `@${role.name}`, value: role.id }));
  switch (option.type) {
    case optionTypes.boolean:
      return [
        { name: 'True', value: true },
        { name: 'False', value: false },
      ];
    case optionTypes.user:
      return people();
    case optionTypes.channel:
      return names.channels
        .filter((channel) => !option.channel_types || option.channel_types.includes(channel.type))
        .map((channel) => ({ name: `#${channel.name}`, value: channel.id }));
    case optionTypes.role:
      return roles();
    case optionTypes.mentionable:
      return [...people(), ...roles()];
    default:
      return undefined;
  }
}

export function matchChoices(choices, typed) {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return choices;
  const starts = choices.filter(({ name }) => name.toLowerCase().startsWith(wanted));
  return [
    ...starts,
    ...choices.filter((choice) => !starts.includes(choice) && choice.name.toLowerCase().includes(wanted)),
  ];
}

/** The choice whose name or value is what was typed, to the letter. */
export function exactChoice(choices, typed) {
  const wanted = typed.trim().toLowerCase();
  return choices.find(
    ({ name, value }) => name.toLowerCase() === wanted || String(value).toLowerCase() === wanted,
  );
}

/** Everything that is wrong with the values, by option: a sentence each. */
export function mistakes(command, values, names) {
  const wrong = {};
  for (const option of command.options) {
    const entry = values[option.name];
    const text = entry?.text.trim() ?? '';
    if (text === '') {
      if (option.required === true) wrong[option.name] = 'This option is required. Specify a value.';
      continue;
    }
    if (entry.value !== undefined) continue;
    const fixed = fixedChoices(option, names);
    if (fixed !== undefined && exactChoice(fixed, text) === undefined)
      wrong[option.name] = 'Choose one of the listed values.';
    else if (option.type === optionTypes.integer || option.type === optionTypes.number) {
      const number = Number(text);
      if (!Number.isFinite(number) || (option.type === optionTypes.integer && !Number.isInteger(number)))
        wrong[option.name] =
          option.type === optionTypes.integer ? 'A whole number is wanted.' : 'A number is wanted.';
      else if (number < (option.min_value ?? -Infinity) || number > (option.max_value ?? Infinity))
        wrong[option.name] =
          `A number from ${option.min_value ?? '-∞'} to ${option.max_value ?? '∞'} is wanted.`;
    }
  }
  return wrong;
}

/** Values as the desk takes them: the chosen value, else what was typed in the option's own type. */
export function sentOptions(command, values, names) {
  const sent = {};
  for (const option of command.options) {
    const entry = values[option.name];
    const text = entry?.text.trim() ?? '';
    if (text === '') continue;
    const fixed = fixedChoices(option, names);
    if (entry.value !== undefined) sent[option.name] = entry.value;
    else if (fixed !== undefined) sent[option.name] = exactChoice(fixed, text)?.value ?? text;
    else if (option.type === optionTypes.integer || option.type === optionTypes.number)
      sent[option.name] = Number(text);
    else sent[option.name] = text;
  }
  return sent;
}
