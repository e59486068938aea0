// The signature on what passes through Redis: what is not ours, not for here, or not of now is refused with its reason.
import { createHash, createHmac } from 'node:crypto';
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

describe('a ticket, which holds the token of an interaction', () => {
  const content = { reply: { token: 'aW50ZXJhY3Rpb246MTIz-canary' } };
  const veiled = seal.close('ticket', 't-1', now + 500, content);

  it('opens as it was for whoever has the key, and cannot be read without it', () => {
    expect(seal.open('ticket', veiled, now, 't-1')).toEqual({ kind: 'sound', id: 't-1', content });
    const seen = [veiled, Buffer.from(veiled.split('.')[2] ?? '', 'base64url').toString('latin1')].join('\n');
    for (const word of ['canary', 'token', 'reply', 't-1']) expect(seen).not.toContain(word);
    expect(seal.close('ticket', 't-1', now + 500, content)).not.toBe(veiled);
  });

  it('is refused once it expired, under another id, in another place, and by another key', () => {
    expect(why(seal.open('ticket', veiled, now + 501))).toMatch(/expired/);
    expect(why(seal.open('ticket', veiled, now, 't-2'))).toMatch(/under another id/);
    expect(why(seal.open('post', veiled, now))).toMatch(/signed as ticket, and put in the place/);
    expect(why(ownSeal.open('ticket', veiled, now))).toMatch(/same PITWATCH_SIGNING_KEY everywhere/);
  });

  it('is refused however it is changed in one place, cut off, or spelled otherwise', () => {
    for (let at = 0; at < veiled.length; at += 1) {
      const changed = `${veiled.slice(0, at)}${veiled[at] === 'x' ? 'y' : 'x'}${veiled.slice(at + 1)}`;
      expect(why(seal.open('ticket', changed, now)), changed).not.toBe('sound');
      expect(why(seal.open('ticket', veiled.slice(0, at), now))).not.toBe('sound');
    }
    expect(why(seal.open('ticket', `${veiled}=`, now))).not.toBe('sound');
  });

  it('that was made with the older key, or signed in the open by the version before, is still taken', () => {
    const old = makeSeal({ current: 'the-key-before-with-32-characters' });
    const turned = makeSeal({
      current: 'the-key-of-this-desk-32-characters',
      older: 'the-key-before-with-32-characters',
    });
    expect(why(turned.open('ticket', old.close('ticket', 't', now, 1), now))).toBe('sound');
    expect(why(old.open('ticket', turned.close('ticket', 't', now, 1), now))).toMatch(/does not hold/);
    // As the version before wrote it.
    const key = 'the-key-of-this-desk-32-characters';
    const id = createHash('sha256').update(`pitwatch key id\n${key}`).digest('hex').slice(0, 8);
    const body = JSON.stringify({ kind: 'ticket', id: 't-1', expiresAt: now + 500, content });
    const signed = createHmac('sha256', key).update(`sealed\n${body}`).digest('base64url');
    expect(seal.open('ticket', `1.${id}.${signed}.${body}`, now)).toMatchObject({ kind: 'sound', content });
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
