// Discord's markdown read into a tree of plain objects; nothing here makes HTML, so nothing here can inject any.

const deepest = 12;

const sticky = {
  escape: /\\([^0-9A-Za-z\s])/y,
  strong: /\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y,
  underline: /__((?:\\[\s\S]|[^\\])+?)__(?!_)/y,
  emStar: /\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y,
  emLine: /\b_((?:__|\\[\s\S]|[^\\_])+?)_\b/y,
  strike: /~~((?:\\[\s\S]|[^\\])+?)~~/y,
  spoiler: /\|\|((?:\\[\s\S]|[^\\])+?)\|\|/y,
  link: /\[((?:\\[\s\S]|[^[\]\\]|\[[^[\]]*\])+)\]\(\s*<?(https?:\/\/(?:\([^\s()]*\)|[^\s()<>])+)>?(?:\s+"[^"\n]*")?\s*\)/iy,
  angleUrl: /<(https?:\/\/[^\s<>]+)>/iy,
  url: /https?:\/\/(?:\([^\s()<]*\)|[^\s()<])+/iy,
  user: /<@!?(\d{15,20})>/y,
  role: /<@&(\d{15,20})>/y,
  channel: /<#(\d{15,20})>/y,
  command: /<\/([^:>\n]{1,100}):(\d{15,20})>/y,
  emoji: /<a?:(\w{2,32}):\d{15,20}>/y,
  time: /<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/y,
  everyone: /@(everyone|here)\b/y,
};

function match(rule, text, at) {
  const pattern = sticky[rule];
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

const spans = (kind) => (found, depth) => ({ kind, children: inline(found[1], depth + 1) });

/** What may begin with which character, tried in order. */
const byFirst = {
  '\\': [['escape', (found) => ({ kind: 'text', text: found[1] })]],
  '*': [
    ['strong', spans('strong')],
    ['emStar', spans('em')],
  ],
  _: [
    ['underline', spans('underline')],
    ['emLine', spans('em')],
  ],
  '~': [['strike', spans('strike')]],
  '|': [['spoiler', spans('spoiler')]],
  '[': [
    [
      'link',
      (found, depth) => ({ kind: 'link', url: found[2], children: inline(found[1], depth + 1, true) }),
    ],
  ],
  '<': [
    ['user', (found) => ({ kind: 'user', id: found[1] })],
    ['role', (found) => ({ kind: 'role', id: found[1] })],
    ['channel', (found) => ({ kind: 'channel', id: found[1] })],
    ['command', (found) => ({ kind: 'command', name: found[1] })],
    ['emoji', (found) => ({ kind: 'text', text: `:${found[1]}:` })],
    [
      'time',
      (found) => ({ kind: 'time', at: Number(found[1]) * 1000, style: found[2] ?? 'f', raw: found[0] }),
    ],
    ['angleUrl', (found) => linkTo(found[1])],
  ],
  '@': [['everyone', (found) => ({ kind: 'everyone', text: found[0] })]],
};

function linkTo(url) {
  return { kind: 'link', url, children: [{ kind: 'text', text: url }] };
}

/** Where the next run of exactly `length` backticks begins; by hand, as the obvious pattern is cubic on hostile text. */
function closingRun(text, from, length) {
  for (const found of text.slice(from).matchAll(/`+/g))
    if (found[0].length === length) return from + found.index;
  return undefined;
}

function unpadded(code) {
  return code.trim() === '' ? code : code.replace(/^ ([\s\S]*) $/, '$1');
}

/** Inline markdown as nodes. `inLink`: no link inside a link. */
export function inline(text, depth = 0, inLink = false) {
  if (depth > deepest) return [{ kind: 'text', text }];
  const nodes = [];
  let plain = '';
  let at = 0;
  const push = (node, length) => {
    if (plain !== '') nodes.push({ kind: 'text', text: plain });
    plain = '';
    nodes.push(node);
    at += length;
  };
  next: while (at < text.length) {
    const first = text[at];
    if (first === '`') {
      const run = /^`+/.exec(text.slice(at))[0];
      const close = closingRun(text, at + run.length, run.length);
      if (close === undefined) {
        plain += run;
        at += run.length;
      } else
        push({ kind: 'code', text: unpadded(text.slice(at + run.length, close)) }, close + run.length - at);
      continue;
    }
    for (const [rule, make] of byFirst[first] ?? []) {
      if (inLink && (rule === 'link' || rule === 'angleUrl')) continue;
      const found = match(rule, text, at);
      if (found === undefined) continue;
      const node = make(found, depth);
      if (node.kind === 'text') {
        plain += node.text;
        at += found[0].length;
      } else push(node, found[0].length);
      continue next;
    }
    if (!inLink && (first === 'h' || first === 'H') && !/\w/.test(text[at - 1] ?? ' ')) {
      const url = match('url', text, at)?.[0].replace(/[.,:;"'*_~|!?\]]+$/, '');
      if (url !== undefined && url.length > 8) {
        push(linkTo(url), url.length);
        continue;
      }
    }
    plain += first;
    at += 1;
  }
  if (plain !== '') nodes.push({ kind: 'text', text: plain });
  return nodes;
}

const heading = /(#{1,3}) +(?=\S)([^\n]+?)(?: +#+)?(?:\n|$)/y;
const subtext = /-# +(?=\S)([^\n]+)(?:\n|$)/y;
const quote = /(?: *> [^\n]*(?:\n|$))+/y;
const longQuote = / *>>> ([\s\S]*)/y;
const bullets =
  /(?: *(?:[-*]|\d{1,9}\.) +(?=\S)[^\n]*(?:\n|$)(?: {2,}(?!(?:[-*]|\d{1,9}\.) )\S[^\n]*(?:\n|$))*)+/y;

function at(pattern, text, index) {
  pattern.lastIndex = index;
  return pattern.exec(text) ?? undefined;
}

/** A whole message as a list of block and inline nodes. */
export function parse(text, depth = 0, inQuote = false) {
  const nodes = [];
  let buffer = '';
  let index = 0;
  const flush = (beforeBlock) => {
    const text = beforeBlock ? buffer.replace(/\n$/, '') : buffer;
    if (text !== '') nodes.push(...inline(text, depth));
    buffer = '';
  };
  while (index < text.length) {
    const block = depth > deepest ? undefined : blockAt(text, index, depth, inQuote);
    if (block !== undefined) {
      flush(true);
      nodes.push(...(block.nodes ?? [block.node]));
      index += block.length;
      continue;
    }
    const stop = text.slice(index + 1).search(/\n|```/);
    const end = stop < 0 ? text.length : index + 1 + stop + (text[index + 1 + stop] === '\n' ? 1 : 0);
    // A line break ends the line it stands on, so that the next round sees a line's start.
    const upTo = text[index] === '\n' ? index + 1 : end;
    buffer += text.slice(index, upTo);
    index = upTo;
  }
  flush(false);
  return nodes;
}

function blockAt(text, index, depth, inQuote) {
  const fenced = fenceAt(text, index);
  if (fenced !== undefined) return fenced;
  if (index > 0 && text[index - 1] !== '\n') return undefined;
  if (!inQuote) {
    const long = at(longQuote, text, index);
    if (long !== undefined)
      return { node: { kind: 'quote', children: parse(long[1], depth + 1, true) }, length: long[0].length };
    const quoted = at(quote, text, index);
    if (quoted !== undefined) {
      const inner = quoted[0].replace(/\n$/, '').replace(/^ *> ?/gm, '');
      return { node: { kind: 'quote', children: parse(inner, depth + 1, true) }, length: quoted[0].length };
    }
  }
  const head = at(heading, text, index);
  if (head !== undefined)
    return {
      node: { kind: 'heading', level: head[1].length, children: inline(head[2], depth + 1) },
      length: head[0].length,
    };
  const small = at(subtext, text, index);
  if (small !== undefined)
    return { node: { kind: 'subtext', children: inline(small[1], depth + 1) }, length: small[0].length };
  const list = at(bullets, text, index);
  if (list !== undefined) return { nodes: listsOf(list[0], depth), length: list[0].length };
  return undefined;
}

function fenceAt(text, index) {
  if (!text.startsWith('```', index) || text[index - 1] === '\\') return undefined;
  const close = text.indexOf('```', index + 3);
  if (close < 0) return undefined;
  const inner = text.slice(index + 3, close);
  const language = /^([\w+\-.#]+)\n/.exec(inner)?.[1] ?? '';
  const body = (language === '' ? inner : inner.slice(language.length + 1)).replace(/^\n+|\n+$/g, '');
  if (body.trim() === '') return undefined;
  const trailing = text[close + 3] === '\n' ? 1 : 0;
  return { node: { kind: 'block', language, text: body }, length: close + 3 + trailing - index };
}

/** Lines of one or more lists, nested by their indentation. */
function listsOf(text, depth) {
  const items = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const found = /^( *)([-*]|\d{1,9}\.) +(.*)$/.exec(line);
    if (found === null) {
      const last = items.at(-1);
      if (last !== undefined) last.text += `\n${line.trim()}`;
    } else items.push({ indent: found[1].length, mark: found[2], text: found[3] });
  }
  return nest(items, 0, items.length, depth);
}

/** Items of one indentation; where bullets give way to numbers a new list begins. */
function nest(items, from, to, depth) {
  const lists = [];
  const { indent } = items[from];
  let index = from;
  while (index < to) {
    const ordered = items[index].mark.endsWith('.');
    let list = lists.at(-1);
    if (list?.ordered !== ordered) {
      const start = ordered ? Number.parseInt(items[index].mark, 10) : 1;
      list = { kind: 'list', ordered, start, items: [] };
      lists.push(list);
    }
    let end = index + 1;
    while (end < to && items[end].indent > indent) end += 1;
    const children = inline(items[index].text, depth + 1);
    if (end > index + 1) {
      const below = items.slice(index + 1, end);
      if (depth < deepest) children.push(...nest(items, index + 1, end, depth + 1));
      else children.push({ kind: 'text', text: below.map((item) => `\n${item.text}`).join('') });
    }
    list.items.push(children);
    index = end;
  }
  return lists;
}
