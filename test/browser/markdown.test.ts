// Discord's markdown as a tree: what each mark means, what stays plain, and that no text takes long.
import { describe, expect, it } from 'vitest';

interface Node {
  readonly kind: string;
  readonly text?: string;
  readonly url?: string;
  readonly id?: string;
  readonly level?: number;
  readonly ordered?: boolean;
  readonly language?: string;
  readonly style?: string;
  readonly children?: readonly Node[];
  readonly items?: readonly (readonly Node[])[];
}

const page = new URL('../../src/local/discord/page/markdown.js', import.meta.url);
const { parse } = (await import(page.href)) as { readonly parse: (text: string) => readonly Node[] };

/** `strong(a) b` for a quick look. */
function sketch(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text ?? '';
      if (node.items !== undefined)
        return `${node.ordered === true ? 'ol' : 'ul'}(${node.items.map(sketch).join('; ')})`;
      const inside =
        node.children === undefined ? (node.text ?? node.id ?? node.style ?? '') : sketch(node.children);
      return `${node.kind}${node.level ?? ''}(${inside})`;
    })
    .join('');
}

describe('markdown', () => {
  it.each([
    ['**a** *b* _c_ __d__ ~~e~~ ||f||', 'strong(a) em(b) em(c) underline(d) strike(e) spoiler(f)'],
    ['***both***', 'strong(em(both))'],
    ['snake_case_name and 2 * 3 * 4', 'snake_case_name and 2 * 3 * 4'],
    ['\\*not em\\*', '*not em*'],
    ['`**raw**` ``a ` b``', 'code(**raw**) code(a ` b)'],
    ['# One\n## Two\n### Three\n#### four', 'heading1(One)heading2(Two)heading3(Three)#### four'],
    ['#no heading', '#no heading'],
    ['-# small', 'subtext(small)'],
    ['> a\n> **b**\nafter', 'quote(a\nstrong(b))after'],
    ['>>> all\nof it', 'quote(all\nof it)'],
    ['a > b', 'a > b'],
    ['- a\n- b\n  - c\n1. d\n2. e', 'ul(a; bul(c))ol(d; e)'],
    ['-not a list', '-not a list'],
    ['```js\nlet a = **1**;\n```', 'block(let a = **1**;)'],
    ['before ```x``` after', 'before block(x) after'],
    ['``` never closed', '``` never closed'],
    [
      '<@1100000000000000002> <@&1100000000000000030> <#1100000000000000020>',
      'user(1100000000000000002) role(1100000000000000030) channel(1100000000000000020)',
    ],
    ['<t:1700000000:R> <t:1700000000>', 'time(R) time(f)'],
    ['@everyone but me@here.example', 'everyone(@everyone) but meeveryone(@here).example'],
  ])('reads %j', (text, wanted) => {
    expect(sketch(parse(text))).toBe(wanted);
  });

  it('links web addresses only, and leaves the full stop outside', () => {
    const links = (text: string) => parse(text).flatMap(({ kind, url }) => (kind === 'link' ? [url] : []));
    expect(links('see https://a.example/x_(y)_z.')).toEqual(['https://a.example/x_(y)_z']);
    expect(links('[name](https://a.example/b) <https://c.example>')).toEqual([
      'https://a.example/b',
      'https://c.example',
    ]);
    expect(links('[x](javascript:alert(1)) [y](data:text/html,x) file:///etc/passwd')).toEqual([]);
  });

  it('reads the worst text Discord lets through in no time', () => {
    const started = performance.now();
    for (const piece of [
      '**',
      '_',
      '~~',
      '`',
      '||',
      '[',
      '> ',
      '- ',
      '```',
      '[a](',
      '<',
      '\\',
      '*a ',
      '  - x\n',
      '__*',
    ])
      expect(parse(piece.repeat(4096 / piece.length)).length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
