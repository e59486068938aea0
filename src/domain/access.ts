// Who may do what, decided from the desk's own rules alone: denied unless server, channel, tier and every restriction allow it.

/** Who may: `read` looks, `respond` acts on incidents, `lead` decides for others. Each one may what those before it may. */
export const tiers = ['read', 'respond', 'lead'] as const;
export type Tier = (typeof tiers)[number];

/** Who touches one of these needs one of the roles beside the tier; nobody is exempt, and several restrictions all hold. */
export interface Restriction {
  readonly kind: 'suite' | 'login' | 'command';
  readonly names: readonly string[];
  /** Discord role ids. */
  readonly roles: readonly string[];
}

export interface AccessPolicy {
  readonly guildId: string;
  /** Channels it works in; a thread counts as the channel it hangs on. */
  readonly channels: readonly string[];
  /** Discord role ids; an empty list is nobody. The server's own id is its role @everyone, and counts for `read` alone. */
  readonly roles: Readonly<Record<Tier, readonly string[]>>;
  readonly only: readonly Restriction[];
}

/** Somebody at the moment of typing or pressing, as Discord described them. */
export interface Actor {
  /** Undefined = a direct message. */
  readonly guildId: string | undefined;
  /** The channel, and for a thread the channel it hangs on too. */
  readonly channels: readonly string[];
  readonly roles: readonly string[];
}

export interface Action {
  /** `health`, `acknowledge`. */
  readonly command: string;
  readonly tier: Tier;
}

/** What of the desk is touched; the same shape as a part of an examination. */
export interface Reach {
  readonly login: string;
  readonly suites: readonly string[];
}

export type DenialReason =
  | 'direct-message'
  | 'other-server'
  | 'other-channel'
  | 'tier'
  | 'command'
  | 'login'
  | 'suite';

export interface Denied {
  readonly kind: 'denied';
  readonly reason: DenialReason;
  /** One sentence, and what to do instead. */
  readonly text: string;
  readonly wayOut: string;
}

export type Verdict = { readonly kind: 'allowed' } | Denied;

const allowed: Verdict = { kind: 'allowed' };

function denied(reason: DenialReason, text: string, wayOut: string): Denied {
  return { kind: 'denied', reason, text, wayOut };
}

/** Whether this person may do this to all of `scope`; an empty scope touches no suite. */
export function may(actor: Actor, action: Action, scope: readonly Reach[], policy: AccessPolicy): Verdict {
  if (actor.guildId === undefined) {
    return denied(
      'direct-message',
      'This bot does not work in direct messages.',
      'Type it in the ops channel of its server.',
    );
  }
  if (actor.guildId !== policy.guildId) {
    return denied(
      'other-server',
      'This bot works only in the server it was set up for.',
      'Go to its ops channel, or set DISCORD_GUILD_ID to this server.',
    );
  }
  if (!actor.channels.some((channel) => policy.channels.includes(channel))) {
    return denied(
      'other-channel',
      'This bot works only in its ops channel and the threads there.',
      'Type it there, or name this channel under `commands: channels` in pitwatch.yaml.',
    );
  }
  return mayReach(actor.roles, action, scope, policy);
}

/** The same without the place: for a task on its way, whose place was judged when it was asked. */
export function mayReach(
  roles: readonly string[],
  action: Action,
  scope: readonly Reach[],
  policy: Pick<AccessPolicy, 'guildId' | 'roles' | 'only'>,
): Verdict {
  if (!holdsTier(roles, action.tier, policy))
    return tierDenial(action.tier, holdsTier(roles, 'read', policy));
  for (const { kind, names, roles: wanted } of policy.only) {
    const touched = touchedBy(kind, action, scope).filter((name) => names.includes(name));
    if (touched.length > 0 && !wanted.some((role) => roles.includes(role))) {
      return restrictionDenial(kind, touched);
    }
  }
  return allowed;
}

function holdsTier(
  roles: readonly string[],
  tier: Tier,
  policy: Pick<AccessPolicy, 'guildId' | 'roles'>,
): boolean {
  if (tier === 'read' && policy.roles.read.includes(policy.guildId)) return true;
  return tiers
    .slice(tiers.indexOf(tier))
    .flatMap((one) => policy.roles[one])
    .some((role) => role !== policy.guildId && roles.includes(role));
}

function touchedBy(kind: Restriction['kind'], action: Action, scope: readonly Reach[]): readonly string[] {
  switch (kind) {
    case 'command':
      return [action.command];
    case 'login':
      return scope.map(({ login }) => login);
    case 'suite':
      return scope.flatMap(({ suites }) => suites);
  }
}

function tierDenial(tier: Tier, mayLook: boolean): Denied {
  switch (tier) {
    case 'read':
      return denied(
        'tier',
        'You cannot look at this desk: none of your roles allows it.',
        'Ask a server admin for one of the roles named under `roles: read` in pitwatch.yaml.',
      );
    case 'respond':
      return denied(
        'tier',
        `You can ${mayLook ? 'look at this desk, but not act on it' : 'neither look at this desk nor act on it'}: none of your roles allows it.`,
        'Ask somebody on call to do it, or a server admin for a role named under `roles: respond` in pitwatch.yaml.',
      );
    case 'lead':
      return denied(
        'tier',
        'This is for leads only, and none of your roles is one of theirs.',
        'Ask a lead to do it, or a server admin for a role named under `roles: lead` in pitwatch.yaml.',
      );
  }
}

function restrictionDenial(kind: Restriction['kind'], names: readonly string[]): Denied {
  const listed = [...new Set(names)].join(', ');
  const what = kind === 'command' ? `The command ${listed}` : `The ${kind} ${listed}`;
  return denied(
    kind,
    `${what} is open to some roles only, and you hold none of them.`,
    'Ask somebody who holds one, or a server admin; `roles: only` in pitwatch.yaml names them.',
  );
}
