// The Redis protocol as far as a listener needs it: where a command or an answer ends, and what a command is made of.

const cr = 13;

/** The line that begins at `at`, without its end; undefined where it has not come yet. */
function lineAt(bytes: Buffer, at: number): { readonly text: string; readonly end: number } | undefined {
  const end = bytes.indexOf(cr, at);
  if (end < 0 || end + 1 >= bytes.length) return undefined;
  return { text: bytes.toString('latin1', at, end), end: end + 2 };
}

export interface Command {
  readonly words: readonly string[];
  readonly end: number;
}

/** The command that begins there, as clients send it: an array of bulk strings. */
export function commandAt(bytes: Buffer, at: number): Command | undefined {
  const head = lineAt(bytes, at);
  if (head === undefined) return undefined;
  if (!head.text.startsWith('*')) throw new Error(`no command: ${head.text.slice(0, 40)}`);
  const words: string[] = [];
  let end = head.end;
  for (let left = Number(head.text.slice(1)); left > 0; left -= 1) {
    const size = lineAt(bytes, end);
    if (size === undefined) return undefined;
    const stop = size.end + Number(size.text.slice(1));
    if (stop + 2 > bytes.length) return undefined;
    words.push(bytes.toString('utf8', size.end, stop));
    end = stop + 2;
  }
  return { words, end };
}

/** Where the answer that begins there ends. */
export function answerEnd(bytes: Buffer, at: number): number | undefined {
  const head = lineAt(bytes, at);
  if (head === undefined) return undefined;
  const count = Number(head.text.slice(1));
  switch (head.text[0]) {
    case '$':
    case '=':
    case '!': {
      const end = count < 0 ? head.end : head.end + count + 2;
      return end <= bytes.length ? end : undefined;
    }
    case '*':
    case '~':
    case '>':
    case '%': {
      let end: number | undefined = head.end;
      for (let left = head.text.startsWith('%') ? 2 * count : count; left > 0; left -= 1) {
        end = answerEnd(bytes, end);
        if (end === undefined) return undefined;
      }
      return end;
    }
    default:
      return head.end;
  }
}
