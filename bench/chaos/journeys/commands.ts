// A person types commands, some together: each ends in exactly one message.
import type { Journey } from '../journey.ts';

const pauseMs = 60;

export const commands: Journey = {
  name: 'a typed command',
  dropsHub: false,
  async walk({ person, begin }) {
    begin();
    person.type('health');
    person.type('suites');
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    person.type('diagnose', { suite: 'mnq', diagnostic: 'data-freshness' });
    person.type('incident list');
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    person.type('health', { suite: 'es' });
    // Each of them is followed to its end with everything else that was asked in the run.
    return () => [];
  },
};
