// A person at the desk: types, presses and writes, tries again where Discord says that nobody answered, and remembers all of it.
import { until } from '../../test/fixtures/real-redis.ts';
import type { ChaosDesk } from './desk.ts';
import type { Shown } from './ledger.ts';

export interface Asked {
  readonly id: string;
  readonly what: string;
  readonly at: number;
  /** A command has exactly one terminal message; a press may be seen by its effect alone. */
  readonly kind: 'command' | 'press';
}

export interface Person {
  readonly asked: readonly Asked[];
  type(command: string, options?: Readonly<Record<string, string>>, channel?: string): Asked;
  /** Typed again, each time as a new command with options of its own, until one is answered; which time that was. */
  insist(
    command: string,
    options: (time: number) => Readonly<Record<string, string>>,
    channel?: string,
  ): Promise<number>;
  /** Presses the button on the message as it stands, again where it failed, until `done`. */
  press(message: string, label: RegExp, done: () => boolean): Promise<void>;
  /** The form that this button opens, filled in; again where it failed, each time with new words, until one of them is shown. */
  note(message: string, words: () => string, shown: (text: string) => boolean): Promise<string>;
  readonly answers: (asked: Asked) => readonly Shown[];
  readonly settled: (asked: Asked) => boolean;
}

/** How long anything may take through any fault, of which the longest lasts a minute, before it counts as never. */
export const patienceMs = 90_000;
/** Nobody presses anew before Discord told them, or nothing happened for this long. */
const againMs = 12_000;
const beginAgainMs = 500;

interface Part {
  readonly label?: string;
  readonly custom_id?: string;
  readonly disabled?: boolean;
  readonly components?: readonly Part[];
}

export function personAt(desk: ChaosDesk): Person {
  const { discord, ledger } = desk;
  const user = discord.users.lead;
  const asked: Asked[] = [];

  function remember(id: string, what: string, kind: Asked['kind']): Asked {
    const one: Asked = { id, what, kind, at: Date.now() };
    asked.push(one);
    return one;
  }

  /**
   * Told that it was not done, by the bot or by Discord itself: a person does it again. Told that nobody knows whether it was,
   * they look: the words of the second time differ, so that a first that was done after all shows as itself.
   */
  function denied(one: Asked): boolean {
    const said = person.answers(one).map(({ text }) => text);
    return (
      ledger.failed.has(one.id) || said.some((text) => /That failed|was not done|is not answered/.test(text))
    );
  }

  /** @returns the custom id, undefined where the message bears no such button now, or one that is switched off */
  function buttonOf(message: string, label: RegExp): string | undefined {
    const rows = (ledger.shown.get(message)?.message.components ?? []) as readonly Part[];
    const found = rows
      .flatMap(({ components = [] }) => components)
      .find((part) => label.test(part.label ?? ''));
    return found?.disabled === true ? undefined : found?.custom_id;
  }

  /** Does it, and again where Discord says it failed or nothing came of it. */
  async function repeatedly(act: () => Asked | undefined, done: () => boolean, what: string): Promise<void> {
    const end = Date.now() + patienceMs;
    while (!done()) {
      if (Date.now() > end) throw new Error(`${what}: nothing came of it within ${patienceMs / 1_000} s`);
      const one = act();
      if (one !== undefined) await new Promise((resolve) => setTimeout(resolve, beginAgainMs / 10));
      const again = Date.now() + (one === undefined ? 200 : againMs);
      await until(() => done() || Date.now() > again || (one !== undefined && denied(one)), againMs + 1_000);
    }
  }

  const person: Person = {
    asked,
    type(command, options = {}, channel = discord.channelId) {
      const id = discord.type({ user, channel, command, options });
      return remember(id, `/${command}`, 'command');
    },
    async insist(command, options, channel = discord.channelId) {
      let time = 0;
      let last: Asked | undefined;
      await repeatedly(
        () => {
          time += 1;
          last = person.type(command, options(time), channel);
          return last;
        },
        () => last !== undefined && !denied(last) && person.answers(last).some(({ thinking }) => !thinking),
        `/${command}`,
      );
      return time;
    },
    press: (message, label, done) =>
      repeatedly(
        () => {
          const custom_id = buttonOf(message, label);
          const channel = ledger.shown.get(message)?.channel;
          if (custom_id === undefined || channel === undefined) return undefined;
          return remember(
            discord.press({ user, channel, message, custom_id }),
            `button ${custom_id}`,
            'press',
          );
        },
        done,
        `the button ${label.source}`,
      ),
    async note(message, words, shown) {
      const end = Date.now() + patienceMs;
      while (Date.now() < end) {
        const custom_id = buttonOf(message, /^Note/);
        const channel = ledger.shown.get(message)?.channel;
        if (custom_id === undefined || channel === undefined) throw new Error('the page has no button Note');
        const pressed = remember(
          discord.press({ user, channel, message, custom_id }),
          'the button Note',
          'press',
        );
        await until(() => ledger.forms.has(pressed.id) || denied(pressed), againMs);
        const form = ledger.forms.get(pressed.id);
        if (form === undefined) {
          await new Promise((resolve) => setTimeout(resolve, beginAgainMs));
          continue;
        }
        const text = words();
        const sent = remember(
          discord.submit({ user, interaction: pressed.id, custom_id: form, values: { text } }),
          'the form of a note',
          'press',
        );
        await until(
          () => shown(text) || denied(sent) || Date.now() > sent.at + patienceMs,
          patienceMs + 1_000,
        );
        if (shown(text)) return text;
        if (!denied(sent)) break;
        await new Promise((resolve) => setTimeout(resolve, beginAgainMs));
      }
      throw new Error('a note was taken and never shown');
    },
    answers: ({ id }) => [...ledger.shown.values()].filter(({ interaction }) => interaction === id),
    settled: (one) => ledger.failed.has(one.id) || person.answers(one).some(({ thinking }) => !thinking),
  };
  return person;
}
