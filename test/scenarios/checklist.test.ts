// /checklist on a whole desk: a start told step by step, and a stop told by the worker that took over.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDesk, textOf, type DeskUnderTest } from '../fixtures/desk.ts';

let desk: DeskUnderTest;

beforeAll(async () => {
  desk = await openTestDesk({
    roles: [
      { bot: true, worker: false },
      { bot: false, worker: true },
    ],
  });
}, 60_000);

afterAll(async () => {
  await desk.stop();
}, 30_000);

/** Asks until the answer holds all of it. */
async function asked(sequence: string, ...wanted: readonly RegExp[]): Promise<string> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const text = textOf(await desk.ask('checklist', { sequence, suite: 'mnq' }));
    if (wanted.every((words) => words.test(text))) return text;
    if (Date.now() > deadline) throw new Error(`in vain:\n${text}`);
  }
}

describe('/checklist', () => {
  it('tells the start of a suite, all six steps done', async () => {
    const text = await asked('startup', /🟢 All 6 steps done/);
    for (const step of [
      'Environment',
      'Token',
      'Sockets',
      'Hubs authenticated',
      'First data',
      'Feed running',
    ])
      expect(text).toContain(`🟢 **${step}**`);
  });

  it('does not call a stop orderly that nobody has recorded', async () => {
    const text = await asked('shutdown', /⚪ 1 of 5 steps done, 4 not known/);
    expect(text).toContain('No stop of this login has been recorded yet');
    expect(text).not.toContain('🟢 All');
  });

  it('tells the stop of the worker before, once another has taken over', async () => {
    const [, first] = desk.desks;
    await desk.start({ bot: false, worker: true });
    await first?.close();
    await asked('shutdown', /🟢 All 5 steps done/, /Closed by both sides: (user|market) hub/);
  }, 40_000);

  it('reports what is left working, and cancels nothing', async () => {
    await desk.hold('protected');
    const text = await asked('shutdown', /🔴 2 of 5 steps fail/, /Still working: order \d+/);
    expect(text).toContain('Pitwatch cancels nothing');
    expect(text).toContain('A position is open: long');
  }, 40_000);
});
