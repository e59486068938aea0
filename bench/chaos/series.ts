// A series of runs on one standing desk: a failed run keeps its log, and the next one gets a fresh desk.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../src/domain/errors.ts';
import { openChaosDesk, type ChaosDesk } from './desk.ts';
import { faults } from './faults.ts';
import type { Judge, Wrong } from './journey.ts';
import { journeys } from './journeys.ts';
import { play, type Outcome, type Plan } from './play.ts';
import { wordsOf } from './trap.ts';

export interface Series {
  play(plan: Plan): Promise<Outcome>;
  /** Looks once more at all that was judged: what came twice since. */
  close(): Promise<readonly Wrong[]>;
}

/** Discord keeps so many messages, and an old desk is no longer like a new one. */
const runsOnOneDesk = 50;
const judgedKept = 5;

export interface SeriesOptions {
  readonly first?: ChaosDesk;
  /** The built code of an earlier commit: every run begins on a desk of it. */
  readonly earlier?: string | undefined;
  readonly workers?: 2 | 3;
}

/** @param folder where the logs of failed runs go */
export function openSeries(folder: string, { first, earlier, workers }: SeriesOptions = {}): Series {
  let desk: ChaosDesk | undefined = first;
  const most = earlier === undefined ? runsOnOneDesk : 1;
  let runs = 0;
  const judges: { readonly plan: Plan; readonly judge: Judge }[] = [];

  async function shut(): Promise<readonly Wrong[]> {
    const late: Wrong[] = [];
    for (const { plan, judge } of judges.splice(0))
      for (const { kind, what } of await judge())
        if (kind === 'doubled') late.push({ kind, what: `seed ${plan.seed}, told later: ${what}` });
    await desk?.close();
    desk = undefined;
    runs = 0;
    return late;
  }

  function keepLog(plan: Plan, outcome: Pick<Outcome, 'wrong'>, on: ChaosDesk): void {
    mkdirSync(folder, { recursive: true });
    const lines = [
      `seed ${plan.seed}: ${plan.journey}`,
      `${plan.fault} at ${wordsOf(plan.point)}`,
      ...outcome.wrong.map(({ kind, what }) => `${kind}: ${what}`),
      '',
      '== Discord showed',
      ...[...on.ledger.shown.values()]
        .slice(-60)
        .map(
          ({ at, channel, incident, interaction, thinking, text }) =>
            `${new Date(at).toISOString()} ${channel} ${incident === undefined ? '' : `page #${incident} `}${interaction === undefined ? '' : `to ${interaction} `}${thinking ? '(thinking) ' : ''}${text.replaceAll('\n', ' / ').slice(0, 300)}`,
        ),
      ...on.slots.flatMap((slot) => ['', `== ${slot.name} said`, slot.said().slice(-20_000)]),
    ];
    writeFileSync(path.join(folder, `seed-${plan.seed}.log`), lines.join('\n'));
  }

  return {
    async play(plan) {
      const journey = journeys.find(({ name }) => name === plan.journey);
      const fault = faults.find(({ name }) => name === plan.fault);
      if (journey === undefined || fault === undefined)
        throw new Error(`no such run: ${JSON.stringify(plan)}`);
      const late = runs >= most ? await shut() : [];
      const began = Date.now();
      const on = desk ?? (await openChaosDesk({ earlier, workers }));
      desk = on;
      runs += 1;
      let outcome: Outcome;
      try {
        const played = await play(on, plan, journey, fault, (judge) => {
          judges.push({ plan, judge });
          if (judges.length > judgedKept) judges.shift();
        });
        outcome = { ...played, wrong: [...played.wrong, ...late] };
      } catch (error) {
        const what = `the desk was not well before or after the run: ${messageOf(error)}`;
        outcome = {
          ...plan,
          struck: false,
          wrong: [{ kind: 'broken', what }],
          recoveredMs: undefined,
          tookMs: Date.now() - began,
        };
      }
      if (outcome.wrong.length > 0) {
        keepLog(plan, outcome, on);
        judges.length = 0;
        await shut();
      }
      return outcome;
    },
    close: shut,
  };
}
