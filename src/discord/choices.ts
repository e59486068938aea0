// Choices while somebody types, as Discord takes them.
import type { Choice } from './command.ts';
import { limits } from './presenter/message.ts';
import { clip, plain } from './presenter/text.ts';

/** Discord refuses the whole list for one choice too long or empty. */
export function fitting(choices: readonly Choice[]): { name: string; value: string }[] {
  return choices
    .filter(({ name, value }) => plain(name) !== '' && value !== '' && value.length <= limits.choiceText)
    .slice(0, limits.choices)
    .map(({ name, value }) => ({ name: clip(plain(name), limits.choiceText), value }));
}
