// How long a hub waits before it connects again: at once after a single cut, ever longer where somebody else seems to be signed in.
import type { HubDropReason } from '../domain/suite.ts';
import { delayAt, type Tuning } from './tuning.ts';

/** Ends that the other side made; a link that went silent is the network's doing. */
const closed: readonly HubDropReason[] = ['server-close', 'server-close-final', 'unauthorized'];
const cut: readonly HubDropReason[] = ['socket-dropped'];
/** Closed by the gateway this often in a row, a hub is closed for a reason that connecting at once does not mend. */
const closesInRow = 2;
/** Reference 12: five short lives in a row mean a closed market, a dead token or a second session. */
const cutsInRow = 5;

export class ReconnectPace {
  readonly #tuning: Tuning;
  /** Losses one after the other without a life between them that was long enough. */
  #inRow = 0;
  /** Losses of the present quarrel with another session: only a long life ends it, so that the trader is not thrown out again and again. */
  #kicks = 0;
  #failures = 0;

  constructor(tuning: Tuning) {
    this.#tuning = tuning;
  }

  /** An open connection was lost. `noticed`: a GatewayLogout came just before. Gives what to wait before the first attempt, ms. */
  lost(lifeMs: number, reason: HubDropReason, noticed: boolean): number {
    const { calmLifeMs, shortLifeMs, stableLifeMs, kickedDelaysMs, reconnectDelaysMs } = this.#tuning;
    // Where nobody got in meanwhile, the loss before this one was an outage and nobody's doing.
    const wasOutage = this.#failures > 0;
    this.#failures = 0;
    const isClose = closed.includes(reason);
    const byOther = isClose || cut.includes(reason);
    const calm = lifeMs >= calmLifeMs;
    const enoughMs = isClose ? calmLifeMs : byOther ? shortLifeMs : stableLifeMs;
    const follows = lifeMs < enoughMs && !(wasOutage && cut.includes(reason));
    this.#inRow = follows ? this.#inRow + 1 : 1;
    if (calm) this.#kicks = 0;
    const suspect = byOther && (this.#kicks > 0 || this.#inRow >= (isClose ? closesInRow : cutsInRow));
    if (!noticed && !suspect) return delayAt(reconnectDelaysMs, this.#inRow - 1);
    this.#kicks += 1;
    return delayAt(kickedDelaysMs, this.#kicks - 1);
  }

  /** An attempt did not open: it threw nobody out, so the next one may follow soon. */
  failed(): number {
    this.#failures += 1;
    return delayAt(this.#tuning.reconnectDelaysMs, this.#failures);
  }

  /** The token was refused, a fresh one too: never at once, every further try may cost a login of the shared allowance. */
  refused(): number {
    return Math.max(this.failed(), delayAt(this.#tuning.reconnectDelaysMs, this.#failures + 1));
  }
}
