// Ending a silence is typed in a hurry: its number alone is enough.
import { expect, it } from 'vitest';
import maintenance from '../../commands/maintenance.ts';
import silence from '../../commands/silence.ts';
import { context } from '../discord/desk.ts';

it.each(['S3', 's3', ' 3 ', '3'])('%j ends the silence S3', (id) => {
  for (const command of [silence, maintenance]) {
    expect(command.plan({ subcommand: 'end', id }, context)).toEqual({
      kind: 'task',
      task: { kind: 'silence', action: 'end', id: 'S3' },
    });
  }
});

it('what is no number of a silence is left as it was typed, and refused where it is looked for', () => {
  expect(silence.plan({ subcommand: 'end', id: 'S3x' }, context)).toMatchObject({ task: { id: 'S3X' } });
});
