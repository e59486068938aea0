// What may be done once only is done by the bot whose it is, and by none where nobody can say whose it is.
import { describe, expect, it } from 'vitest';
import type { DeskTask } from '../../src/domain/job.ts';
import type { StoreOutage } from '../../src/domain/store-watch.ts';
import { CarryingOut } from '../../src/discord/carrying-out.ts';
import { Outages } from '../../src/discord/outages.ts';
import type { Hold } from '../../src/discord/receipt.ts';
import { makeLog } from '../../src/log.ts';
import { FakeClock } from '../fakes/clock.ts';

const press: DeskTask = { kind: 'incident', incident: '12', action: 'acknowledge' };
const look: DeskTask = { kind: 'oncall', action: 'show' };
const caller = { id: '7', name: 'Ada', roles: [], channels: [], guildId: '1', interaction: '100' };
const away: StoreOutage = { kind: 'away', sinceAt: 0, why: 'refused', advice: 'Start it.' };

function stage(proofs: readonly (boolean | undefined)[], outages: readonly (StoreOutage | undefined)[] = []) {
  const clock = new FakeClock(0);
  const acted: DeskTask[] = [];
  const left = { proofs: [...proofs], outages: [...outages] };
  const store = {
    outage: () => undefined,
    proven: () => Promise.resolve(left.outages.shift()),
    whileUp: <T>(work: Promise<T>) => work,
  };
  const seen = () => ({
    desk: { roster: [], pulses: [] },
    deskAt: undefined,
    incidents: [],
    incidentsAt: undefined,
    direct: [],
    called: [],
    hostHere: false,
  });
  const carrying = new CarryingOut(
    {
      submit: () => Promise.reject(new Error('not asked for here')),
      act: (task) => {
        acted.push(task);
        return Promise.resolve({ kind: 'done', text: 'done' });
      },
      clock,
      log: makeLog('silent'),
    },
    new Outages({ store, seen }, clock, {
      guildId: '1',
      channels: [],
      roles: { read: [], respond: [], lead: [] },
      only: [],
    }),
  );
  const hold: Pick<Hold, 'proven'> = { proven: () => Promise.resolve(left.proofs.shift()) };
  const run = (task: DeskTask) =>
    carrying.acted(task, caller, hold, (outage, begun) => ({
      kind: 'outage',
      at: 0,
      asked: 'it',
      outage,
      done: begun ? 'unknown' : 'nothing',
    }));
  return { run, acted, left };
}

describe('a change that two bots were given while Redis did not say whose it is', () => {
  it('is made by the one whose it turns out to be', async () => {
    const { run, acted } = stage([true]);
    expect(await run(press)).toMatchObject({ text: 'done' });
    expect(acted).toEqual([press]);
  });

  it("is left to the other where it turns out to be the other's: that one answers", async () => {
    const { run, acted } = stage([false]);
    expect(await run(press)).toBeUndefined();
    expect(acted).toEqual([]);
  });

  it('is made by nobody where Redis still does not say, and who pressed is told so', async () => {
    const { run, acted } = stage([undefined]);
    const answer = await run(press);
    expect(answer).toMatchObject({ kind: 'failure' });
    expect(JSON.stringify(answer)).toContain('Nothing was done');
    expect(acted).toEqual([]);
  });

  it('is answered with the outage where that is known by then', async () => {
    const { run, acted } = stage([undefined], [undefined, away]);
    expect(await run(press)).toMatchObject({ kind: 'outage', done: 'nothing' });
    expect(acted).toEqual([]);
  });

  it('is not asked about twice where it only reads', async () => {
    const { run, acted, left } = stage([false]);
    await run(look);
    expect(acted).toEqual([look]);
    expect(left.proofs).toEqual([false]);
  });
});
