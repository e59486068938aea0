// How every order came to be: each telling of it that said something new, in the order they reached us; bounded.
import type { Order } from '../domain/order.ts';
import type { OrderStory, OrderTelling } from '../domain/trading-view.ts';

export const storiesKept = 400;
const tellingsKept = 40;

interface Kept {
  readonly tellings: OrderTelling[];
  dropped: number;
  unlistedAt?: number;
}

export class OrderStories {
  readonly #stories = new Map<string, Kept>();

  get size(): number {
    return this.#stories.size;
  }

  /** Takes a telling as it came, also one that is older than what is known: the story shows the order of arrival. */
  take(order: Order): void {
    const kept = this.#stories.get(order.id) ?? { tellings: [], dropped: 0 };
    const last = kept.tellings.at(-1);
    const telling = tellingOf(order);
    // REST is asked again and again; it adds to the story only where it says something that nobody said before.
    if (order.source === 'rest' && kept.tellings.some((known) => says(known, telling))) return;
    if (last !== undefined && last.source === telling.source && says(last, telling)) {
      if (last.exchangeAt === telling.exchangeAt) return;
    }
    kept.tellings.push(telling);
    if (kept.tellings.length > tellingsKept) {
      // The beginning is worth more than the middle.
      kept.tellings.splice(1, 1);
      kept.dropped += 1;
    }
    this.#stories.delete(order.id);
    this.#stories.set(order.id, kept);
    const oldest = this.#stories.size > storiesKept ? this.#stories.keys().next().value : undefined;
    if (oldest !== undefined) this.#stories.delete(oldest);
  }

  /** It worked, and REST lists it no more. */
  unlisted(id: string, at: number): void {
    const kept = this.#stories.get(id);
    if (kept !== undefined) kept.unlistedAt = at;
  }

  of(id: string): OrderStory | undefined {
    const kept = this.#stories.get(id);
    if (kept === undefined) return undefined;
    const { tellings, dropped, unlistedAt } = kept;
    return { id, tellings: [...tellings], dropped, unlistedAt };
  }
}

function tellingOf(order: Order): OrderTelling {
  return {
    source: order.source,
    status: order.status,
    size: order.size,
    fillVolume: order.fillVolume,
    limitPrice: order.limitPrice,
    stopPrice: order.stopPrice,
    filledPrice: order.filledPrice,
    exchangeAt: order.updatedAt ?? order.createdAt,
    receivedAt: order.receivedAt,
    words: order.words,
  };
}

/** True where `telling` adds nothing to `known` but its time. */
function says(known: OrderTelling, telling: OrderTelling): boolean {
  return (
    known.status === telling.status &&
    known.fillVolume === telling.fillVolume &&
    known.size === telling.size &&
    same(known.limitPrice, telling.limitPrice) &&
    same(known.stopPrice, telling.stopPrice) &&
    same(known.filledPrice, telling.filledPrice) &&
    (telling.words === undefined || known.words === telling.words)
  );
}

function same(known: OrderTelling['limitPrice'], told: OrderTelling['limitPrice']): boolean {
  return told === undefined || (known !== undefined && known.eq(told));
}
