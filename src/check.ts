// `npm run check`: what would run, with which stand-ins, and what the bot lacks on Discord; starts nothing and changes nothing.
import { describe, type Config } from './config.ts';
import type { Clock } from './domain/clock.ts';
import { messageOf, OpsError } from './domain/errors.ts';
import { remarksOf } from './discord/permissions.ts';
import { checkDiscord } from './discord/start.ts';
import { scrub } from './log.ts';
import { realDiscord } from './stand-ins.ts';

export interface DeskCheck {
  /** False = something has to be mended before a real desk can work. */
  readonly ok: boolean;
  readonly lines: readonly string[];
}

export async function checkDesk(config: Config, clock: Clock): Promise<DeskCheck> {
  const lines = describe(config);
  if (config.discord.kind === 'local') {
    return {
      ok: true,
      lines: [...lines, 'Discord permissions: not checked, the local Discord grants them all.'],
    };
  }
  try {
    const found = await checkDiscord(realDiscord(config, config.discord), clock);
    const intents = found.intents.filter((intent) => intent.missing);
    const problems = [
      ...remarksOf({ ...found, excess: [] }),
      ...intents.map(
        ({ intent, privileged }) => `Missing intent: ${intent}${privileged ? ', privileged' : ''}.`,
      ),
    ];
    const excess = remarksOf({ ...found, missing: [], problems: [] });
    const where = `#${found.channel ?? config.discord.channelId} as ${found.bot ?? 'the bot'}`;
    const verdict =
      problems.length === 0
        ? [
            `Discord permissions in ${where}: complete. Intents: ${found.intents.map(({ intent }) => intent).join(', ')}.`,
          ]
        : [
            found.missing.length + intents.length === 0
              ? `Discord in ${where}: something else has to be fixed.`
              : `Discord permissions in ${where}: NOT complete.`,
            ...problems,
          ];
    return { ok: problems.length === 0, lines: [...lines, ...[...verdict, ...excess].map(scrub)] };
  } catch (error) {
    const hint = error instanceof OpsError && error.hint !== undefined ? ` ${error.hint}` : '';
    return { ok: false, lines: [...lines, scrub(`Discord could not be asked: ${messageOf(error)}${hint}`)] };
  }
}
