// One process of `npm run chaos`: a desk of its own, and the runs it is sent, one after the other.
import { messageOf } from '../../src/domain/errors.ts';
import type { Wrong } from './journey.ts';
import type { Outcome, Plan } from './play.ts';
import { openSeries } from './series.ts';

export type FromLane =
  | { readonly kind: 'ready' }
  | { readonly kind: 'played'; readonly outcome: Outcome }
  | { readonly kind: 'closed'; readonly late: readonly Wrong[] }
  | { readonly kind: 'broken'; readonly why: string };

export type ToLane = { readonly kind: 'play'; readonly plan: Plan } | { readonly kind: 'close' };

const series = openSeries(process.argv[2] ?? 'var/chaos', {
  workers: process.argv[3] === '3' ? 3 : 2,
  earlier: process.argv[4],
});
const say = (message: FromLane): void => {
  process.send?.(message);
};

async function obey(told: ToLane): Promise<FromLane> {
  try {
    return told.kind === 'play'
      ? { kind: 'played', outcome: await series.play(told.plan) }
      : { kind: 'closed', late: await series.close() };
  } catch (error) {
    return { kind: 'broken', why: messageOf(error) };
  }
}

process.on('message', (told: ToLane) => {
  void obey(told).then((answer) => {
    say(answer);
    if (answer.kind === 'closed') process.disconnect();
  });
});
process.on('disconnect', () => process.exit(0));
say({ kind: 'ready' });
