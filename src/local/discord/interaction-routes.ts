// The first answer to an interaction: POST /interactions/{id}/{token}/callback, by its type.
import {
  InteractionResponseType as R,
  MessageFlags,
  MessageType,
  type APIMessage,
} from 'discord-api-types/v10';
import { noContent, ok, type Answer, type Call, type Route } from './call.ts';
import { checkChoice } from './command-rules.ts';
import { filledComponents } from './component-filling.ts';
import { Form, wrongField } from './form.ts';
import type { Choice, Life } from './interactions.ts';
import { listOf, numberOf, objectOf, textOf, type Json } from './json.ts';
import { editedMessage, makeMessage } from './message-making.ts';
import { checkModal } from './modal-rules.ts';
import { refusals } from './refusal.ts';
import type { StoredMessage, World } from './world.ts';

/** Fields of every message that answers an interaction. */
export function answerFields(world: World, life: Life): Json {
  return {
    application_id: world.applicationId,
    webhook_id: world.applicationId,
    interaction_metadata: life.metadata,
    ...(life.type === 2
      ? {
          interaction: {
            id: life.id,
            type: 2,
            name: life.command,
            user: life.metadata['user'],
          },
        }
      : {}),
  };
}

function answerType(life: Life): MessageType {
  if (life.type !== 2) return MessageType.Default;
  return life.commandType === 1 ? MessageType.ChatInputCommand : MessageType.ContextMenuCommand;
}

function isEphemeral(data: Json): boolean {
  return ((numberOf(data['flags']) ?? 0) & MessageFlags.Ephemeral) !== 0;
}

function callback(call: Call): Answer {
  const life = call.interactions.toAnswer(call.param('interaction_id'), call.param('interaction_token'));
  const type = call.body['type'];
  if (type === undefined) throw wrongField(['type'], 'BASE_TYPE_REQUIRED', 'This field is required');
  const data = objectOf(call.body['data']);
  checkFits(life, type);
  const stored = perform(call, life, type as R, data);
  if (call.query.get('with_response') !== 'true') return noContent;
  return ok({
    interaction: {
      id: life.id,
      type: life.type,
      ...(life.command === undefined ? {} : { channel_id: life.channel }),
      ...(stored === undefined
        ? {}
        : {
            response_message_id: stored.message.id,
            response_message_loading: ((stored.message.flags ?? 0) & MessageFlags.Loading) !== 0,
            response_message_ephemeral: stored.seenBy !== undefined,
          }),
    },
    ...(stored === undefined ? {} : { resource: { type: resourceType(type), message: stored.message } }),
  });
}

/** What came of it: the document knows a created (4) and an updated (7) message, no deferred ones. */
function resourceType(type: unknown): unknown {
  if (type === R.DeferredChannelMessageWithSource) return R.ChannelMessageWithSource;
  return type === R.DeferredMessageUpdate ? R.UpdateMessage : type;
}

function checkFits(life: Life, type: unknown): void {
  const autocomplete = [8];
  const answers = [4, 5, 9];
  const allowed =
    life.type === 4
      ? autocomplete
      : life.type === 2
        ? answers
        : life.type === 5
          ? [4, 5, ...(life.source === undefined ? [] : [6, 7])]
          : [4, 5, 6, 7, 9];
  if (typeof type === 'number' && allowed.includes(type)) return;
  const form = new Form();
  form.oneOf(['type'], allowed);
  form.refuse();
}

function perform(call: Call, life: Life, type: R, data: Json): StoredMessage | undefined {
  const { world, interactions } = call;
  switch (type) {
    case R.ApplicationCommandAutocompleteResult: {
      const choices = choicesOf(data);
      interactions.settle(life, { kind: 'answered' });
      life.choices?.(choices);
      return undefined;
    }
    case R.Modal: {
      const form = new Form();
      checkModal(form, data);
      form.refuse();
      life.modal = { ...data, components: filledModal(world, data) };
      interactions.settle(life, { kind: 'answered' });
      world.announce({ kind: 'modal', user: life.user, interaction: life.id, modal: life.modal });
      return undefined;
    }
    case R.DeferredMessageUpdate: {
      const source = sourceOf(world, life);
      interactions.settle(life, { kind: 'acknowledged', original: source.message.id, loading: false });
      return source;
    }
    case R.UpdateMessage: {
      const source = sourceOf(world, life);
      const message = editedMessage(world, source, data, call.files, false);
      interactions.settle(life, { kind: 'acknowledged', original: message.id, loading: false });
      return world.rewrite(source, message);
    }
    case R.DeferredChannelMessageWithSource:
      return postAnswer(call, life, loadingMessage(world, life, data), true);
    default: {
      const stored = makeMessage(world, {
        channel: life.channel,
        author: world.bot,
        payload: data,
        files: call.files,
        type: answerType(life),
        extra: answerFields(world, life),
        seenBy: isEphemeral(data) ? life.user : undefined,
        interaction: life.id,
      });
      return postAnswer(call, life, stored, false);
    }
  }
}

function postAnswer(call: Call, life: Life, stored: StoredMessage, loading: boolean): StoredMessage {
  call.interactions.settle(life, { kind: 'acknowledged', original: stored.message.id, loading });
  call.world.post(stored);
  return stored;
}

function loadingMessage(world: World, life: Life, data: Json): StoredMessage {
  const ephemeral = isEphemeral(data);
  const message = {
    id: world.nextId(),
    channel_id: life.channel,
    type: answerType(life),
    content: '',
    author: world.bot,
    timestamp: world.isoNow(),
    edited_timestamp: null,
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    embeds: [],
    components: [],
    attachments: [],
    flags: MessageFlags.Loading | (ephemeral ? MessageFlags.Ephemeral : 0),
    pinned: false,
    tts: false,
    ...answerFields(world, life),
  } as const satisfies Json;
  return {
    message: message as unknown as APIMessage,
    seenBy: ephemeral ? life.user : undefined,
    interaction: life.id,
    lateEdits: [],
  };
}

function sourceOf(world: World, life: Life): StoredMessage {
  const stored = life.source === undefined ? undefined : world.stored(life.channel, life.source);
  if (stored === undefined) throw refusals.unknownMessage();
  return stored;
}

function choicesOf(data: Json): readonly Choice[] {
  const form = new Form();
  if (data['choices'] === undefined || data['choices'] === null) form.required(['data', 'choices']);
  const choices = form.list(data, 'choices', ['data'], 0, 25);
  choices.forEach((choice, index) => {
    const type = typeof objectOf(choice)['value'] === 'number' ? 10 : 3;
    checkChoice(form, choice, type, ['data', 'choices', index]);
  });
  form.refuse();
  return choices.map((choice) => {
    const json = objectOf(choice);
    return { name: textOf(json['name']) ?? '', value: json['value'] as string | number };
  });
}

function filledModal(world: World, modal: Json): Json[] {
  const media = (url: string): Json => ({ id: world.nextId(), url, proxy_url: url });
  const source = { media, file: () => ({ name: null, size: null }) };
  const list = listOf(modal['components']);
  const rows = list.map((entry) => objectOf(entry));
  let next = 0;
  return rows.map((row) => {
    next += 1;
    const id = numberOf(row['id']) ?? next;
    if (row['type'] === 18) {
      next += 1;
      const component = objectOf(row['component']);
      return { ...row, id, component: { ...component, id: numberOf(component['id']) ?? next } };
    }
    if (row['type'] === 10) return filledComponents([{ ...row, id }], source)[0] ?? row;
    return {
      ...row,
      id,
      components: listOf(row['components']).map((child) => {
        next += 1;
        return { ...objectOf(child), id: numberOf(objectOf(child)['id']) ?? next };
      }),
    };
  });
}

export const interactionRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/interactions/{interaction_id}/{interaction_token}/callback',
    auth: 'token',
    handle: callback,
  },
];
