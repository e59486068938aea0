// What a person is told when dead letters are read, sent again or dismissed.
import { expect, it } from 'vitest';
import type { DeadLetter, LetterBox, Redriven } from '../../src/domain/letter.ts';
import { tendLetters } from '../../src/flows/letters.ts';

const letter = (no: number, more: Partial<DeadLetter> = {}): DeadLetter => ({
  no,
  at: no * 1_000,
  what: 'post',
  id: `post-${no}`,
  about: `note of incident ${no}`,
  why: 'missing access',
  again: true,
  ...more,
});

function box(letters: readonly DeadLetter[], outcome: (no: number) => Redriven = () => 'sent') {
  const left = new Map(letters.map((one) => [one.no, one]));
  const sent: number[] = [];
  const kept: LetterBox = {
    list: () => Promise.resolve({ letters: [...left.values()].sort((a, b) => b.no - a.no), unreadable: 1 }),
    redrive: (no) => {
      const said = left.has(no) ? outcome(no) : 'gone';
      if (said === 'sent') {
        sent.push(no);
        left.delete(no);
      }
      return Promise.resolve(said);
    },
    dismiss: (no) => Promise.resolve(left.delete(no)),
    clear: () => Promise.resolve(1),
  };
  return { kept, sent };
}
const ask = (given: LetterBox, action: 'redrive' | 'dismiss', no: number | 'all') =>
  tendLetters({ kind: 'letters', action, no }, given, 9_000);

it('all are sent again oldest first, and those that cannot be are named', async () => {
  const { kept, sent } = box([letter(3), letter(1), letter(2, { what: 'ask', again: false })], (no) =>
    no === 2 ? 'nothing-to-send' : 'sent',
  );
  expect(await ask(kept, 'redrive', 'all')).toEqual({
    kind: 'done',
    text: '2 dead letters are on the way again. 1 cannot be sent and is still there: 2.',
  });
  expect(sent).toEqual([1, 3]);
  expect(await ask(kept, 'redrive', 'all')).toMatchObject({ kind: 'refusal' });
});

it('one that is gone, that was refused, or that is too old says which, and what to do', async () => {
  const { kept } = box([letter(1, { why: 'it carries no signature' }), letter(2)], (no) =>
    no === 1 ? 'nothing-to-send' : { kind: 'refused', why: 'it expired: it is an old one brought back' },
  );
  expect(await ask(kept, 'redrive', 7)).toMatchObject({
    text: expect.stringContaining('no dead letter 7') as string,
  });
  expect(await ask(kept, 'redrive', 1)).toMatchObject({
    kind: 'refusal',
    text: expect.stringContaining('no signature') as string,
    wayOut: expect.stringContaining('dismiss 1') as string,
  });
  expect(await ask(kept, 'redrive', 2)).toMatchObject({ text: expect.stringContaining('expired') as string });
});

it('dismissing takes away one, or all and what nobody can read', async () => {
  const { kept } = box([letter(1), letter(2)]);
  expect(await ask(kept, 'dismiss', 1)).toMatchObject({ kind: 'done' });
  expect(await ask(kept, 'dismiss', 1)).toMatchObject({ kind: 'refusal' });
  expect(await ask(kept, 'dismiss', 'all')).toEqual({
    kind: 'done',
    text: '2 dead letters are dismissed and will not be sent.',
  });
  const { kept: none } = box([]);
  expect(await ask(none, 'dismiss', 'all')).toMatchObject({
    text: 'One dead letter is dismissed and will not be sent.',
  });
  const { kept: one } = box([letter(1)], () => 'nothing-to-send');
  expect(await ask(one, 'redrive', 'all')).toMatchObject({
    text: 'The one dead letter cannot be sent again.',
  });
});
