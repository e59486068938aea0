// A word to the ops channel that belongs to no incident: a silence, work on a suite, a change of shift.
import type { Callee } from './callees.ts';
import type { Person } from './incident.ts';
import type { Silence } from './silence.ts';

export type Announcement =
  | { readonly kind: 'maintenance-begun' | 'silenced'; readonly silence: Silence }
  | {
      readonly kind: 'silence-over';
      readonly silence: Silence;
      /** Undefined = its time was over. */
      readonly endedBy: Person | 'recovery' | undefined;
    }
  | { readonly kind: 'silence-ends-soon'; readonly silence: Silence; readonly called: readonly Callee[] }
  | {
      readonly kind: 'hand-over';
      readonly to: Person;
      readonly from: Person | undefined;
      readonly untilAt: number;
      /** `#12 Market hub is down (critical, Ada has it)`; text from outside is in it. */
      readonly open: readonly string[];
      readonly called: readonly Callee[];
    };

/** Announcements travel like the posts of an incident, on a lane that no incident is called like. */
export const announcementLane = 'desk';

/** An announcement on its way to the channel. `id` is deterministic and serves as nonce. */
export interface AnnouncementPost {
  readonly id: string;
  readonly incident: typeof announcementLane;
  readonly queuedAt: number;
  readonly kind: 'announcement';
  readonly told: Announcement;
}

/** How long the end of a silence is worth telling. */
const overNewsMs = 24 * 60 * 60_000;

/** Whether anybody still wants to know: what comes after an outage must not be over by then. */
export function isNews(told: Announcement, now: number): boolean {
  switch (told.kind) {
    case 'silenced':
    case 'maintenance-begun':
    case 'silence-ends-soon':
      return now < (told.silence.ended?.at ?? told.silence.toAt);
    case 'silence-over':
      return now < (told.silence.ended?.at ?? told.silence.toAt) + overNewsMs;
    case 'hand-over':
      return now < told.untilAt;
  }
}
