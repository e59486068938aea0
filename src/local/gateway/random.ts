// Seeded randomness without state: the same numbers in give the same number out, so the market is a function of time.

/** A 32-bit mix of integers; every bit of the input moves every bit of the output. */
export function mix(seed: number, a: number, b = 0, c = 0): number {
  let h = Math.imul(seed ^ a, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15) ^ b, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13) ^ c, 0xc2b2ae35);
  h ^= h >>> 16;
  h = Math.imul(h, 0x27d4eb2f);
  return (h ^ (h >>> 15)) >>> 0;
}

/** 0 ≤ u < 1 from the same mix. */
export function unit(seed: number, a: number, b = 0, c = 0): number {
  return mix(seed, a, b, c) / 0x1_0000_0000;
}

/** A number from a text, to give each contract its own stream. */
export function seedOf(seed: number, text: string): number {
  let h = seed | 0;
  for (let i = 0; i < text.length; i += 1) h = mix(h, text.charCodeAt(i), i);
  return h;
}

/** A small sequence for things that happen one after the other. */
export function sequence(seed: number): () => number {
  let turn = 0;
  return () => {
    turn += 1;
    return unit(seed, turn, 0x51ed);
  };
}
