// What is at stake, in words: also where it was read long ago.
import { expect, it } from 'vitest';
import { exposureWords } from '../../../src/discord/presenter/words.ts';

it('what nobody has told for long is shown with the time at which it was last read', () => {
  const held = { kind: 'protected', side: 'long', size: 2 } as const;
  const readAt = Date.parse('2026-11-27T15:46:40Z');
  expect(exposureWords(held)).not.toContain('last read');
  expect(exposureWords({ ...held, readAt })).toMatch(/stop in place when last read, at 09:46:40/);
});
