// `npm run bench [-- name …]`: runs each benchmark in a process of its own, one after the other.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const known = readdirSync(here)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace('.bench.ts', ''))
  .sort();
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
/** `--real`: the true hour instead of a faster one, where a benchmark knows it. */
const switches = process.argv.slice(2).filter((word) => word.startsWith('--'));
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`No benchmark named ${unknown.join(', ')}. There are: ${known.join(', ')}.\n`);
  process.exit(2);
}
let failed = 0;
for (const name of asked.length > 0 ? asked : known) {
  const { status } = spawnSync(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', `${here}${name}.bench.ts`, ...switches],
    {
      stdio: 'inherit',
    },
  );
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
