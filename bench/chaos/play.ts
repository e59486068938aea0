// One run: a journey, one fault at one point of it, the way back to well, and what was lost, doubled or left hanging.
import { messageOf } from '../../src/domain/errors.ts';
import { until } from '../../test/fixtures/real-redis.ts';
import type { ChaosDesk } from './desk.ts';
import type { ChaosFault, Struck } from './faults.ts';
import { lost, pagesOf, shownIn, type Journey, type Judge, type Scene, type Wrong } from './journey.ts';
import { patienceMs, personAt, type Asked, type Person } from './person.ts';
import type { Slot } from './slot.ts';
import type { Point } from './trap.ts';

export interface Plan {
  readonly seed: number;
  readonly journey: string;
  readonly point: Point;
  readonly fault: string;
}

export interface Outcome extends Plan {
  /** Whether the process came to that point at all. */
  readonly struck: boolean;
  readonly wrong: readonly Wrong[];
  /** From the instant the fault's cause was gone until a command proved fresh data. */
  readonly recoveredMs: number | undefined;
  readonly tookMs: number;
}

/** Whatever comes twice comes this soon. */
const settleMs = 250;
const probeEveryMs = 1_000;
const probeAgainMs = 200;

/** @param judged is given what must still be true later on */
export async function play(
  desk: ChaosDesk,
  plan: Plan,
  journey: Journey,
  fault: ChaosFault,
  judged: (judge: Judge) => void,
): Promise<Outcome> {
  await desk.whole(patienceMs);
  const before = personAt(desk);
  await proven(desk, before, fresh);
  await until(
    () => before.asked.every((one) => before.settled(one)),
    patienceMs,
    'the end of the questions before',
  );
  // What was left behind by a bot that died in the run before is told by now, and is not this run's.
  await until(async () => (await desk.claims()) === 0, patienceMs, 'the end of what was left behind');
  await allOver(desk);
  const began = Date.now();
  const person = personAt(desk);
  const fell: { struck?: Struck; recovery?: Promise<number> } = {};
  const scene: Scene = {
    desk,
    person,
    since: began,
    until: Number.POSITIVE_INFINITY,
    mark: `run-${plan.seed}`,
    begin() {
      desk.trap.arm(plan.point, (who: Slot) => {
        const struck = fault.strike(desk, who);
        const recovery = struck.over.then(() => proven(desk, person, journey.dropsHub ? examined : fresh));
        // Told below; until then nobody listens.
        recovery.catch(() => undefined);
        Object.assign(fell, { struck, recovery });
        return struck.verdict;
      });
    },
  };
  const wrong: Wrong[] = [];
  let judge: Judge | undefined;
  try {
    judge = await journey.walk(scene);
  } catch (error) {
    wrong.push(lost(messageOf(error)));
  }
  // What never ends is told once the fault has had its end too.
  await settled(scene, patienceMs / 3).catch(() => undefined);
  desk.trap.disarm();
  const recoveredMs = await fell.recovery?.catch((error: unknown) => {
    wrong.push({ kind: 'broken', what: messageOf(error) });
    return undefined;
  });
  wrong.push(...(await quiet(scene)));
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const whole = judge;
  const everything: Judge = async () => [
    ...((await whole?.()) ?? []),
    ...answersOf(person),
    ...pagesTwice(scene),
  ];
  // Late answers are counted off what the runs before left owing: once, or the second time nothing is owed any more.
  wrong.push(...(await everything()), ...lateTwice(scene));
  scene.until = Date.now();
  judged(everything);
  await desk.fileAway();
  return {
    ...plan,
    struck: fell.struck !== undefined,
    wrong,
    recoveredMs,
    tookMs: Date.now() - began,
  };
}

/** What a question is answered with: the host looked, though a hub that a journey keeps down may let nothing be told; and that data is fresh. */
const examined = /checks? (pass|fail)|warning|could be checked/;
const fresh = /check passes/;

/** Asks until the answer shows that bot and worker are well, and where it says so hubs and data too; how long that took. */
async function proven(desk: ChaosDesk, person: Person, proof: RegExp): Promise<number> {
  const began = Date.now();
  const probes: Asked[] = [];
  let askedAt = 0;
  await until(
    () => {
      const waiting = probes.some((one) => !person.settled(one));
      const sinceMs = Date.now() - askedAt;
      if (desk.discord.online() && sinceMs > (waiting ? probeEveryMs : probeAgainMs)) {
        askedAt = Date.now();
        probes.push(person.type('diagnose', { suite: 'mnq', diagnostic: 'data-freshness' }));
      }
      return probes.some((one) => person.answers(one).some(({ text }) => proof.test(text)));
    },
    patienceMs,
    'a /diagnose with a verdict',
  );
  return Date.now() - began;
}

/** Every command has its end, and nothing says "thinking". @throws Error where that does not come */
function settled(scene: Scene, withinMs: number): Promise<void> {
  const { person } = scene;
  return until(
    () =>
      person.asked.every((one) => one.kind === 'press' || person.settled(one)) &&
      !shownIn(scene).some(({ thinking }) => thinking),
    withinMs,
    'the end of every command',
  );
}

/** Waits until nothing is under way; what never ends is wrong. */
async function quiet(scene: Scene): Promise<readonly Wrong[]> {
  const { desk, person } = scene;
  const wrong: Wrong[] = [];
  await settled(scene, patienceMs).catch(() => {
    const open = person.asked.filter((one) => one.kind === 'command' && !person.settled(one));
    const thinking = shownIn(scene).filter((one) => one.thinking);
    wrong.push({
      kind: 'hung',
      what: `${open.map(({ what }) => what).join(', ')}; ${thinking.length} messages still say "thinking"`,
    });
  });
  const open = await allOver(desk);
  if (open.length > 0) wrong.push({ kind: 'broken', what: `still open: ${open.join(', ')}` });
  return wrong;
}

/** Waits until no incident is open and files them away; those that stay. */
async function allOver(desk: ChaosDesk): Promise<readonly string[]> {
  let open: readonly string[] = [];
  await until(async () => {
    const found = await desk.incidents.allOpen().catch(() => undefined);
    open = found?.map(({ id, alerts }) => `#${id} ${alerts[0]?.alert.key ?? ''}`) ?? ['Redis is away'];
    return open.length === 0;
  }, patienceMs).catch(() => undefined);
  if (open.length === 0) await desk.fileAway();
  return open;
}

/** Each command one message, unless Discord itself said that nobody answered; never two. */
function answersOf(person: Person): readonly Wrong[] {
  return person.asked.flatMap((one): readonly Wrong[] => {
    const answers = person.answers(one).filter(({ thinking }) => !thinking);
    if (one.kind === 'press') return [];
    if (answers.length > 1)
      return [{ kind: 'doubled', what: `the answer to ${one.what}, ${answers.length} times` }];
    return answers.length === 0 && !person.settled(one) ? [lost(`the answer to ${one.what}`)] : [];
  });
}

/** Commands of the run before whose answer can still come as a message of its own, by desk. */
const stillOwed = new WeakMap<Scene['desk'], number>();

/** An answer may come as a message of its own, but not beside the reply it stands for. */
function lateTwice(scene: Scene): readonly Wrong[] {
  const { asked, answers } = scene.person;
  const late = shownIn(scene).filter(({ text }) => text.includes('the answer to your command')).length;
  const without = asked.filter((one) => answers(one).length === 0).length;
  const owed = stillOwed.get(scene.desk) ?? 0;
  stillOwed.set(scene.desk, Math.max(0, without - Math.max(0, late - owed)));
  return late <= without + owed
    ? []
    : [{ kind: 'doubled', what: `${late} late answers for ${without} commands without one` }];
}
/** No incident has two pages, ever. */
function pagesTwice(scene: Scene): readonly Wrong[] {
  const all = [...scene.desk.ledger.shown.values()];
  return pagesOf(scene)
    .filter(({ id, incident }) => all.some((other) => other.incident === incident && other.id > id))
    .map(({ incident }) => ({ kind: 'doubled', what: `the page of incident #${incident ?? ''}` }));
}
