// One process of the score: plays the runs it is sent, one after the other, and answers with what was said.
import { loadUnits } from '../virtual/desk.ts';
import { play, type Played } from './play.ts';
import { faults } from './truth.ts';
import type { Holding } from './truth/scored.ts';

export interface Asked {
  readonly fault: string;
  readonly seed: number;
  readonly holding: Holding;
  readonly clears: boolean;
  readonly sockets: boolean;
  readonly polled: boolean;
}

export type Answered =
  | { readonly kind: 'ready' }
  | { readonly kind: 'played'; readonly played: Played }
  | { readonly kind: 'broken'; readonly why: string };

const units = await loadUnits();
const answer = (message: Answered): void => {
  process.send?.(message);
};

async function take({ fault: name, seed, holding, clears, sockets, polled }: Asked): Promise<Answered> {
  const where = `${name}, seed ${seed}, ${holding}`;
  const fault = faults.find((one) => one.name === name);
  if (fault === undefined) return { kind: 'broken', why: `${where}: there is no such row` };
  try {
    return { kind: 'played', played: await play({ fault, seed, holding, units, clears, sockets, polled }) };
  } catch (error) {
    return { kind: 'broken', why: `${where}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

process.on('message', (asked: Asked) => {
  void take(asked).then(answer);
});
process.on('disconnect', () => process.exit(0));
answer({ kind: 'ready' });
