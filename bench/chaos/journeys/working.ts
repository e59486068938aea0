// An incident is worked while the fault strikes: a step by button, a note by form, a silence and its announcement, a hand-over.
import { appears, once, shownIn, type Journey, type Wrong } from '../journey.ts';
import { patienceMs } from '../person.ts';
import { dropped, evidenceIn, recoveryIn, threadJudge } from './page.ts';

/** Known, and never the case here: the silence holds nothing back. */
const silenced = 'order-rejected';

export const working: Journey = {
  name: 'working an incident',
  dropsHub: true,
  async walk(scene) {
    const { desk, person, mark } = scene;
    const { page, recover } = await dropped(scene);
    const inThread = (what: RegExp | string) =>
      shownIn(scene, page.id).filter(({ text }) =>
        typeof what === 'string' ? text.includes(what) : what.test(text),
      );
    const inChannel = (what: string) =>
      shownIn(scene, desk.discord.channelId).filter(({ text }) => text.includes(what));
    let notes = 0;
    let silence = '';
    let note = '';
    try {
      await evidenceIn(scene, page);
      const steps = await appears('the steps to take', () => inThread(/What to do/)[0], patienceMs);
      scene.begin();
      await person.press(steps.id, /^Done: step 1/, () => /did it/.test(steps.text));
      note = await person.note(
        page.id,
        () => `${mark} note ${(notes += 1)}`,
        (text) => inThread(text).length > 0,
      );
      const time = await person.insist('silence add', (nth) => ({
        reason: `${mark} silence ${nth}`,
        finding: silenced,
        for: '10m',
      }));
      silence = `${mark} silence ${time}`;
      await appears(
        'the announcement of the silence',
        () => inChannel(silence).find(({ interaction }) => interaction === undefined),
        patienceMs,
      );
      await person.insist('incident assign', () => ({ person: desk.discord.users.trader }), page.id);
      await appears('the hand-over in the thread', () => inThread(/gave it to/)[0], patienceMs);
    } finally {
      recover();
    }
    await recoveryIn(scene, page);
    const judge = threadJudge(scene, page);
    return async () => {
      const timeline = await desk.incidents.timeline(page.incident ?? '');
      const entries = (kind: string, text = ''): readonly unknown[] =>
        timeline.filter((entry) => entry.kind === kind && entry.text.includes(text));
      const tried: readonly Wrong[] = Array.from({ length: notes }, (_, index) => `${mark} note ${index + 1}`)
        .filter((text) => inThread(text).length > 1)
        .map((text) => ({ kind: 'doubled', what: text }));
      return [
        ...judge(),
        ...tried,
        ...once('the note in the timeline', entries('noted', note)),
        ...once('the step in the timeline', entries('step')),
        ...once('the hand-over in the timeline', entries('assigned')),
        ...once('the hand-over in the thread', inThread(/gave it to/)),
        ...once(
          'the announcement of the silence',
          inChannel(silence).filter(({ interaction, text }) => interaction === undefined && /^🔕/.test(text)),
        ),
      ];
    };
  },
};
