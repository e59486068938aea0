// The life of interactions: made, acknowledged within 3 s or dead, answerable for 15 minutes, then expired.
import { randomBytes } from 'node:crypto';
import type { Cancel } from '../../domain/clock.ts';
import * as cast from './cast.ts';
import type { Json } from './json.ts';
import { refusals, type Refusal } from './refusal.ts';
import type { StoredMessage, World } from './world.ts';

export const answerWithinMs = 3_000;
export const tokenLifeMs = 15 * 60_000;
const kept = 5_000;

export interface Choice {
  readonly name: string;
  readonly value: string | number;
}

export type LifeState =
  | { readonly kind: 'created' }
  /** Answered in a way that leaves no message: choices, a modal. */
  | { readonly kind: 'answered' }
  /** `original` is what `@original` means; `loading` until the first edit of a deferred answer. */
  | { readonly kind: 'acknowledged'; readonly original: string; loading: boolean }
  | { readonly kind: 'dead' };

export interface Life {
  readonly id: string;
  readonly token: string;
  /** 2 command, 3 component, 4 autocomplete, 5 modal. */
  readonly type: number;
  readonly user: string;
  readonly channel: string;
  readonly createdAt: number;
  readonly command: string | undefined;
  readonly commandType: number | undefined;
  /** The message a component sits on, also for the modal it opened. */
  readonly source: string | undefined;
  /** `interaction_metadata` of its answers. */
  readonly metadata: Json;
  state: LifeState;
  modal: Json | undefined;
  /** Resolves the page's wait for choices. */
  readonly choices: ((choices: readonly Choice[] | undefined) => void) | undefined;
  cancel: Cancel;
}

export interface NewLife extends Pick<Life, 'type' | 'user' | 'channel' | 'command' | 'source'> {
  readonly commandType?: number;
  readonly choices?: Life['choices'];
  readonly triggering?: Json;
  /** The rest of the dispatch: `data`, and `message` for components. */
  readonly dispatch: (life: Life) => Json;
}

export class Interactions {
  private readonly world: World;
  private readonly send: (dispatch: Json) => void;
  private readonly lives = new Map<string, Life>();

  constructor(world: World, send: (dispatch: Json) => void) {
    this.world = world;
    this.send = send;
  }

  open(fresh: NewLife): Life {
    const { world } = this;
    const id = world.nextId();
    const token = Buffer.from(`interaction:${id}:${randomBytes(48).toString('base64url')}`).toString(
      'base64url',
    );
    const life: Life = {
      id,
      token,
      type: fresh.type,
      user: fresh.user,
      channel: fresh.channel,
      createdAt: world.clock.now(),
      command: fresh.command,
      commandType: fresh.commandType,
      source: fresh.source,
      metadata: metadataOf(world, id, fresh),
      state: { kind: 'created' },
      modal: undefined,
      choices: fresh.choices,
      cancel: world.clock.after(answerWithinMs, () => this.timeOut(life)),
    };
    this.lives.set(token, life);
    for (const [oldToken, old] of this.lives) {
      if (this.lives.size <= kept) break;
      old.cancel();
      this.lives.delete(oldToken);
    }
    this.send(fresh.dispatch(life));
    return life;
  }

  /** The life a callback is for; refused where it is unknown, dead or answered. */
  toAnswer(id: string, token: string): Life {
    const life = this.lives.get(token);
    if (life?.id !== id || life.state.kind === 'dead') throw refusals.unknownInteraction();
    if (life.state.kind !== 'created') throw refusals.alreadyAcknowledged();
    if (this.world.clock.now() - life.createdAt >= answerWithinMs) {
      this.timeOut(life);
      throw refusals.unknownInteraction();
    }
    return life;
  }

  /** The life a webhook call is for; refused where it is unknown, expired or not yet acknowledged. */
  toFollow(application: string, token: string): Life {
    if (application !== this.world.applicationId) throw refusals.unknownWebhook();
    const life = this.lives.get(token);
    if (life === undefined) throw unknownToken(token);
    if (this.world.clock.now() - life.createdAt >= tokenLifeMs) throw refusals.invalidWebhookToken();
    if (life.state.kind === 'created' || life.state.kind === 'dead') throw refusals.unknownWebhook();
    return life;
  }

  byId(id: string): Life | undefined {
    for (const life of this.lives.values()) if (life.id === id) return life;
    return undefined;
  }

  /** Records the one answer; a deferred one that is never filled fails visibly when its token expires. */
  settle(life: Life, state: LifeState): void {
    life.cancel();
    life.state = state;
    if (state.kind !== 'acknowledged' || !state.loading) return;
    const left = tokenLifeMs - (this.world.clock.now() - life.createdAt);
    life.cancel = this.world.clock.after(left, () => {
      if (state.loading) this.fail(life, 'The application did not respond');
    });
  }

  original(life: Life): StoredMessage {
    if (life.state.kind !== 'acknowledged') throw refusals.unknownMessage();
    const stored = this.world.stored(life.channel, life.state.original);
    if (stored === undefined) throw refusals.unknownMessage();
    return stored;
  }

  stop(): void {
    for (const life of this.lives.values()) life.cancel();
    this.lives.clear();
  }

  private timeOut(life: Life): void {
    if (life.state.kind !== 'created') return;
    life.cancel();
    life.state = { kind: 'dead' };
    life.choices?.(undefined);
    if (life.type !== 4)
      this.fail(life, life.type === 2 ? 'The application did not respond' : 'This interaction failed');
  }

  private fail(life: Life, why: string): void {
    this.world.announce({
      kind: 'interaction.failed',
      user: life.user,
      channel: life.channel,
      interaction: life.id,
      command: life.command,
      why,
    });
  }
}

/** A token that was once good but is forgotten has expired; anything else never was one. */
function unknownToken(token: string): Refusal {
  const text = Buffer.from(token, 'base64url').toString('latin1');
  return /^interaction:\d{17,20}:/.test(text) ? refusals.invalidWebhookToken() : refusals.unknownWebhook();
}

function metadataOf(world: World, id: string, fresh: NewLife): Json {
  return {
    id,
    type: fresh.type,
    user: world.members.get(fresh.user)?.user,
    authorizing_integration_owners: { '0': cast.guildId },
    ...(fresh.type === 3 ? { interacted_message_id: fresh.source } : {}),
    ...(fresh.type === 5 ? { triggering_interaction_metadata: fresh.triggering } : {}),
  };
}
