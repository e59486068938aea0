// Which alert speaks for an incident, and since when all of it fires.
import { expect, test } from 'vitest';
import { brokeAt, headline, leadOf } from '../../src/domain/lead.ts';
import { alert, incident } from '../discord/desk.ts';

const hub = alert({ key: 'hub', title: 'Market hub down', sinceAt: 2_000 });
const naked = alert({ key: 'naked', title: 'Position without a stop', sinceAt: 1_000, insists: true });
const over = { at: 9_000, missed: [], proof: 'flows' };

test('a position without its stop speaks before the root as long as it fires, and no doubt about one does', () => {
  const both = incident({
    alerts: [
      { alert: hub, recovery: undefined },
      { alert: naked, recovery: undefined },
    ],
  });
  expect(leadOf(both)).toBe(naked);
  const [root] = both.alerts;
  if (root === undefined) throw new Error('no root');
  expect(headline({ alerts: [root, { alert: naked, recovery: over }] })).toBe('Market hub down');
  const doubt = alert({ key: 'doubt', severity: 'high', insists: true });
  expect(leadOf({ alerts: [root, { alert: doubt, recovery: undefined }] })).toBe(hub);
});

test('what fires together broke when the first of it did, though the incident is older', () => {
  const one = incident({
    openedAt: 100,
    alerts: [hub, naked].map((each) => ({ alert: each, recovery: undefined })),
  });
  expect(brokeAt(one)).toBe(1_000);
});
