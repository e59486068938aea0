// A hub drops: one page that calls somebody, its thread, the evidence, an acknowledgement by button, and the recovery.
import { appears, once, pagesOf, shownIn, type Journey, type Scene, type Wrong } from '../journey.ts';
import { patienceMs } from '../person.ts';
import type { Shown } from '../ledger.ts';

export const isTruth = (page: Shown): boolean => /market hub/i.test(page.text);

export interface OpenPage {
  readonly page: Shown;
  readonly recover: () => void;
}

/** Drops the market hub until it is called back, and waits for the page. */
export async function dropped(scene: Scene): Promise<OpenPage> {
  const { desk } = scene;
  const fault = desk.gateway.faults.inject({ fault: 'F1', hub: 'market', down: true });
  const recover = (): void => {
    desk.gateway.faults.remove(fault.id);
  };
  try {
    const page = await appears('the page of the market hub', () => pagesOf(scene).find(isTruth), patienceMs);
    return { page, recover };
  } catch (error) {
    recover();
    throw error;
  }
}

/** `#12 is over …`, in the words of every version that a rolling upgrade may begin with. */
const isRecovery = ({ text }: Shown): boolean => /#\w+ is over\b/.test(text);
const isEvidence = ({ text }: Shown): boolean => text.startsWith('🔎 Evidence');

/** What must be in the thread of a page, once each. */
export function threadJudge(scene: Scene, page: Shown): () => readonly Wrong[] {
  return () => {
    const said = shownIn(scene, page.id);
    return [
      ...once('the page of the market hub', pagesOf(scene).filter(isTruth)),
      ...(page.calls ? [] : once('the call in the page', [])),
      ...once(
        'the thread of the page',
        [...scene.desk.ledger.threads.keys()].filter((id) => id === page.id),
      ),
      ...once('the evidence in the thread', said.filter(isEvidence)),
      ...once('the recovery in the thread', said.filter(isRecovery)),
    ];
  };
}

export const evidenceIn = (scene: Scene, page: Shown): Promise<Shown> =>
  appears('the evidence in the thread', () => shownIn(scene, page.id).find(isEvidence), patienceMs);

export const recoveryIn = (scene: Scene, page: Shown): Promise<Shown> =>
  appears('the recovery in the thread', () => shownIn(scene, page.id).find(isRecovery), patienceMs);

const hasIt = /Acknowledged by/;

export const pageJourney: Journey = {
  name: 'a page',
  dropsHub: true,
  async walk(scene) {
    scene.begin();
    const { page, recover } = await dropped(scene);
    const acknowledged = (): readonly Shown[] =>
      shownIn(scene, page.id).filter((one) => /has it/.test(one.text) && !isRecovery(one));
    try {
      await evidenceIn(scene, page);
      await scene.person.press(page.id, /^Acknowledge/, () => acknowledged().length > 0);
      await appears(
        'the acknowledgement on the page',
        () => (hasIt.test(page.text) ? page : undefined),
        patienceMs,
      );
    } finally {
      recover();
    }
    await recoveryIn(scene, page);
    const judge = threadJudge(scene, page);
    return async () => {
      const timeline = await scene.desk.incidents.timeline(page.incident ?? '');
      return [
        ...judge(),
        ...once('the acknowledgement in the thread', acknowledged()),
        ...['opened', 'acknowledged', 'recovered'].flatMap((kind) =>
          once(
            `"${kind}" in the timeline`,
            timeline.filter((entry) => entry.kind === kind),
          ),
        ),
      ];
    };
  },
};
