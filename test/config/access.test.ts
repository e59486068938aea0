// Who may what in the file: nobody by default, everyone only by that word, and no restriction that restricts nothing.
import { describe as group, expect, it } from 'vitest';
import { describe } from '../../src/config.ts';
import { discord, read, refusal } from './readings.ts';

const roles = 'roles: { read: everyone, respond: [1100000000000000031], lead: "1100000000000000030" }';

group('roles', () => {
  it('are missing where a real Discord is configured, and the refusal says what to write', () => {
    for (const file of [
      'roles: {}',
      'roles:',
      'roles: { only: [] }',
      'suites: {}\nroles: { read: [], lead: [] }',
    ]) {
      const [line, ...more] = refusal(file, discord);
      expect(more).toEqual([]);
      expect(line).toMatch(/roles: is missing.*read: everyone, respond: .*Copy ID/);
    }
  });

  it('are not needed with the local Discord, and hold there where they are written', () => {
    expect(read().access).toEqual({ roles: { read: [], respond: [], lead: [] }, only: [], channels: [] });
    const local = read(roles);
    expect(local.access.roles).toEqual({
      read: 'everyone',
      respond: ['1100000000000000031'],
      lead: ['1100000000000000030'],
    });
    expect(describe(local).join('\n')).toContain('its own roles are not used');
  });

  it('take everyone for read alone', () => {
    expect(refusal('roles: { respond: everyone }')).toEqual([
      expect.stringMatching(
        /^pitwatch\.yaml:1: roles\.respond: found "everyone", wanted a list of Discord role ids/,
      ),
    ]);
    const own = discord['DISCORD_GUILD_ID'] ?? '';
    expect(refusal(`roles:\n  read: everyone\n  lead: "${own}"`, discord)).toEqual([
      expect.stringMatching(
        /^pitwatch\.yaml:3: roles\.lead: found the id of the server itself, which is its role @everyone/,
      ),
    ]);
  });

  it('that leave nobody to act or to lead are told', () => {
    const said = describe(read('roles: { read: everyone }', discord)).join('\n');
    expect(said).toContain('nobody may act on incidents');
    expect(said).toContain('nobody is a lead');
    expect(said).toContain('Roles: read everyone on the server; respond nobody else; lead nobody else.');
  });
});

group('restrictions', () => {
  const suites = 'suites: { mnq: { instrument: MNQ }, es-b: { instrument: ES } }\n';
  it('name suites, logins or commands, and roles', () => {
    const file = `${suites}roles:\n  read: everyone\n  only:\n    - { suites: es-b, roles: "35" }\n    - { logins: [simulated], roles: [35, 36] }\n    - { commands: [pnl], roles: ["35"] }\n`;
    const config = read(file);
    expect(config.access.only).toEqual([
      { kind: 'suite', names: ['es-b'], roles: ['35'] },
      { kind: 'login', names: ['simulated'], roles: ['35', '36'] },
      { kind: 'command', names: ['pnl'], roles: ['35'] },
    ]);
    expect(describe(config).join('\n')).toContain('suite es-b only 35');
  });

  it.each([
    [
      'a suite that is misspelled',
      '- { suites: [es-c], roles: ["35"] }',
      /only\.0\.suites: there is no suite called "es-c".*Did you mean "es-b"/,
    ],
    [
      'a login that is not there',
      '- { logins: [desk-z], roles: ["35"] }',
      /only\.0\.logins: there is no login called "desk-z"/,
    ],
    ['no roles', '- { suites: [es-b], roles: [] }', /roles: found a list of 0, wanted at least one role/],
    [
      'two things at once',
      '- { suites: [es-b], commands: [pnl], roles: ["35"] }',
      /wanted one of suites, logins or commands beside roles/,
    ],
    ['nothing', '- { roles: ["35"] }', /wanted one of suites, logins or commands beside roles/],
    ['an unknown key', '- { suite: es-b, roles: ["35"] }', /unknown key "suite"\. Did you mean "suites"/],
  ])('are refused with %s', (_name, entry, wanted) => {
    const found = refusal(`${suites}roles:\n  read: everyone\n  only:\n    ${entry}\n`);
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).toMatch(wanted);
  });

  it('of a bot whose file has no suites are taken as they are', () => {
    expect(
      read('roles: { read: everyone, only: [{ suites: [es-b], roles: ["35"] }] }').access.only,
    ).toHaveLength(1);
  });
});

it('channels beside the ops channel, and how much of the audit log is kept, are said', () => {
  const config = read('commands: { channels: [1100000000000000021] }\naudit: { keep: 500 }\n');
  expect(config.access.channels).toEqual(['1100000000000000021']);
  expect(config.auditKept).toBe(500);
  expect(read().auditKept).toBe(10_000);
  expect(refusal('audit: { keep: 5 }')).toEqual([
    expect.stringMatching(/audit\.keep: found the number 5, wanted a whole number from 100/),
  ]);
});
