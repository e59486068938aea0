// After the first answer: `@original` and follow-ups through the interaction's webhook, for 15 minutes.
import { MessageFlags } from 'discord-api-types/v10';
import { noContent, ok, type Answer, type Call, type Route } from './call.ts';
import { answerFields } from './interaction-routes.ts';
import type { Life } from './interactions.ts';
import { numberOf } from './json.ts';
import { editedMessage, makeMessage } from './message-making.ts';
import { refusals } from './refusal.ts';
import type { StoredMessage } from './world.ts';

function lifeOf(call: Call): Life {
  return call.interactions.toFollow(call.param('webhook_id'), call.param('webhook_token'));
}

function targetOf(call: Call, life: Life): StoredMessage {
  const id = call.param('message_id');
  if (id === '@original') return call.interactions.original(life);
  const stored = call.world.stored(life.channel, id);
  const original = life.state.kind === 'acknowledged' && life.state.original === id;
  if (stored === undefined || (stored.interaction !== life.id && !original)) throw refusals.unknownMessage();
  return stored;
}

/** Fills a loading answer or edits a finished one. */
function fill(call: Call, life: Life, stored: StoredMessage): StoredMessage {
  const { state } = life;
  const loading = state.kind === 'acknowledged' && state.loading && state.original === stored.message.id;
  const message = editedMessage(call.world, stored, call.body, call.files, loading);
  if (loading) {
    life.cancel();
    state.loading = false;
  }
  return call.world.rewrite(stored, message);
}

function followUp(call: Call): Answer {
  const life = lifeOf(call);
  const { world } = call;
  let stored: StoredMessage;
  if (life.state.kind === 'acknowledged' && life.state.loading)
    stored = fill(call, life, call.interactions.original(life));
  else {
    const ephemeral = ((numberOf(call.body['flags']) ?? 0) & MessageFlags.Ephemeral) !== 0;
    const original = life.state.kind === 'acknowledged' ? life.state.original : undefined;
    const fields = answerFields(world, life);
    stored = makeMessage(world, {
      channel: life.channel,
      author: world.bot,
      payload: call.body,
      files: call.files,
      extra: {
        ...fields,
        interaction_metadata: {
          ...life.metadata,
          ...(original === undefined ? {} : { original_response_message_id: original }),
        },
      },
      seenBy: ephemeral ? life.user : undefined,
      interaction: life.id,
    });
    world.post(stored);
  }
  // `wait` is always true for the webhooks of interactions.
  return ok(stored.message);
}

const message = '/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}';

export const webhookRoutes: readonly Route[] = [
  { method: 'POST', path: '/webhooks/{webhook_id}/{webhook_token}', auth: 'token', handle: followUp },
  {
    method: 'GET',
    path: message,
    auth: 'token',
    handle: (call) => ok(targetOf(call, lifeOf(call)).message),
  },
  {
    method: 'PATCH',
    path: message,
    auth: 'token',
    handle: (call) => {
      const life = lifeOf(call);
      return ok(fill(call, life, targetOf(call, life)).message);
    },
  },
  {
    method: 'DELETE',
    path: message,
    auth: 'token',
    handle: (call) => {
      const life = lifeOf(call);
      const stored = targetOf(call, life);
      if (life.state.kind === 'acknowledged' && life.state.original === stored.message.id) {
        life.cancel();
        life.state.loading = false;
      }
      call.world.remove(stored);
      return noContent;
    },
  },
];
