// A canary of a bot, which serves no queue of questions: sent through Redis and heard back the way its wake-ups come, so that a dead link is seen.
import type { Clock } from '../domain/clock.ts';
import { keepCanary, type Canary } from './canary.ts';
import { keys } from './keys.ts';
import type { RedisLink } from './redis.ts';

export function keepBotCanary(link: RedisLink, clock: Clock): Pick<Canary, 'view' | 'close'> {
  const channel = `${keys.canaryChannel}${link.id}`;
  const canary: Canary = keepCanary({
    link,
    clock,
    what: 'wake-ups of the bot',
    send: (id) => link.publish(channel, id),
    replace: () => link.relisten(),
  });
  const unlisten = link.listen(channel, (id) => canary.came(id));
  return {
    view: () => canary.view(),
    close() {
      unlisten();
      canary.close();
    },
  };
}
