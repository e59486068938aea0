// The six steps of the login's start on this suite, as they happened, and the same of the newest reconnect.
import type { Exhibitor, StepsExhibit } from '../domain/exhibit.ts';
import { writtenDropWords } from '../domain/hub-condition.ts';
import { spanText } from '../domain/span.ts';
import { startSteps } from '../domain/start-steps.ts';

export default {
  name: 'startup',
  scope: 'suite',
  show(suite, { now, market, thresholds }) {
    const { login, spec } = suite;
    const { first, newest } = login.starts;
    const title = `Start of ${spec.name}`;
    if (first === undefined) {
      const note = `Nothing of the start has been recorded by worker ${login.worker}: ask again in a second.`;
      return [{ kind: 'steps', title, steps: [], note }];
    }
    const start: StepsExhibit = {
      kind: 'steps',
      title,
      steps: startSteps(first, suite, { now, market, thresholds }),
      note: `Worker ${login.worker} took the login ${spanText(now - first.beganAt)} ago.`,
    };
    if (newest === undefined) return [start];
    const { lost } = newest;
    const why =
      lost?.drop === undefined ? '' : `: ${writtenDropWords(lost.drop.reason)} (${lost.drop.detail})`;
    return [
      start,
      {
        kind: 'steps',
        title: `Newest reconnect of ${spec.name}`,
        steps: startSteps(newest, suite, { now, market, thresholds }),
        note: `The ${lost?.hub ?? 'lost'} hub was lost ${spanText(now - newest.beganAt)} ago${why}.`,
      },
    ];
  },
} satisfies Exhibitor;
