// Every journey once without a fault: the steps it takes on the wire are the points at which chaos can strike.
import type { ChaosDesk } from './desk.ts';
import type { Journey, Wrong } from './journey.ts';
import { journeys } from './journeys.ts';
import { personAt } from './person.ts';
import { nameOf, type Step } from './wire.ts';

/** By journey: the steps that belong to it, and how often each was taken. */
export type Steps = Readonly<Record<string, Readonly<Record<string, number>>>>;

function counted(steps: readonly Step[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const step of steps) counts[nameOf(step)] = (counts[nameOf(step)] ?? 0) + 1;
  return counts;
}

/**
 * @param idleMs what a desk does by itself in this time is no part of any journey
 * @throws Error where a journey without any fault is not clean: then nothing could be learned from one with a fault
 */
export async function rehearse(
  desk: ChaosDesk,
  tell: (line: string) => void,
  idleMs: number,
): Promise<Steps> {
  const listenIdle = desk.trap.listen();
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  const idle = new Set(Object.keys(counted(listenIdle())));
  const steps: Record<string, Record<string, number>> = {};
  for (const journey of journeys) {
    const { taken, wrong, tookMs } = await walkOnce(desk, journey);
    if (wrong.length > 0)
      throw new Error(
        `${journey.name} is not clean without a fault: ${wrong.map(({ what }) => what).join('; ')}`,
      );
    const counts = counted(taken);
    steps[journey.name] = Object.fromEntries(
      Object.entries(counts)
        .filter(([name]) => !idle.has(name))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    tell(
      `${journey.name}: ${Object.keys(steps[journey.name] ?? {}).length} steps, ${tookMs} ms without a fault`,
    );
  }
  return steps;
}

async function walkOnce(
  desk: ChaosDesk,
  journey: Journey,
): Promise<{ taken: readonly Step[]; wrong: readonly Wrong[]; tookMs: number }> {
  await desk.whole(30_000);
  const since = Date.now();
  let stop: () => readonly Step[] = () => [];
  const judge = await journey.walk({
    desk,
    person: personAt(desk),
    since,
    until: Number.POSITIVE_INFINITY,
    mark: 'rehearsal',
    begin() {
      stop = desk.trap.listen();
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const taken = stop();
  const wrong = await judge();
  await desk.fileAway();
  return { taken, wrong, tookMs: Date.now() - since };
}
