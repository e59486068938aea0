// The house rules as pure questions: which room a file is in, whom it may import, and which vendors live where.

const rooms = [
  'diagnostics',
  'detectors',
  'exhibits',
  'playbooks',
  'flows',
  'catalogue',
  'projectx',
  'queue',
  'discord',
  'local',
  'config',
  'health',
] as const;

export type Floor = 'ground' | 'entry' | 'commands' | (typeof rooms)[number] | 'nowhere';

/** Where a file of `src/` or `commands/` lives; `nowhere` = a place the house does not have. */
export function floorOf(file: string): Floor {
  if (file.startsWith('commands/')) return 'commands';
  if (/^src\/domain\//.test(file) || file === 'src/log.ts' || file === 'src/clock.ts') return 'ground';
  if (/^src\/(main|bot|bot-seat|bot-deliveries|worker|desk|desk-health|check|stand-ins)\.ts$/.test(file))
    return 'entry';
  return rooms.find((room) => new RegExp(`^src/${room}(\\.ts$|/)`).test(file)) ?? 'nowhere';
}

/** Why `from` may not import `to` (both own files), or undefined where it may. */
export function refusal(from: string, to: string): string | undefined {
  const [lower, upper] = [floorOf(to), floorOf(from)];
  if (upper === 'entry') {
    if (lower === 'local' && !/^src\/(main|stand-ins)\.ts$/.test(from))
      return 'only main may load a stand-in';
    if (lower === 'discord' && from === 'src/worker.ts') return 'the worker never sees Discord';
    if (lower === 'projectx' && /^src\/bot(-seat|-deliveries)?\.ts$/.test(from))
      return 'the bot never sees a suite';
    return lower === 'nowhere' ? 'the house has no such place' : undefined;
  }
  if (lower === 'ground') return undefined;
  if (upper === 'commands') return to === 'src/discord/command.ts' ? undefined : 'a command only plans';
  if (upper === 'ground') return 'the ground stands on nothing';
  return upper === lower ? undefined : `${upper} may import the ground and itself only`;
}

/** Packages with a home: nobody else imports them. */
export const homes: Readonly<Record<string, RegExp>> = {
  bullmq: /^src\/(queue|local\/redis)(\/|\.ts$)/,
  ioredis: /^src\/(queue|local\/redis)(\/|\.ts$)/,
  '@bull-board/api': /^src\/queue\//,
  '@bull-board/hono': /^src\/queue\//,
  'discord.js': /^src\/discord\//,
  '@discordjs/rest': /^src\/discord\//,
  '@microsoft/signalr': /^src\/projectx\//,
  '@resvg/resvg-js': /^src\/discord\/picture\//,
  'js-redis-server': /^src\/local\/redis(\/|\.ts$)/,
  pino: /^src\/log\.ts$/,
  yaml: /^src\/config(\/|\.ts$)/,
};

/** What the ground may load: arithmetic and zones; the log its writer. */
export const groundPackages: Readonly<Record<string, RegExp>> = {
  'decimal.js': /^src\/domain\//,
  luxon: /^src\/domain\//,
  pino: /^src\/log\.ts$/,
};

/** Calls that change an account. A diagnostic cannot express them because nobody outside the stand-in can. */
export const mutatingPaths =
  /Order\/(place|cancel|modify)|Position\/(partial)?close(Contract)?|(partial)?closeContract/i;

export const forbiddenNames =
  /(^|[/.-])(utils?|helpers?|types?|managers?|services?|common|misc|shared|lib)(\.[a-z.]+)?(\/|$)|\/index\.[tj]s$/;
