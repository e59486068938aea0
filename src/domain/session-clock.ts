// Where a product's market stands at an instant: open until when, or closed why and until when.
import { DateTime } from 'luxon';
import type { CalendarDay, MarketCalendar, MarketPhase, WallTime } from './calendar.ts';
import { OpsError } from './errors.ts';

type Open = Extract<MarketPhase, { kind: 'open' }>;
type Closed = Extract<MarketPhase, { kind: 'closed' }>;

/** A phase and the span in which it is the answer, `[fromAt, untilAt)`. */
interface Span {
  readonly fromAt: number;
  readonly untilAt: number;
  readonly phase: MarketPhase;
}

interface Session {
  readonly opensAt: number;
  readonly closesAt: number;
  /** It ends before its usual time. */
  readonly isEarly?: boolean;
}

/** Told by all parts of a session, and by the closure that follows it; not where the hours are a guess, which is no close to act by. */
function endOf(
  { hours }: MarketCalendar,
  { isEarly = false, closesAt }: Session,
): Pick<MarketPhase, 'sessionEnd'> {
  return hours === undefined ? { sessionEnd: { at: closesAt, isEarly } } : {};
}

interface Book {
  readonly days: ReadonlyMap<string, CalendarDay>;
  last: Span | undefined;
}

/** Longest closure looked across, in days; a calendar closed for longer is a mistake in its data. */
const searchDays = 60;

/** What was last worked out, per calendar object: a phase holds for hours and is asked for many times a second. */
const books = new WeakMap<MarketCalendar, Book>();

function bookOf(calendar: MarketCalendar): Book {
  const known = books.get(calendar);
  if (known !== undefined) return known;
  const book: Book = { days: new Map(calendar.days.map((day) => [day.date, day])), last: undefined };
  books.set(calendar, book);
  return book;
}

/** `CON.F.US.MNQ.Z25`, `F.US.MNQ` or `mnq` → `MNQ`. */
export function productRoot(product: string): string {
  const parts = product.trim().toUpperCase().split('.');
  if (parts[0] === 'CON') return parts[3] ?? product;
  if (parts[0] === 'F') return parts[2] ?? product;
  return product.trim().toUpperCase();
}

/** Which calendar speaks for a product, per list of calendars: asked for as often as the phase itself. */
const spokenFor = new WeakMap<readonly MarketCalendar[], Map<string, MarketCalendar>>();
/** Products come from configuration and gateway; a list that grows beyond this is somebody playing. */
const mostSpokenFor = 1_000;

/** `MNQZ25` or `MNQZ5` → `MNQ`; anything else is itself. */
function withoutExpiry(root: string): string {
  return /^(.+)[FGHJKMNQUVXZ]\d{1,2}$/.exec(root)?.[1] ?? root;
}

/** The first calendar that names the product, else the first that names none (the default). */
export function calendarOf(calendars: readonly MarketCalendar[], product: string): MarketCalendar {
  const known = spokenFor.get(calendars) ?? new Map<string, MarketCalendar>();
  spokenFor.set(calendars, known);
  const before = known.get(product);
  if (before !== undefined) return before;
  const found = findCalendar(calendars, product);
  if (known.size < mostSpokenFor) known.set(product, found);
  return found;
}

function findCalendar(calendars: readonly MarketCalendar[], product: string): MarketCalendar {
  const root = productRoot(product);
  const naming = (wanted: string): MarketCalendar | undefined =>
    calendars.find((calendar) => calendar.products.some((name) => name.toUpperCase() === wanted));
  const found =
    naming(root) ??
    naming(withoutExpiry(root)) ??
    calendars.find((calendar) => calendar.products.length === 0);
  if (found !== undefined) return found;
  throw new OpsError('config-invalid', `No market calendar covers ${root} and there is no default one.`, {
    retryable: false,
    hint: 'Add a calendar without products, or name this product in one.',
  });
}

/**
 * The phase of a product's market.
 * @param product gateway root, exchange symbol or contract id; case does not matter
 * @param at epoch ms
 * @throws OpsError `config-invalid` where no calendar speaks for the product
 */
export function phaseAt(calendars: readonly MarketCalendar[], product: string, at: number): MarketPhase {
  const calendar = calendarOf(calendars, product);
  const book = bookOf(calendar);
  if (book.last === undefined || at < book.last.fromAt || at >= book.last.untilAt) {
    book.last = spanAt(calendar, book, at);
  }
  return book.last.phase;
}

/** True in the first moments of a session, when the first quotes can be late (reference 9). */
export function inOpeningGrace(phase: MarketPhase, at: number, openingMs: number): boolean {
  return phase.kind === 'open' && at - phase.openedAt < openingMs;
}

function wall(calendar: MarketCalendar, date: DateTime, time: WallTime): number {
  const { year, month, day } = date;
  return DateTime.fromObject(
    { year, month, day, hour: time.hour, minute: time.minute },
    { zone: calendar.zone },
  ).toMillis();
}

function overnight(calendar: MarketCalendar): boolean {
  return minutes(calendar.open) >= minutes(calendar.close);
}

/** The session of a trade date as the week has it, without exceptions; none at the weekend, unless it trades then. */
function usualSession(calendar: MarketCalendar, date: DateTime): Session | undefined {
  if (date.weekday > 5 && calendar.weekends !== true) return undefined;
  const openDate = overnight(calendar) ? date.minus({ days: 1 }) : date;
  return { opensAt: wall(calendar, openDate, calendar.open), closesAt: wall(calendar, date, calendar.close) };
}

function realSession(calendar: MarketCalendar, book: Book, date: DateTime): Session | undefined {
  const usual = usualSession(calendar, date);
  const exception = book.days.get(isoDate(date));
  if (usual === undefined || exception === undefined) return usual;
  if (exception.close === 'closed') return undefined;
  const closesAt = Math.min(usual.closesAt, wall(calendar, date, exception.close));
  if (closesAt <= usual.opensAt) return undefined;
  return { opensAt: usual.opensAt, closesAt, ...(closesAt < usual.closesAt ? { isEarly: true } : {}) };
}

function isoDate(date: DateTime): string {
  return date.toFormat('yyyy-MM-dd');
}

function spanAt(calendar: MarketCalendar, book: Book, at: number): Span {
  const today = DateTime.fromMillis(at, { zone: calendar.zone }).startOf('day');
  let before: Session | undefined;
  let after: Session | undefined;
  for (let ahead = 0; ahead <= searchDays && after === undefined; ahead += 1) {
    const date = today.plus({ days: ahead });
    const session = realSession(calendar, book, date);
    if (session === undefined) continue;
    if (session.opensAt <= at && at < session.closesAt) {
      const { phase, ...span } = inSession(calendar, book, date, session, at);
      return { ...span, phase: { ...phase, ...endOf(calendar, session) } };
    }
    if (session.closesAt <= at) before = session;
    else after = session;
  }
  for (let back = 1; back <= searchDays && before === undefined; back += 1) {
    before = realSession(calendar, book, today.minus({ days: back }));
  }
  if (before === undefined || after === undefined) {
    throw new OpsError(
      'config-invalid',
      `The calendar ${calendar.name} has no session within ${searchDays} days.`,
      {
        retryable: false,
        hint: 'Correct its list of closed days.',
      },
    );
  }
  const gap = { closedAt: before.closesAt, opensAt: after.opensAt, ...endOf(calendar, before) };
  return closedSpan(calendar, book, today, gap, at);
}

/** In one of the parts of a session, or in a break between two. */
function inSession(
  calendar: MarketCalendar,
  book: Book,
  date: DateTime,
  { opensAt, closesAt }: Session,
  at: number,
): Span {
  let fromAt = opensAt;
  for (const { from, to } of calendar.breaks ?? []) {
    const [beginsAt, endsAt] = [within(calendar, date, from), within(calendar, date, to)];
    if (beginsAt >= closesAt || endsAt <= fromAt) continue;
    if (at < beginsAt) return openSpan(calendar, book, date, { opensAt: fromAt, closesAt: beginsAt });
    const untilAt = Math.min(endsAt, closesAt);
    if (at < untilAt) {
      // A session that ends early in its break does not open again after it.
      const [opens, until] = endsAt < closesAt ? [endsAt, endsAt] : [nextOpen(calendar, book, date), untilAt];
      const phase: Closed = { kind: 'closed', why: 'daily-break', closedAt: beginsAt, opensAt: opens };
      return { fromAt: beginsAt, untilAt: until, phase: withHours(calendar, phase) };
    }
    fromAt = endsAt;
  }
  return openSpan(calendar, book, date, { opensAt: fromAt, closesAt });
}

/** A time of day in the session of a trade date, which may begin on the evening before. */
function within(calendar: MarketCalendar, date: DateTime, time: WallTime): number {
  const evening = overnight(calendar) && minutes(time) >= minutes(calendar.open);
  return wall(calendar, evening ? date.minus({ days: 1 }) : date, time);
}

function nextOpen(calendar: MarketCalendar, book: Book, date: DateTime): number {
  for (let ahead = 1; ahead <= searchDays; ahead += 1) {
    const next = realSession(calendar, book, date.plus({ days: ahead }));
    if (next !== undefined) return next.opensAt;
  }
  return Number.POSITIVE_INFINITY;
}

function withHours<Phase extends MarketPhase>(calendar: MarketCalendar, phase: Phase): Phase {
  return calendar.hours === undefined ? phase : { ...phase, hours: calendar.hours };
}

function minutes({ hour, minute }: WallTime): number {
  return hour * 60 + minute;
}

function openSpan(calendar: MarketCalendar, book: Book, date: DateTime, session: Session): Span {
  const notes: string[] = [];
  const exception = book.days.get(isoDate(date));
  if (exception !== undefined && exception.close !== 'closed') notes.push(`closes early: ${exception.name}`);
  const iso = isoDate(date);
  if (iso < calendar.knownFrom || iso > calendar.knownTo) {
    notes.push(`holidays are only known from ${calendar.knownFrom} to ${calendar.knownTo}`);
  }
  const base: Open = { kind: 'open', openedAt: session.opensAt, closesAt: session.closesAt };
  const phase = notes.length === 0 ? base : { ...base, note: notes.join('; ') };
  return { fromAt: session.opensAt, untilAt: session.closesAt, phase: withHours(calendar, phase) };
}

/** Inside a closure the reason can change: a holiday's afternoon, then the daily break or the weekend. */
function closedSpan(
  calendar: MarketCalendar,
  book: Book,
  today: DateTime,
  gap: Pick<Closed, 'closedAt' | 'opensAt' | 'sessionEnd'>,
  at: number,
): Span {
  let untilAt = gap.opensAt;
  let fromAt = gap.closedAt;
  let lastUsual: Session | undefined;
  for (let ahead = -4; ahead <= 4; ahead += 1) {
    const date = today.plus({ days: ahead });
    const usual = usualSession(calendar, date);
    if (usual === undefined) continue;
    if (usual.opensAt <= at && at < usual.closesAt) {
      const name = book.days.get(isoDate(date))?.name;
      const phase: Closed = {
        kind: 'closed',
        why: 'holiday',
        ...(name === undefined ? {} : { name }),
        ...gap,
      };
      return {
        fromAt: Math.max(fromAt, usual.opensAt),
        untilAt: Math.min(untilAt, usual.closesAt),
        phase: withHours(calendar, phase),
      };
    }
    if (usual.closesAt <= at) lastUsual = usual;
    else {
      untilAt = Math.min(untilAt, usual.opensAt);
      break;
    }
  }
  if (lastUsual !== undefined) fromAt = Math.max(fromAt, lastUsual.closesAt);
  const dayMs = 24 * 3_600_000;
  const nextUsualAt = untilAt;
  const why = lastUsual !== undefined && nextUsualAt - lastUsual.closesAt > dayMs ? 'weekend' : 'daily-break';
  return { fromAt, untilAt, phase: withHours(calendar, { kind: 'closed', why, ...gap }) };
}
