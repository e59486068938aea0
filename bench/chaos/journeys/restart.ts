// The bot that speaks to Discord is told to stop while commands come: the other takes over, and a new one starts into reserve.
import { until } from '../../../test/fixtures/real-redis.ts';
import type { Journey } from '../journey.ts';
import { patienceMs } from '../person.ts';

export const restart: Journey = {
  name: 'start and stop of a process',
  dropsHub: false,
  async walk({ desk, person, begin }) {
    const bot = desk.activeBot();
    const pid = bot.pid();
    begin();
    person.type('suites');
    person.type('health');
    bot.signal('SIGTERM');
    await until(() => bot.pid() !== pid, patienceMs, 'the end of the bot and its new start');
    person.type('incident list');
    await until(() => desk.discord.online(), patienceMs, 'a bot online');
    await desk.whole(patienceMs);
    await person.insist('suites', () => ({}));
    return () => [];
  },
};
