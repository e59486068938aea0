// The login's host is told to stop: it hands over, another worker takes the login, and the one that left is started anew.
import { until } from '../../../test/fixtures/real-redis.ts';
import type { Journey } from '../journey.ts';
import { patienceMs } from '../person.ts';

export const hosting: Journey = {
  name: 'a login’s host',
  dropsHub: false,
  async walk({ desk, person, begin }) {
    const host = await desk.host();
    if (host === undefined) throw new Error('nobody hosts the login before the journey begins');
    const pid = host.pid();
    begin();
    host.signal('SIGTERM');
    person.type('health');
    await until(() => host.pid() !== pid, patienceMs, 'the end of the host and its new start');
    await until(
      async () => {
        const next = await desk.host();
        return next !== undefined;
      },
      patienceMs,
      'a host of the login',
    );
    person.type('suites');
    await desk.whole(patienceMs);
    return () => [];
  },
};
