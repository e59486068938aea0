// The permission matrix, cell by cell, and no way through it that the table does not open.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  may,
  mayReach,
  tiers,
  type AccessPolicy,
  type Actor,
  type Reach,
  type Restriction,
  type Tier,
} from '../../src/domain/access.ts';

const guild = '10';
const ops = '20';
const role = { read: '31', respond: '32', lead: '33', desk: '34', other: '99' } as const;
const policy = (more: Partial<AccessPolicy> = {}): AccessPolicy => ({
  guildId: guild,
  channels: [ops],
  roles: { read: [role.read], respond: [role.respond], lead: [role.lead] },
  only: [],
  ...more,
});
const open = { read: [guild], respond: [role.respond], lead: [role.lead] };
const actor = (roles: readonly string[], more: Partial<Actor> = {}): Actor => ({
  guildId: guild,
  channels: [ops],
  roles,
  ...more,
});
const verdict = (
  who: Actor,
  tier: Tier,
  rules = policy(),
  scope: readonly Reach[] = [],
  command = 'health',
) => may(who, { command, tier }, scope, rules);
const allows = (...args: Parameters<typeof verdict>): boolean => verdict(...args).kind === 'allowed';

describe('a denial', () => {
  it('of what a responder does fits any command, and tells nobody that they may look who may not', () => {
    const said = (roles: readonly string[]) => verdict(actor(roles), 'respond');
    expect(said([role.read])).toMatchObject({
      text: expect.stringMatching(/can look .* not act on it/) as string,
    });
    expect(said([])).toMatchObject({
      text: expect.stringMatching(/neither look .* nor act/) as string,
      wayOut: expect.not.stringMatching(/press/) as string,
    });
  });
});

describe('tier by role', () => {
  // Who holds …                                   read   respond lead
  const rows: readonly (readonly [string, readonly string[], boolean, boolean, boolean])[] = [
    ['no role', [], false, false, false],
    ['a role that nobody named', [role.other], false, false, false],
    ['the read role', [role.read], true, false, false],
    ['the respond role', [role.respond], true, true, false],
    ['the lead role', [role.lead], true, true, true],
    ['read and respond', [role.read, role.respond], true, true, false],
    ['read and lead', [role.read, role.lead], true, true, true],
    ['the id of the server as a role', [guild], false, false, false],
    ['an id that only begins like the lead role', [`${role.lead}3`], false, false, false],
    ['the name of a role instead of its id', ['on-call', 'lead'], false, false, false],
    ['an empty id', [''], false, false, false],
  ];
  for (const [who, roles, ...cells] of rows) {
    for (const [index, tier] of tiers.entries()) {
      it(`${who}: ${tier} is ${cells[index] === true ? 'allowed' : 'denied'}`, () => {
        const found = verdict(actor(roles), tier);
        expect(found.kind).toBe(cells[index] === true ? 'allowed' : 'denied');
        if (found.kind === 'denied') expect(found).toMatchObject({ reason: 'tier' });
      });
    }
  }

  it.each([
    ['everyone may look where that is said', open, [], [true, false, false]],
    [
      'nobody may anything where nothing is said',
      { read: [], respond: [], lead: [] },
      [role.lead],
      [false, false, false],
    ],
    [
      '@everyone among the responders opens nothing',
      { ...open, respond: [guild] },
      [guild],
      [true, false, false],
    ],
    ['@everyone among the leads opens nothing', { ...open, lead: [guild] }, [guild], [true, false, false]],
    [
      'leads alone may all three',
      { read: [], respond: [], lead: [role.lead] },
      [role.lead],
      [true, true, true],
    ],
    [
      'responders alone may not lead',
      { read: [], respond: [role.respond], lead: [] },
      [role.respond],
      [true, true, false],
    ],
    [
      'an empty id in the file opens nothing',
      { read: [''], respond: [''], lead: [''] },
      [],
      [false, false, false],
    ],
  ] as const)('%s', (_name, roles, held, cells) => {
    expect(tiers.map((tier) => allows(actor(held), tier, policy({ roles })))).toEqual(cells);
  });
});

describe('place', () => {
  const rows: readonly (readonly [string, Partial<Actor>, string])[] = [
    ['a direct message', { guildId: undefined }, 'direct-message'],
    ['another server', { guildId: '11' }, 'other-server'],
    ['a server with an empty id', { guildId: '' }, 'other-server'],
    ['another channel', { channels: ['21'] }, 'other-channel'],
    ['a thread of another channel', { channels: ['77', '21'] }, 'other-channel'],
    ['no channel at all', { channels: [] }, 'other-channel'],
  ];
  for (const [where, more, reason] of rows) {
    for (const tier of tiers) {
      it(`${where}: ${tier} is denied to a lead, however open the desk is`, () => {
        expect(verdict(actor([role.lead], more), tier, policy({ roles: open }))).toMatchObject({ reason });
      });
    }
  }
  it('the ops channel and a thread on it are one place', () => {
    expect(allows(actor([role.read]), 'read')).toBe(true);
    expect(allows(actor([role.read], { channels: ['77', ops] }), 'read')).toBe(true);
    expect(allows(actor([role.read], { channels: ['21'] }), 'read', policy({ channels: [ops, '21'] }))).toBe(
      true,
    );
  });
});

describe('restrictions', () => {
  const only: readonly Restriction[] = [
    { kind: 'suite', names: ['es-b'], roles: [role.desk] },
    { kind: 'login', names: ['desk-c'], roles: [role.desk] },
    { kind: 'command', names: ['pnl'], roles: [role.desk] },
  ];
  const rules = policy({ only });
  const scopes: readonly (readonly [string, string, readonly Reach[], boolean, string])[] = [
    ['a suite that is open', 'health', [{ login: 'main', suites: ['mnq'] }], true, ''],
    ['a restricted suite', 'health', [{ login: 'desk-b', suites: ['es-b'] }], false, 'suite'],
    [
      'a restricted suite among others',
      'health',
      [
        { login: 'main', suites: ['mnq'] },
        { login: 'desk-b', suites: ['nq', 'es-b'] },
      ],
      false,
      'suite',
    ],
    ['a restricted login', 'health', [{ login: 'desk-c', suites: ['gc'] }], false, 'login'],
    ['a restricted login without suites', 'health', [{ login: 'desk-c', suites: [] }], false, 'login'],
    ['a restricted command', 'pnl', [], false, 'command'],
    ['a suite named like a restricted login', 'health', [{ login: 'main', suites: ['desk-c'] }], true, ''],
    [
      'a suite named like a prototype key',
      'health',
      [{ login: '__proto__', suites: ['constructor'] }],
      true,
      '',
    ],
  ];
  for (const [what, command, scope, opened, reason] of scopes) {
    for (const tier of tiers) {
      it(`${what}: ${tier} of a lead is ${opened ? 'allowed' : 'denied'}, and allowed with the role beside it`, () => {
        const found = verdict(actor([role.lead]), tier, rules, scope, command);
        expect(found.kind).toBe(opened ? 'allowed' : 'denied');
        if (found.kind === 'denied') expect(found.reason).toBe(reason);
        expect(allows(actor([role.lead, role.desk]), tier, rules, scope, command)).toBe(true);
        // The restriction's role alone is no tier.
        expect(allows(actor([role.desk]), tier, rules, scope, command)).toBe(false);
      });
    }
  }
  it('that name the same suite all hold', () => {
    const both = policy({
      only: [...only, { kind: 'suite', names: ['es-b'], roles: ['35'] }],
    });
    const scope = [{ login: 'desk-b', suites: ['es-b'] }];
    expect(allows(actor([role.lead, role.desk]), 'read', both, scope)).toBe(false);
    expect(allows(actor([role.lead, role.desk, '35']), 'read', both, scope)).toBe(true);
  });
});

it('a denial is one kind sentence with a way out', () => {
  const denials = [
    ...tiers.map((tier) => verdict(actor([]), tier)),
    verdict(actor([], { guildId: undefined }), 'read'),
    verdict(actor([], { guildId: '11' }), 'read'),
    verdict(actor([], { channels: [] }), 'read'),
  ];
  for (const denied of denials) {
    if (denied.kind !== 'denied') throw new Error('not denied');
    expect(denied.text).toMatch(/^[A-Z].{15,}\.$/);
    expect(denied.wayOut).toMatch(/^[A-Z].{15,}\.$/);
  }
});

it('nothing is open that the rules do not open, over 20,000 drawn cases', () => {
  const id = fc.constantFrom(guild, '11', ops, '21', '31', '32', '33', '34', '');
  const ids = fc.uniqueArray(id, { maxLength: 4 });
  const names = fc.uniqueArray(fc.constantFrom('mnq', 'es', 'main', 'pnl', 'health'), {
    minLength: 1,
    maxLength: 2,
  });
  const drawn = fc.record({
    who: fc.record({ guildId: fc.option(id, { nil: undefined }), channels: ids, roles: ids }),
    tier: fc.constantFrom(...tiers),
    command: fc.constantFrom('health', 'pnl'),
    scope: fc.array(
      fc.record({
        login: fc.constantFrom('main', 'es'),
        suites: fc.uniqueArray(fc.constantFrom('mnq', 'es')),
      }),
      { maxLength: 2 },
    ),
    rules: fc.record({
      guildId: fc.constantFrom(guild, '11'),
      channels: ids,
      roles: fc.record({ read: ids, respond: ids, lead: ids }),
      only: fc.array(fc.record({ kind: fc.constantFrom('suite', 'login', 'command'), names, roles: ids }), {
        maxLength: 2,
      }),
    }),
  });
  let opened = 0;
  fc.assert(
    fc.property(drawn, ({ who, tier, command, scope, rules }) => {
      const found = may(who, { command, tier }, scope, rules);
      // Written the other way round than the rules themselves: what must all be so for it to be open.
      const inPlace =
        who.guildId === rules.guildId && rules.channels.some((one) => who.channels.includes(one));
      const real = who.roles.filter((one) => one !== rules.guildId);
      const has = (list: readonly string[]): boolean => real.some((one) => list.includes(one));
      const { read, respond, lead } = rules.roles;
      const tiered = {
        read: read.includes(rules.guildId) || has(read) || has(respond) || has(lead),
        respond: has(respond) || has(lead),
        lead: has(lead),
      }[tier];
      const touched = {
        suite: scope.flatMap(({ suites }) => suites),
        login: scope.map(({ login }) => login),
        command: [command],
      };
      const free = rules.only.every(
        ({ kind, names: closed, roles }) =>
          !touched[kind].some((one) => closed.includes(one)) || who.roles.some((one) => roles.includes(one)),
      );
      expect(found.kind === 'allowed').toBe(inPlace && tiered && free);
      expect(mayReach(who.roles, { command, tier }, scope, rules).kind === 'allowed').toBe(tiered && free);
      if (found.kind === 'allowed') opened += 1;
    }),
    { numRuns: 20_000 },
  );
  // The drawing reaches both sides.
  expect(opened).toBeGreaterThan(200);
});
