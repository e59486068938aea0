// The signature on what passes through Redis: what is not ours, not for here, or not of now is refused with its reason.
import { describe, expect, it } from 'vitest';
import { makeSeal, ownSeal, type Opened } from '../../src/queue/seal.ts';

const now = 1_000_000;
const seal = makeSeal({ current: 'the-key-of-this-desk-32-characters' });
const sealed = seal.close('ask', 'a-1', now + 500, { login: 'desk', words: 'ü "quoted" \n line' });
const why = (opened: Opened<unknown>): string => (opened.kind === 'refused' ? opened.why : 'sound');
const parts = (): string[] => {
  const [version = '', key = '', signature = '', ...body] = sealed.split('.');
  return [version, key, signature, body.join('.')];
};

describe('what was sealed', () => {
  it('opens as it was, by any process with the key', () => {
    const other = makeSeal({ current: 'the-key-of-this-desk-32-characters' });
    expect(other.open('ask', sealed, now, 'a-1')).toEqual({
      kind: 'sound',
      id: 'a-1',
      content: { login: 'desk', words: 'ü "quoted" \n line' },
    });
    expect(why(other.open('ask', sealed, now + 500))).toBe('sound');
  });

  it('is refused once it expired, under another id, or in the place of something else', () => {
    expect(why(seal.open('ask', sealed, now + 501))).toMatch(/expired/);
    expect(why(seal.open('ask', sealed, now, 'a-2'))).toMatch(/under another id/);
    expect(why(seal.open('ticket', sealed, now))).toMatch(/signed as ask, and put in the place/);
  });

  it('is refused by a desk with another key, which is told what to set', () => {
    expect(why(ownSeal.open('ask', sealed, now))).toMatch(/same PITWATCH_SIGNING_KEY everywhere/);
  });
});

describe('while the key is changed', () => {
  const old = makeSeal({ current: 'the-key-before-with-32-characters' });
  const turned = makeSeal({
    current: 'the-key-of-this-desk-32-characters',
    older: 'the-key-before-with-32-characters',
  });

  it('what was signed with the older one is accepted, and nothing is signed with it', () => {
    expect(why(turned.open('post', old.close('post', 'p', now, 1), now))).toBe('sound');
    expect(why(old.open('post', turned.close('post', 'p', now, 1), now))).toMatch(/does not hold/);
    expect(why(seal.open('post', old.close('post', 'p', now, 1), now))).toMatch(/does not hold/);
  });

  it('marks made with the older one still hold', () => {
    const mark = old.mark('text');
    expect(turned.isMark('text', mark)).toBe(true);
    expect(turned.isMark('text ', mark)).toBe(false);
    expect(seal.isMark('text', mark)).toBe(false);
  });
});

describe('what was not sealed', () => {
  it.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['an object', { kind: 'ask' }],
    ['an empty text', ''],
    ['plain JSON', '{"kind":"ask","login":"desk"}'],
    ['a cut-off text', sealed.slice(0, 40)],
    ['a text without its signature', `1.${parts()[1] ?? ''}..${parts()[3] ?? ''}`],
    ['another version', sealed.replace(/^1\./, '2.')],
    [
      'the signature in another letter case',
      `1.${parts()[1] ?? ''}.${(parts()[2] ?? '').toLowerCase()}.${parts()[3] ?? ''}`,
    ],
    ['one letter changed', sealed.replace('"login":"desk"', '"login":"desl"')],
    ['one blank added', sealed.replace('"login":', '"login": ')],
    ['its expiry moved', sealed.replace(String(now + 500), String(now + 900_500))],
    ['its id changed', sealed.replace('"a-1"', '"a-2"')],
    ['something behind it', `${sealed}{}`],
    [
      'a mark used as a signature',
      `1.${parts()[1] ?? ''}.${Buffer.from(seal.mark(parts()[3] ?? ''), 'hex').toString('base64url')}.${parts()[3] ?? ''}`,
    ],
    ['deeply nested rubbish', `1.${parts()[1] ?? ''}.${'A'.repeat(43)}.${'{"a":'.repeat(5_000)}`],
  ])('is refused: %s', (_name, text) => {
    expect(why(seal.open('ask', text, now))).not.toBe('sound');
  });

  it('is refused however a sealed text is changed in one place', () => {
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'x' ? 'y' : 'x'}${sealed.slice(at + 1)}`;
      expect(why(seal.open('ask', changed, now)), changed).not.toBe('sound');
    }
  });
});
