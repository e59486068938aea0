// Brings announcements to the channel, but for those that were over before Discord could take them.
import { isNews, type Announcement, type AnnouncementPost } from '../domain/announcement.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../log.ts';

export interface AnnouncingOptions {
  readonly say: (told: Announcement, queued: AnnouncementPost) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** For the outbox: at least once, with the same id each time. @throws what `say` throws */
export function announcing({
  say,
  clock,
  log,
}: AnnouncingOptions): (post: AnnouncementPost) => Promise<object> {
  return async (post) => {
    const { id, told } = post;
    if (isNews(told, clock.now())) await say(told, post);
    else log.warn({ event: 'announcement-old', post: id, kind: told.kind }, 'no news any more, told nobody');
    return {};
  };
}
