// Loaded into a measured process before Pitwatch itself: it collects its heap when it is told, so that what is still held can be read at `/metrics`.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
  collect();
  collect();
});
