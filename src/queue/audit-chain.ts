// The chain of the audit log, purely: each entry marked over its text and the mark before it, and how a break is found.
import type { AuditEntry, AuditEvent, AuditVerdict } from '../domain/audit.ts';
import type { Seal } from './seal.ts';

export interface Head {
  /** 0 before the first entry. */
  readonly seq: number;
  readonly mark: string;
}

/** How far entries were let go of, and that it was us. */
export interface Checkpoint extends Head {
  readonly signature: string;
}

type Marks = Pick<Seal, 'mark' | 'isMark'>;

/** The events as texts that continue from `head`, and the new head. */
export function chained(
  seal: Marks,
  head: Head,
  events: readonly AuditEvent[],
): { readonly texts: readonly string[]; readonly last: Head } {
  let last = head;
  const texts = events.map(({ at, kind, by, what, on, outcome }) => {
    const entry = { seq: last.seq + 1, at, kind, by, what, on, outcome, previous: last.mark };
    const mark = seal.mark(markedText(entry));
    last = { seq: entry.seq, mark };
    return JSON.stringify({ ...entry, mark } satisfies AuditEntry);
  });
  return { texts, last };
}

/** What the mark is made over: every field in a fixed order, whatever order the JSON has. */
function markedText(entry: Omit<AuditEntry, 'mark'>): string {
  const { seq, at, kind, by, what, on, outcome, previous } = entry;
  const who = by === 'pitwatch' ? by : [by.id, by.name];
  return JSON.stringify(['audit entry', seq, at, kind, who, what, on, outcome, previous]);
}

const checkpointText = ({ seq, mark }: Head): string => JSON.stringify(['audit checkpoint', seq, mark]);

/** Undefined where the entry is not one of ours: then nothing may be let go of, so that the break stays to be seen. */
export function checkpointOf(seal: Marks, text: string): Checkpoint | undefined {
  const entry = entryOf(text);
  if (entry === undefined || !seal.isMark(markedText(entry), entry.mark)) return undefined;
  const head = { seq: entry.seq, mark: entry.mark };
  return { ...head, signature: seal.mark(checkpointText(head)) };
}

export interface Verifier {
  /** False = the chain breaks at this entry; nothing after it is looked at. */
  take(text: string): boolean;
  /** @param known the last entry that is known to have been written */
  verdict(known: number): AuditVerdict;
}

/** @param checkpoint as found; undefined = nothing was ever let go of */
export function verified(seal: Marks, checkpoint: Partial<Checkpoint> | undefined): Verifier {
  let last: Head = { seq: 0, mark: '' };
  let first = 0;
  let sound = 0;
  let broken: { readonly seq: number; readonly why: string } | undefined;
  if (checkpoint !== undefined) {
    if (isCheckpoint(checkpoint) && seal.isMark(checkpointText(checkpoint), checkpoint.signature))
      last = checkpoint;
    else broken = { seq: 1, why: 'the checkpoint of the entries let go of is not signed by this desk' };
  }
  const start = last.seq;
  const flaw = (entry: AuditEntry | undefined): string | undefined => {
    if (entry === undefined) return 'it cannot be read as an entry';
    if (entry.seq !== last.seq + 1)
      return `entry #${last.seq + 1} should stand here: something was removed, added or moved`;
    if (entry.previous !== last.mark) return 'it does not continue from the entry before it';
    return seal.isMark(markedText(entry), entry.mark)
      ? undefined
      : 'its mark does not fit: it was changed, or made without the signing key';
  };
  return {
    take(text) {
      if (broken !== undefined) return false;
      const entry = entryOf(text);
      const why = flaw(entry);
      if (why !== undefined || entry === undefined) {
        broken = { seq: last.seq + 1, why: why ?? '' };
        return false;
      }
      if (sound === 0) first = entry.seq;
      sound += 1;
      last = { seq: entry.seq, mark: entry.mark };
      return true;
    },
    verdict(known) {
      if (broken !== undefined) return { kind: 'broken', sound, ...broken };
      if (last.seq < known) {
        const why = `the log ends at #${last.seq}, but #${known} was written: its end was cut off`;
        return { kind: 'broken', sound, seq: last.seq + 1, why };
      }
      if (sound === 0) return { kind: 'empty' };
      return { kind: 'whole', first, last: last.seq, mark: last.mark, truncated: start > 0 };
    },
  };
}

function entryOf(text: string): AuditEntry | undefined {
  try {
    const entry = JSON.parse(text) as Partial<AuditEntry> | null;
    const by: unknown = entry?.by;
    const named = typeof by === 'string' || (typeof by === 'object' && by !== null);
    const fits = named && typeof entry?.seq === 'number' && typeof entry.mark === 'string';
    return fits ? (entry as AuditEntry) : undefined;
  } catch {
    // The caller says where; what stands there is nobody's entry.
    return undefined;
  }
}

function isCheckpoint(value: Partial<Checkpoint>): value is Checkpoint {
  return Number.isInteger(value.seq) && typeof value.mark === 'string' && typeof value.signature === 'string';
}
