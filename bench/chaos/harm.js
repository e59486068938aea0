// Loaded into every process of a chaos desk before Pitwatch itself: what cannot be done to a process from outside, it does to itself when it is told.
const blockedMs = Number(process.env.CHAOS_BLOCKED_MS);
const piece = 1_000_000;

process.on('SIGUSR2', () => {
  const end = performance.now() + blockedMs;
  while (performance.now() < end);
});
process.on('SIGPWR', () => {
  const kept = [];
  for (;;) kept.push(new Array(piece).fill(kept.length));
});
