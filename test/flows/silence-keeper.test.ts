// What people silenced is announced, reminded of, ended when all is well and told when it is over: each once.
import { expect, it } from 'vitest';
import type { Announcement } from '../../src/domain/announcement.ts';
import type { KnownIncident } from '../../src/domain/job.ts';
import type { PagerStore } from '../../src/domain/pager-store.ts';
import type { Silence } from '../../src/domain/silence.ts';
import { keepSilences } from '../../src/flows/silence-keeper.ts';
import { anIncident } from '../fixtures/incidents.ts';

const t0 = 1_000_000_000;
const minuteMs = 60_000;
const ada = { id: '1', name: 'Ada' };

function scene(more: Partial<Silence> = {}) {
  let silence: Silence = {
    id: 'S1',
    kind: 'maintenance',
    matcher: { suite: 'mnq' },
    reason: 'new router',
    by: ada,
    madeAt: t0,
    fromAt: t0,
    toAt: t0 + 60 * minuteMs,
    untilWell: false,
    ...more,
  };
  const told: Announcement[] = [];
  const store: Pick<PagerStore, 'firstTo' | 'endSilence'> = {
    firstTo: (_id, mark, one) => {
      if (silence[mark] === true) return Promise.resolve(false);
      silence = { ...silence, [mark]: true };
      told.push(one);
      return Promise.resolve(true);
    },
    endSilence: (_id, by, at) => {
      silence = { ...silence, ended: { at, by } };
      return Promise.resolve(silence);
    },
  };
  const look = (now: number, known: readonly KnownIncident[] = []) =>
    keepSilences([silence], known, store, now);
  return { look, kinds: () => told.map(({ kind }) => kind), told };
}

it('maintenance is announced at its start, reminded of to who made it, and told when it is over', async () => {
  const { look, kinds, told } = scene();
  for (let minute = 0; minute <= 62; minute += 1) await look(t0 + minute * minuteMs);
  expect(kinds()).toEqual(['maintenance-begun', 'silence-ends-soon', 'silence-over']);
  expect(told[1]).toMatchObject({ called: [{ kind: 'user', id: '1' }] });
  expect(told[2]).toMatchObject({ endedBy: undefined });
});

it('a short silence has no reminder', async () => {
  const { look, kinds } = scene({ kind: 'silence', toAt: t0 + 15 * minuteMs });
  for (let minute = 0; minute <= 16; minute += 1) await look(t0 + minute * minuteMs);
  expect(kinds()).toEqual(['silenced', 'silence-over']);
});

it('one that ends with the recovery ends once what it held back is over, and not before it held anything', async () => {
  const { look, kinds, told } = scene({ untilWell: true });
  const held = { id: 'S1', kind: 'maintenance', reason: 'r', by: ada, toAt: t0 + 60 * minuteMs } as const;
  const open = anIncident('7', 'main', { state: { kind: 'suppressed', at: t0, silence: held } });
  const over = anIncident('7', 'main', {
    state: { kind: 'resolved', at: t0 + 5, by: 'recovery', acknowledgedBy: undefined, silence: 'S1' },
  });
  await look(t0 + 1_000);
  await look(t0 + 2_000, [{ incident: open, refs: {} }]);
  expect(kinds()).toEqual(['maintenance-begun']);
  await look(t0 + 3_000, [{ incident: over, refs: {} }]);
  await look(t0 + 4_000, [{ incident: over, refs: {} }]);
  expect(told.at(-1)).toMatchObject({ kind: 'silence-over', endedBy: 'recovery' });
  expect(kinds()).toHaveLength(2);
});
