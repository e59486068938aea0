// Which known names stand nearest to what somebody typed, for a refusal that shows the way out.

/** Edits (insert, delete, replace, swap of neighbours) that turn one text into the other. */
export function editDistance(a: string, b: string): number {
  const from = Array.from(a);
  const to = Array.from(b);
  let older: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const cost = from[i - 1] === to[j - 1] ? 0 : 1;
      let best = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        best = Math.min(best, (older[j - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    older = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/** The known names a person most likely meant, best first; empty where nothing is near. */
export function nearest(typed: string, known: readonly string[], limit = 3): readonly string[] {
  // Beyond the longest real name an edit distance says nothing and costs time.
  const wanted = typed.trim().toLowerCase().slice(0, 100);
  if (wanted === '') return [];
  return known
    .map((name) => ({ name, distance: distanceTo(wanted, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= allowed(Math.min(wanted.length, name.length)))
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, limit)
    .map(({ name }) => name);
}

/** In a name of two letters every other name is two edits away. */
function allowed(length: number): number {
  return length < 4 ? 1 : Math.max(2, Math.floor(length / 3));
}

function distanceTo(wanted: string, name: string): number {
  if (name.startsWith(wanted) || wanted.startsWith(name)) return 0.5;
  if (name.includes(wanted) || (name.length > 2 && wanted.includes(name))) return 1;
  return editDistance(wanted, name);
}

/** Names for a list of choices: those that start with what was typed, then those that hold it, then the near ones. */
export function matching<T>(
  typed: string,
  known: readonly T[],
  textsOf: (one: T) => readonly string[],
): readonly T[] {
  const wanted = typed.trim().toLowerCase().slice(0, 100);
  if (wanted === '') return known;
  const rank = (one: T): number => {
    const texts = textsOf(one).map((text) => text.toLowerCase());
    if (texts[0]?.startsWith(wanted) === true) return 0;
    if (texts.some((text) => text.includes(wanted))) return 1;
    return nearest(wanted, texts.slice(0, 1)).length > 0 ? 2 : 3;
  };
  return known
    .map((one, index) => ({ one, index, rank: rank(one) }))
    .filter((ranked) => ranked.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map((ranked) => ranked.one);
}
