// What the pager keeps beside incidents: silences, changes of the duty roster, and what was told of them already.
import type { Announcement } from './announcement.ts';
import type { Override } from './oncall.ts';
import type { Person } from './person.ts';
import type { Silence } from './silence.ts';

/** What of a silence is told, each once. */
export type SilenceMark = 'begun' | 'reminded' | 'over';

/** Something that people were told of through the second channel, until they are told that it is over. */
export interface Trouble {
  readonly sinceAt: number;
  readonly why: string;
}

/** Silences and changes of the roster, as every process sees them. */
export interface PagerStore {
  /** Oldest first; those that ended within the last days too. */
  silences(): Promise<readonly Silence[]>;
  /** The new silence with its id; of a maintenance that runs already, and would end not `prolongsMs` later, the one that runs. */
  addSilence(silence: Omit<Silence, 'id'>): Promise<Silence>;
  /** The silence as it ended; undefined where there is none, or it had ended already. */
  endSilence(id: string, by: Person | 'recovery', at: number): Promise<Silence | undefined>;
  /** Marks it and queues what is told of it in one step; true for the one caller that is first. */
  firstTo(id: string, mark: SilenceMark, told: Announcement): Promise<boolean>;
  overrides(): Promise<readonly Override[]>;
  addOverride(override: Override): Promise<void>;
  /** The pager made a round: for whoever watches that it does. */
  markRound(at: number): Promise<void>;
  /** Its last round, as old as the store itself finds it: no other machine's clock is asked. Undefined = none is known. */
  lastRound(): Promise<{ readonly mark: string; readonly ageMs: number } | undefined>;
  /**
   * Who tells this overdue thing through the second channel: `mine` for the caller that is first, which keeps it by asking again;
   * `others` while another has it; `told` once somebody took it.
   */
  toSound(key: string): Promise<'mine' | 'others' | 'told'>;
  /** Somebody took it. */
  sounded(key: string): Promise<void>;
  /** Keeps for a minute that Discord does not work; true for the one caller that is first, and then tells it. */
  beginTrouble(trouble: Trouble): Promise<boolean>;
  /** People were told: it is kept until it is over. */
  toldTrouble(trouble: Trouble): Promise<void>;
  /** It works again: what was kept, for the one caller that is to tell it; undefined where nothing was. */
  endTrouble(): Promise<Trouble | undefined>;
  /** Marks the shift as handed over and queues what is told of it in one step; true for the one caller that is first. */
  firstToHandOver(personId: string, fromAt: number, told: Announcement | undefined): Promise<boolean>;
}
