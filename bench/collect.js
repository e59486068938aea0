// Loaded into a measured process before Pitwatch itself: told to, it collects its heap and writes down how much is still held, before anything new is made.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const folder = process.env.BENCH_HEAPS ?? '.';
let turn = 0;

process.on('SIGUSR2', () => {
  collect();
  collect();
  turn += 1;
  writeFileSync(path.join(folder, String(process.pid)), `${turn} ${process.memoryUsage().heapUsed}`);
});
