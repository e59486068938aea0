// Discord's ids: 64-bit numbers that carry their time of birth, unique and rising.
import type { Clock } from '../../domain/clock.ts';

const discordEpoch = 1_420_070_400_000;
const perMs = 1 << 22;

/** Makes ids that rise strictly, also when the clock stands still or steps back. */
export function snowflakes(clock: Clock): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const nowMs = Math.max(clock.now(), lastMs, discordEpoch);
    counter = nowMs === lastMs ? counter + 1 : 0;
    if (counter >= perMs) {
      lastMs = nowMs + 1;
      counter = 0;
    } else lastMs = nowMs;
    return String((BigInt(lastMs - discordEpoch) << 22n) | BigInt(counter));
  };
}

/** Epoch ms at which the id was made. */
export function bornAt(id: string): number {
  return Number(BigInt(id) >> 22n) + discordEpoch;
}

export function isSnowflake(value: unknown): value is string {
  return typeof value === 'string' && /^\d{17,20}$/.test(value);
}
