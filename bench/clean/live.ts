// One process of `npm run bench -- clean`: lives through the stretch it is given and prints what was said as one line of JSON.
import { loadUnits } from '../virtual/desk.ts';
import { liveThrough } from './healthy.ts';
import type { Span } from './spans.ts';

const lived = await liveThrough(JSON.parse(process.argv[2] ?? '') as Span, await loadUnits());
process.stdout.write(`${JSON.stringify(lived)}\n`, () => process.exit(0));
