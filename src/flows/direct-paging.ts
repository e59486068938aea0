// Pages directly what the store does not take in time, remembers what was said, and tells the later decision so.
import type { Clock } from '../domain/clock.ts';
import type { DirectPage, StoreTrouble } from '../domain/direct-line.ts';
import { directPages, type LastKnown, type Unstored } from '../domain/direct-page.ts';
import { messageOf } from '../domain/errors.ts';
import type { DirectWay, ToldAhead } from '../domain/incident.ts';
import type { Log } from '../log.ts';

/** Brings a page to people by whichever way takes it. @throws OpsError where none did. */
export type TellDirectly = (page: DirectPage) => Promise<DirectWay>;

export interface DirectPaging {
  /** Says what is due among what waits. */
  look(unstored: readonly Unstored[], known: LastKnown, trouble: StoreTrouble): void;
  /** How people were told of this alert; waits for a word that is on its way, for a while. */
  told(key: string): Promise<ToldAhead | undefined>;
  /** Everything is written down. */
  over(): void;
}

export interface DirectPagingOptions {
  readonly tell: TellDirectly;
  readonly clock: Clock;
  readonly log: Log;
}

interface Saying {
  page: DirectPage;
  ahead: ToldAhead | undefined;
  sending: Promise<void> | undefined;
  /** Not tried again before. */
  againAt: number;
}

const againMs = 2_000;
/** What is on its way longer than this is decided without it; its channel finds it again by its mark. */
const waitMs = 10_000;

export function directPaging({ tell, clock, log }: DirectPagingOptions): DirectPaging {
  const sayings = new Map<string, Saying>();

  function say(saying: Saying, page: DirectPage): void {
    const before = saying.page;
    saying.page = page;
    saying.sending = tell(page)
      .then((how) => {
        saying.ahead ??= { how, at: clock.now() };
        const keys = page.alerts.map(({ alert }) => alert.key);
        log.warn({ event: 'paged-directly', keys, how }, 'paged directly: Redis takes nothing');
      })
      .catch((error: unknown) => {
        // As if it had not been said: the next look says it again.
        saying.page = before;
        saying.againAt = clock.now() + againMs;
        log.error(
          { event: 'direct-page-failed', page: page.id, error: messageOf(error) },
          'a page could not be told directly; tried again',
        );
      })
      .finally(() => {
        saying.sending = undefined;
      });
  }

  return {
    look(unstored, known, trouble) {
      const now = clock.now();
      const all = [...sayings.values()];
      // What never arrived is not said yet; while it is on its way it is.
      const said = all.filter(
        ({ ahead, sending, againAt }) => ahead !== undefined || sending !== undefined || againAt > now,
      );
      const pages = said.map(({ page }) => page);
      for (const page of directPages(unstored, known, pages, trouble, now)) {
        const saying = sayings.get(page.id) ?? { page, ahead: undefined, sending: undefined, againAt: 0 };
        if (saying.sending !== undefined || saying.againAt > now) continue;
        sayings.set(page.id, saying);
        say(saying, page);
      }
    },
    async told(key) {
      const saying = [...sayings.values()].find(({ page }) =>
        page.alerts.some(({ alert }) => alert.key === key),
      );
      if (saying?.sending !== undefined) {
        let cancel = (): void => undefined;
        const limit = new Promise<void>((resolve) => {
          cancel = clock.after(waitMs, resolve);
        });
        await Promise.race([saying.sending, limit]);
        cancel();
      }
      return saying?.ahead;
    },
    over: () => {
      sayings.clear();
    },
  };
}
