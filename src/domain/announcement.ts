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
