// Who may what, from the file: nobody where nothing is said, and a real Discord needs it said before anything starts.
import type { Restriction } from '../domain/access.ts';
import { nearest } from '../domain/nearest.ts';
import type { KeyPath, YamlFile } from './document.ts';
import type { Problems } from './problems.ts';
import { everyone, type FileSections } from './schema.ts';
import type { FileContent } from './sections.ts';
import type { AccessRules, Config, DiscordTarget } from './settled.ts';

const howTo =
  'Add `roles: { read: everyone, respond: ["<role id>"], lead: ["<role id>"] }` (right click on a role → Copy ID, with developer mode on)';

/** Logins that no file declares: the one of the environment, and the simulated gateway's. */
const unwrittenLogins = ['main', 'simulated'];

export function readAccess(
  file: YamlFile,
  content: FileContent,
  discord: DiscordTarget,
  problems: Problems,
): AccessRules {
  const { roles, commands } = content.sections;
  const tell = (path: KeyPath, text: string): void => {
    problems.file(file.name, file.lineOf(path), `${path.join('.')}: ${text}`);
  };
  const rules: AccessRules = {
    roles: { read: roles?.read ?? [], respond: roles?.respond ?? [], lead: roles?.lead ?? [] },
    only: (roles?.only ?? []).map(restrictionOf),
    channels: commands?.channels ?? [],
  };
  // A block that is there but torn has its own problem already.
  const torn = roles === undefined && isWritten(file.value);
  if (discord.kind === 'real' && !isSet(rules) && !torn) {
    tell(['roles'], `is missing: DISCORD_TOKEN is set, and without roles nobody may use the bot. ${howTo}.`);
  }
  if (discord.kind === 'real') {
    for (const tier of ['respond', 'lead'] as const) {
      if (rules.roles[tier].includes(discord.guildId)) {
        tell(
          ['roles', tier],
          `found the id of the server itself, which is its role @everyone, wanted the id of a role; only read may be open to everyone.`,
        );
      }
    }
  }
  rules.only.forEach(({ kind, names }, index) => {
    if (kind === 'command') return;
    const known = kind === 'suite' ? content.suiteNames : [...unwrittenLogins, ...content.loginNames];
    // A bot may run without the suites of its workers in its own file.
    if (content.suiteNames.length === 0) return;
    for (const name of names.filter((one) => !known.includes(one))) {
      const [near] = nearest(name, known, 1);
      tell(
        ['roles', 'only', index, `${kind}s`],
        `there is no ${kind} called "${name}", so nothing would be restricted.${near === undefined ? '' : ` Did you mean "${near}"?`}`,
      );
    }
  });
  return rules;
}

function isWritten(top: unknown): boolean {
  return typeof top === 'object' && top !== null && 'roles' in top && top.roles !== null;
}

function isSet({ roles }: AccessRules): boolean {
  return roles.read.length + roles.respond.length + roles.lead.length > 0;
}

function restrictionOf(read: NonNullable<FileSections['roles']['only']>[number]): Restriction {
  const { suites, logins, commands, roles } = read;
  if (suites !== undefined) return { kind: 'suite', names: suites, roles };
  if (logins !== undefined) return { kind: 'login', names: logins, roles };
  return { kind: 'command', names: commands ?? [], roles };
}

/** What is allowed but worth a look. */
export function accessNotes({ access, discord }: Pick<Config, 'access' | 'discord'>): string[] {
  if (!isSet(access)) return [];
  const { respond, lead } = access.roles;
  return [
    ...(respond.length + lead.length === 0
      ? ['nobody may act on incidents: name a role under `roles: respond` in pitwatch.yaml.']
      : []),
    ...(lead.length === 0
      ? ['nobody is a lead, so /audit is closed to all: name a role under `roles: lead` in pitwatch.yaml.']
      : []),
    ...(discord.kind === 'local'
      ? ['`roles` holds for the local Discord too: its own roles are not used.']
      : []),
  ];
}

/** One sentence, for the start and for `npm run check`. */
export function rolesLine({ access, discord }: Pick<Config, 'access' | 'discord'>): string {
  if (!isSet(access)) return 'Roles: those of the local Discord.';
  const { roles, only, channels } = access;
  const said = (['read', 'respond', 'lead'] as const).map((tier) => {
    const list = roles[tier];
    if (list === everyone) return `${tier} everyone on the server`;
    return `${tier} ${list.length === 0 ? 'nobody else' : list.join(', ')}`;
  });
  const limits = only.map(
    ({ kind, names, roles: open }) => `${kind} ${names.join(', ')} only ${open.join(', ')}`,
  );
  const where = channels.length === 0 ? [] : [`commands also in channel ${channels.join(', ')}`];
  return `Roles${discord.kind === 'local' ? ' (on the local Discord)' : ''}: ${[...said, ...limits, ...where].join('; ')}.`;
}
