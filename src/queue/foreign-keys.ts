// Whether each of our own keys holds what belongs there: a key that somebody else wrote to makes every script that needs it fail.
import { keys } from './keys.ts';
import type { RedisLink } from './redis.ts';

type Work = 'commands' | 'pages';

/** A key of ours that holds something else. */
export interface ForeignKey {
  readonly key: string;
  /** In Redis' own words: `string`. */
  readonly holds: string;
  readonly belongs: string;
  /** What cannot be done as long as it is so. */
  readonly neededFor: readonly Work[];
}

const both: readonly Work[] = ['commands', 'pages'];

/** Each key with one name: what is kept there, and what it is needed for. The queues of the engine have canaries. */
const table: readonly (readonly [key: string, belongs: string, neededFor: readonly Work[]])[] = [
  [keys.ticketDeadlines, 'zset', ['commands']],
  [keys.ticketsReady, 'zset', ['commands']],
  [keys.ticketsDone, 'zset', ['commands']],
  [keys.roster, 'hash', both],
  [keys.pulses, 'hash', both],
  [keys.incidentsOpen, 'zset', ['pages']],
  [keys.incidentsResolved, 'zset', ['pages']],
  [keys.incidentVersions, 'hash', ['pages']],
  [keys.incidentCount, 'string', ['pages']],
  [keys.silences, 'hash', ['pages']],
  [keys.oncall, 'list', ['pages']],
  [keys.postsPending, 'zset', ['pages']],
  // A bot to which Redis says nothing of claims answers all the same.
  [keys.claims, 'hash', []],
  [keys.claimsTaken, 'zset', []],
  [keys.holds, 'hash', []],
  [keys.stops, 'hash', []],
  [keys.letters, 'hash', []],
  [keys.letterParcels, 'hash', []],
  [keys.letterCount, 'string', []],
  [keys.audit, 'list', []],
  [keys.auditHead, 'string', []],
  [keys.auditCheckpoint, 'string', []],
];

const typesScript = `
local types = {}
for i = 1, #KEYS do types[i] = redis.call('TYPE', KEYS[i]).ok end
return types`;

/** @throws OpsError `redis-unavailable` where Redis does not say. */
export async function foreignKeys(link: RedisLink): Promise<readonly ForeignKey[]> {
  const names = table.map(([key]) => key);
  const types = (await link.run(typesScript, names, [])) as readonly string[];
  return table.flatMap(([key, belongs, neededFor], index) => {
    const holds = types[index] ?? 'none';
    return holds === 'none' || holds === belongs ? [] : [{ key, holds, belongs, neededFor }];
  });
}

const words: Readonly<Record<string, string>> = { zset: 'sorted set' };

/** What is wrong and what mends it. */
export function foreignKeyText({ key, holds, belongs }: ForeignKey): string {
  const [found, wanted] = [holds, belongs].map((type) => words[type] ?? type);
  return `the key ${key} holds a ${found} where Pitwatch keeps a ${wanted}: something else wrote there; delete that key in Redis (DEL "${key}"), Pitwatch makes it anew by itself`;
}
