// The card of an incident that is over: how it stood last, what shows that it is well, and what was found missing.
import { expect, test } from 'vitest';
import { presentCard, threadName } from '../../../src/discord/presenter/incident.ts';
import { exchangeTime } from '../../../src/discord/presenter/text.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import { alert, incident } from '../desk.ts';

const oncall = [{ kind: 'role', id: '1100000000000000030' }] as const;

test('what is over tells how it stood last, with the evidence and what was at stake by then', () => {
  const told = alert();
  const at = told.sinceAt + 300_000;
  const grown = { kind: 'unprotected', side: 'long', size: 5, uncovered: 5 } as const;
  const last = {
    at,
    summary: 'The market hub of main is closed since 5 min.',
    evidence: [{ label: 'hub state', value: 'closed', source: 'market hub', at }],
    suites: told.suites.map((suite) => (suite.suite === 'mnq' ? { ...suite, exposure: grown } : suite)),
  };
  const over = incident({
    alerts: [{ alert: told, recovery: { at: at + 1_000, missed: [], proof: 'data flows' }, last }],
    state: { kind: 'resolved', at: at + 1_000, by: 'recovery', acknowledgedBy: undefined },
  });
  const [card] = presentCard(over, oncall).embeds;
  expect(card?.description).toBe(
    `Last seen at ${exchangeTime(at)}: The market hub of main is closed since 5 min.`,
  );
  const fields = Object.fromEntries((card?.fields ?? []).map(({ name, value }) => [name, value]));
  expect(fields[`Evidence at ${exchangeTime(at)}`]).toContain('closed');
  expect(fields['Was at stake']).toMatch(/\*\*mnq\*\* · MNQZ6 · .*5/);
  const same = incident({
    ...over,
    alerts: over.alerts.map((one) => ({ ...one, last: { ...last, summary: told.summary } })),
  });
  expect(presentCard(same, oncall).embeds[0]?.description).toBe(told.summary);
});

test('what is over says what shows it, and all that was found missing, once', () => {
  const told = alert();
  const at = told.sinceAt + 60_000;
  const recovery = (ms: number, proof: string) => ({
    at: at + ms,
    missed: ['1 fill found over REST'],
    proof,
  });
  const over = incident({
    alerts: [
      { alert: told, recovery: recovery(0, 'data flows') },
      { alert: { ...told, key: 'other' }, recovery: recovery(1_000, 'the stop is back') },
    ],
    state: { kind: 'resolved', at: at + 1_000, by: 'recovery', acknowledgedBy: undefined },
  });
  const valueOf = (one: Incident): string | undefined =>
    presentCard(one, oncall).embeds[0]?.fields?.find(({ name }) => name.startsWith('Well again'))?.value;
  expect(valueOf(over)).toBe('• the stop is back\n• 1 fill found over REST');
  const firing = over.alerts.map((one, index) => (index === 0 ? { ...one, recovery: undefined } : one));
  expect(valueOf(incident({ ...over, alerts: firing, state: { kind: 'triggered' } }))).toBeUndefined();
});

test('what still stands tells what is at stake now, not what was once', () => {
  const told = alert();
  const at = told.sinceAt + 60_000;
  const flat = told.suites.map((suite) => ({ ...suite, exposure: { kind: 'flat' } as const }));
  const last = { at, summary: 'The market hub of main is closed since 1 min.', evidence: [], suites: flat };
  const stands = incident({ alerts: [{ alert: told, recovery: undefined, last }] });
  const [card] = presentCard(stands, oncall).embeds;
  expect(card?.description).toBe(
    `As it stood at ${exchangeTime(at)}: The market hub of main is closed since 1 min.`,
  );
  const stakes = card?.fields?.find(({ name }) => name === 'At stake')?.value ?? '';
  expect(stakes.split('\n').map((line) => line.split(' · ').at(-1))).toEqual(flat.map(() => 'flat'));
});

test('a thread keeps its name when other suites are at stake than were told: Discord allows two new names in ten minutes', () => {
  const told = alert();
  const at = told.sinceAt + 60_000;
  const swapped = told.suites.toReversed().map((suite, index) => ({
    ...suite,
    exposure:
      index === 0 ? ({ kind: 'protected', side: 'long', size: 1 } as const) : ({ kind: 'flat' } as const),
  }));
  expect(swapped.length).toBeGreaterThan(1);
  const name = threadName(incident({ alerts: [{ alert: told, recovery: undefined }] }));
  const named = (suites: typeof told.suites): string =>
    threadName(
      incident({
        alerts: [
          { alert: told, recovery: undefined, last: { at, summary: 'It lasts.', evidence: [], suites } },
        ],
      }),
    );
  expect(named(swapped)).toBe(name);
  expect(named(swapped.slice(0, 1))).toBe(name);
});
