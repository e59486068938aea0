// The page on a lock screen, the card it becomes, the thread's name and notes: short, true, within Discord's limits.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alert } from '../../../src/domain/alert.ts';
import type { Callee } from '../../../src/domain/callees.ts';
import type { Incident, IncidentNote, IncidentState } from '../../../src/domain/incident.ts';
import { presentAnswer } from '../../../src/discord/presenter/answer.ts';
import {
  lockScreenLines,
  presentCard,
  presentPage,
  threadName,
} from '../../../src/discord/presenter/incident.ts';
import { colours } from '../../../src/discord/presenter/message.ts';
import { timelineText } from '../../../src/discord/presenter/incidents.ts';
import { presentNote } from '../../../src/discord/presenter/note.ts';
import { exchangeTime } from '../../../src/discord/presenter/text.ts';
import { alert, incident } from '../desk.ts';
import { brokenRules, readableText } from './discord-rules.ts';
import { anyExposure, anyText } from './reports.ts';

const oncall = [{ kind: 'role', id: '1100000000000000030' }] as const;
const person = fc.record({ id: fc.constant('1'), name: anyText });
const anyAlert: fc.Arbitrary<Alert> = fc
  .record({
    title: anyText,
    summary: anyText,
    remedy: anyText,
    suites: fc.array(
      fc.record({ suite: anyText, contract: fc.option(anyText, { nil: undefined }), exposure: anyExposure }),
      { maxLength: 8 },
    ),
    evidence: fc.array(fc.record({ label: anyText, value: anyText, source: anyText, at: fc.nat() }), {
      maxLength: 8,
    }),
  })
  .map((more) => alert(more));
const anyState: fc.Arbitrary<IncidentState> = fc.oneof(
  fc.constant<IncidentState>({ kind: 'triggered' }),
  fc.record({ kind: fc.constant('acknowledged' as const), by: person, at: fc.nat() }),
  fc.record({
    kind: fc.constant('resolved' as const),
    at: fc.nat(),
    by: fc.oneof(fc.constant('recovery' as const), person),
    acknowledgedBy: fc.option(person, { nil: undefined }),
  }),
);
const anyRecovery = fc.record({
  at: fc.nat(),
  proof: anyText,
  missed: fc.array(anyText, { maxLength: 6 }),
});
const anyIncident: fc.Arbitrary<Incident> = fc
  .record({
    alerts: fc.array(fc.record({ alert: anyAlert, recovery: fc.option(anyRecovery, { nil: undefined }) }), {
      maxLength: 12,
    }),
    state: anyState,
  })
  .map((parts) => incident(parts));

test('the lock screen says what, which suites, what is at stake, since when, and what to do', () => {
  const [first, second] = lockScreenLines(incident()).split('\n');
  expect(first).toBe('🔴 #12 Market hub down · mnq, es · mnq LONG 2 WITHOUT A STOP');
  expect(second).toContain(`Since ${exchangeTime(alert().sinceAt).slice(0, 5)}`);
  expect(second).toContain('Flatten or protect by hand now');
});

test('on the lock screen no name, however long, cuts off that a position has no stop', () => {
  const suite = 'very-long-suite-name-of-the-desk';
  const exposure = { kind: 'unprotected', side: 'long', size: 2, uncovered: 2 } as const;
  const suites = ['a', 'b'].map((end) => ({ suite: `${suite}-${end}`, contract: 'MNQZ6', exposure }));
  const [first] = lockScreenLines(
    incident({ alerts: [{ alert: alert({ suites }), recovery: undefined }] }),
  ).split('\n');
  expect(first).toBe('🔴 #12 Market hub down · very-long-suite-nam… · LONG 2 WITHOUT A STOP');
});

test('the page calls on-call and nobody else', () => {
  const page = presentPage(incident(), oncall);
  expect(page.content).toContain('<@&1100000000000000030>');
  expect(page.allowed_mentions).toEqual({ parse: [], roles: [oncall[0].id] });
  expect(presentCard(incident(), oncall).allowed_mentions).toEqual({ parse: [] });
});

test('since when is told in exchange time and as a time that counts along', () => {
  const since = presentPage(incident(), oncall).embeds[0]?.fields?.find(
    ({ name }) => name === 'Since',
  )?.value;
  expect(since).toMatch(/^<t:\d+:R> · \d\d:\d\d:\d\d CT$/);
});

test('since when is told of what leads the card now, and beside it when the incident began', () => {
  const began = alert().sinceAt;
  const naked = alert({ key: 'naked', title: 'Position without a stop', sinceAt: began + 240_000 });
  const over = { at: began + 60_000, missed: [], proof: 'flows' };
  const mine = incident({
    alerts: [
      { alert: alert(), recovery: over },
      { alert: naked, recovery: undefined },
    ],
    state: { kind: 'acknowledged', by: { id: '1', name: 'Ada' }, at: began + 300_000 },
  });
  const card = presentCard(mine, []);
  expect(card.content).toContain(`\nAda has it. Since ${exchangeTime(began + 240_000)}.`);
  const since = card.embeds[0]?.fields?.find(({ name }) => name === 'Since')?.value;
  expect(since).toContain(
    ` · ${exchangeTime(began + 240_000)}\nThe incident began at ${exchangeTime(began)}`,
  );
});

test('what came back is told since it came back, and its evidence is as old as it was then', () => {
  const one = incident();
  const again = alert({
    sinceAt: one.openedAt + 240_000,
    observedAt: one.openedAt + 250_000,
    evidence: [{ label: 'covered', value: '0 of 1', source: 'orders', at: one.openedAt + 235_000 }],
  });
  const text = readableText(presentCard({ ...one, alerts: [{ alert: again, recovery: undefined }] }, []));
  expect(text).toContain(`Since ${exchangeTime(again.sinceAt)}.`);
  expect(text).toContain(`Evidence at ${exchangeTime(again.observedAt)}`);
  expect(text).toContain('orders, 15 s ago');
});

test('what is over is no longer at stake', () => {
  const over = { at: Date.now(), missed: [], proof: 'flows' };
  const flapping = presentCard(incident({ alerts: [{ alert: alert(), recovery: over }] }), []);
  expect(flapping.content).toBe(
    `🔴 #12 Market hub down · mnq, es\nNothing of it fires since ${exchangeTime(over.at)}.`,
  );
  expect(flapping.embeds[0]?.fields?.map(({ name }) => name)).not.toContain('Do now');
  expect(readableText(flapping)).not.toMatch(/^## At stake/m);
  const ended = incident({
    alerts: [{ alert: alert(), recovery: over }],
    state: { kind: 'resolved', at: Date.now(), by: 'recovery', acknowledgedBy: undefined },
  });
  const names = (one: Incident) => presentCard(one, []).embeds[0]?.fields?.map(({ name }) => name);
  expect(names(incident())?.[0]).toBe('At stake');
  expect(names(ended)?.[0]).toBe('Was at stake');
});

test('any incident in any state keeps the rules, and its first two lines fit a lock screen', () => {
  fc.assert(
    fc.property(anyIncident, (any) => {
      const page = presentPage(any, oncall);
      expect(brokenRules(page)).toEqual([]);
      expect(brokenRules(presentCard(any, oncall))).toEqual([]);
      const two = (page.content ?? '').split('\n').slice(0, 2).join('\n');
      expect(two.length).toBeLessThanOrEqual(140);
      expect(threadName(any).length).toBeLessThanOrEqual(100);
      expect(threadName(any)).not.toMatch(/[\n\r]/);
      const text = readableText(page).replace('<@&1100000000000000030>', '');
      expect(text).not.toMatch(/(^|[^\\])(\\\\)*(@everyone|<@)/);
    }),
    { numRuns: 60, seed: 5 },
  );
});

test('any note keeps the rules', () => {
  const recovery = fc.record({ at: fc.nat(), missed: fc.array(anyText, { maxLength: 30 }), proof: anyText });
  const anyNote: fc.Arbitrary<IncidentNote> = fc.oneof(
    fc.record({ kind: fc.constant('joined' as const), alert: anyAlert, mention: fc.boolean() }),
    fc.record({ kind: fc.constant('part-recovered' as const), alert: anyAlert, recovery }),
    fc.record({ kind: fc.constant('recovered' as const), card: anyIncident, downtimeMs: fc.nat(), recovery }),
    fc.record({ kind: fc.constant('acknowledged' as const), by: person, at: fc.nat() }),
    fc.record({
      kind: fc.constant('resolved-by-hand' as const),
      by: person,
      at: fc.nat(),
      stillFiring: fc.array(anyText, { maxLength: 30 }),
    }),
    fc.record({ kind: fc.constant('evidence-failed' as const), why: anyText }),
  );
  fc.assert(
    fc.property(anyNote, (note) => {
      expect(brokenRules(presentNote(note, () => oncall))).toEqual([]);
    }),
    { numRuns: 60, seed: 9 },
  );
});

test('a recovery tells downtime, what was missed and the proof', () => {
  const text = readableText(
    presentNote(
      {
        kind: 'recovered',
        card: incident(),
        downtimeMs: 74_000,
        recovery: { at: 0, missed: ['3 one-minute bars of MNQ'], proof: 'Quotes and prints flow again.' },
      },
      () => oncall,
    ),
  );
  expect(text).toContain('is over after 74 s');
  expect(text).toContain('3 one-minute bars of MNQ');
  expect(text).toContain('Quotes and prints flow again.');
});

test('the recovery of several things tells how long each one lasted', () => {
  const began = alert().sinceAt;
  const over = (ms: number) => ({ at: began + ms, missed: [], proof: 'flows' });
  const naked = alert({ key: 'naked', title: 'Position without a stop', sinceAt: began + 3_000 });
  const card = incident({
    alerts: [
      { alert: alert(), recovery: over(34_000) },
      { alert: naked, recovery: over(85_000) },
    ],
  });
  const text = readableText(
    presentNote({ kind: 'recovered', card, downtimeMs: 85_000, recovery: over(85_000) }, () => oncall),
  );
  expect(text).toContain('#12 is over after 85 s: Market hub down and 1 more.');
  expect(text).toContain(`• Market hub down: since ${exchangeTime(began)}, for 34 s`);
  expect(text).toContain(`• Position without a stop: since ${exchangeTime(began + 3_000)}, for 82 s`);
});

test.each(['nobody-moved', 'by-hand', 'ran-out', 'stays-down'] as const)(
  'a call (%s) that reaches nobody does not claim to call, and says what to add',
  (why) => {
    const note = { kind: 'called', circle: 'everyone', why, by: { id: '1', name: 'Ada' }, at: 0 } as const;
    const text = readableText(presentNote(note, () => []));
    expect(text).toMatch(/no phone rings\..*pitwatch\.yaml/);
    expect(text).not.toMatch(/Calling|asks everyone/);
    expect(readableText(presentNote(note, () => oncall))).not.toMatch(/no phone rings/);
  },
);

test('a call that reaches nobody new says so instead of naming a secondary that is not configured', () => {
  const note = { kind: 'called', circle: 'secondary', why: 'nobody-moved', at: 0 } as const;
  const text = (secondary: readonly Callee[]): string =>
    readableText(presentNote(note, (circle) => (circle === 'secondary' ? secondary : oncall)));
  expect(text(oncall)).toContain('Calling the same people again');
  expect(text([{ kind: 'user', id: '7' }])).toContain('Calling the secondary on call');
});

test('resolved by hand says what still fires', () => {
  const note = {
    kind: 'resolved-by-hand',
    by: { id: '1', name: 'Ada' },
    at: 0,
    stillFiring: ['Feed mute'],
  } as const;
  expect(readableText(presentNote(note, () => []))).toMatch(/by Ada[\s\S]*still sees this[\s\S]*Feed mute/);
});

const recovery = { at: Date.now(), missed: [], proof: 'Quotes flow again.' };
const closedByHand = (recovered: boolean): Incident =>
  incident({
    state: { kind: 'resolved', at: Date.now(), by: { id: '1', name: 'Ada' }, acknowledgedBy: undefined },
    alerts: [{ alert: alert(), recovery: recovered ? recovery : undefined }],
  });

test('closed by hand while it still fires: card and thread name say so, are not green, and keep what to do', () => {
  const card = presentCard(closedByHand(false), []);
  const text = readableText(card);
  expect(card.content).toMatch(/^⚠️ #12 .*\nClosed by hand by Ada at .* CT, still seen: Market hub down\.$/);
  expect(text).toContain('Still seen: Market hub down');
  expect(text).toContain('Flatten or protect by hand now');
  expect(text).not.toMatch(/Over at|It lasted|Resolved/);
  expect(card.embeds[0]?.color).not.toBe(colours.good);
  expect(threadName(closedByHand(false))).toMatch(/^⚠️ #12 /);
  const list = presentAnswer({
    kind: 'incidents',
    at: Date.now(),
    incidents: [{ incident: closedByHand(false), refs: {} }],
  });
  expect(readableText(list)).toMatch(/Closed by hand, still seen\*\*\n⚠️ .*closed by Ada/);
  expect(list.embeds[0]?.color).not.toBe(colours.good);
});

test('closed by hand and well is over, from when it was well', () => {
  const card = presentCard(closedByHand(true), []);
  expect(card.content).toMatch(/^🟢 #12 .*\nOver at /);
  expect(readableText(card)).toContain('Resolved by hand by Ada');
  expect(card.embeds[0]?.color).toBe(colours.good);
  expect(readableText(card)).not.toContain('Do now');
});

test('what is over speaks no longer: the headline, the summary and what to do are of the worst that still fires', () => {
  const feed = alert({
    key: 'feed',
    title: 'Feed mute',
    severity: 'high',
    summary: 'No quote for 40 s.',
    remedy: 'Restart the feed.',
    evidence: [
      { label: 'last quote', value: '25411.25', source: 'market hub', at: alert().observedAt - 40_000 },
    ],
  });
  const slow = alert({ key: 'slow', title: 'Gateway slow', severity: 'medium' });
  const all = (rootOver: boolean, feedOver: boolean): Incident =>
    incident({
      alerts: [
        { alert: alert(), recovery: rootOver ? recovery : undefined },
        { alert: slow, recovery: undefined },
        { alert: feed, recovery: feedOver ? recovery : undefined },
      ],
    });
  expect(presentCard(all(false, false), []).content).toMatch(/^🔴 #12 Market hub down/);
  const card = presentCard(all(true, false), []);
  const text = readableText(card);
  expect(card.content).toMatch(/^🔴 #12 Feed mute .*\nSince .*Restart the feed\.$/);
  expect(card.embeds[0]?.title).toBe('#12 Feed mute');
  expect(text).toMatch(/No quote for 40 s\.[\s\S]*Restart the feed\.[\s\S]*last quote: 25411\.25.* 40 s ago/);
  expect(text).toMatch(
    /Also part of it\n• Market hub down, since .* CT, over at .* CT\n• Gateway slow, since .* CT/,
  );
  expect(text).not.toContain('Flatten or protect by hand now');
  const list = presentAnswer({
    kind: 'incidents',
    at: Date.now(),
    incidents: [{ incident: all(true, false), refs: {} }],
  });
  expect(readableText(list)).toContain('Feed mute');
  expect(presentCard(all(true, true), []).content).toMatch(/^🔴 #12 Gateway slow/);
  expect(threadName(all(true, false))).toContain('Market hub down');
});

test('at stake is what the alerts that still fire touch; once all is over, what it touched', () => {
  const feed = alert({
    key: 'feed',
    title: 'Feed mute',
    suites: [{ suite: 'es', contract: 'ESZ5', exposure: { kind: 'flat' } }],
  });
  const staked = (recoveries: readonly [boolean, boolean]): string | undefined => {
    const [rootOver, feedOver] = recoveries.map((over) => (over ? recovery : undefined));
    const one = incident({
      alerts: [
        { alert: alert(), recovery: rootOver },
        { alert: feed, recovery: feedOver },
      ],
    });
    return presentCard(one, []).embeds[0]?.fields?.find(({ name }) => /at stake/i.test(name))?.value;
  };
  expect(staked([false, false])).toContain('WITHOUT A STOP');
  expect(staked([true, false])).toBe('**es** · ESZ5 · flat');
  expect(staked([true, true])).toContain('WITHOUT A STOP');
});

test('what is done and not well bears no green tick', () => {
  expect(presentAnswer({ kind: 'done', text: 'Closed.', warns: true }).content).toBe('⚠️ Closed.');
  expect(presentAnswer({ kind: 'done', text: 'Closed.' }).content).toBe('✅ Closed.');
});

test('any simple answer keeps the rules', () => {
  fc.assert(
    fc.property(anyText, anyText, fc.array(anyText, { maxLength: 60 }), (a, b, many) => {
      const severity = 'high' as const;
      expect(brokenRules(presentAnswer({ kind: 'refusal', text: a, wayOut: b }))).toEqual([]);
      expect(brokenRules(presentAnswer({ kind: 'failure', text: a, next: b }))).toEqual([]);
      expect(brokenRules(presentAnswer({ kind: 'done', text: a }))).toEqual([]);
      const commands = many.map((usage) => ({ usage, description: b }));
      expect(brokenRules(presentAnswer({ kind: 'help', commands }))).toEqual([]);
      const explanation = { title: a, meaning: b, causes: many, next: many };
      expect(
        brokenRules(presentAnswer({ kind: 'explanation', finding: a, severity, explanation, source: b })),
      ).toEqual([]);
      const roster = many.map((login) => ({
        login,
        suites: many.map((suite) => ({ suite, instrument: b, observe: 'direct' as const })),
        since: 0,
      }));
      expect(brokenRules(presentAnswer({ kind: 'suites', at: 1_000, desk: { roster, pulses: [] } }))).toEqual(
        [],
      );
    }),
    { numRuns: 20, seed: 11 },
  );
});

test('the file of a long timeline tells the exchange’s time, as everything else does, and says so', () => {
  const at = Date.UTC(2026, 10, 27, 15, 2, 3, 45);
  const entry = { at, by: 'pitwatch', kind: 'opened', text: 'it began', standing: 'triggered' } as const;
  expect(timelineText([entry]).split('\n')).toEqual([
    'CT is the time of the exchange (America/Chicago).',
    '2026-11-27 09:02:03.045 CT | pitwatch | opened | it began',
  ]);
});
