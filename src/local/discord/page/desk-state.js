// The page's memory: one object, replaced on every change, with pure rules for each live event.
import { interactionOf, pings } from './message.js';

const keptMessages = 1_000;

export function firstState({ user, channel }) {
  return {
    user,
    channel,
    side: undefined, // { kind: 'thread', id } | { kind: 'faults' }
    desk: undefined,
    live: 'connecting',
    problem: undefined,
    messages: {},
    dismissed: {},
    unread: {},
    typing: {},
    pending: [],
    failures: {},
    pressed: {},
    modal: undefined,
    picture: undefined,
    drawer: false,
    switcher: false,
  };
}

/** Everything that must not stay when another person sits down, or when the desk came back. */
export function forUser(state, user) {
  const { channel, desk, side } = state;
  return { ...firstState({ user, channel }), desk, side: side?.kind === 'faults' ? side : undefined };
}

export const isThread = (channel) => [10, 11, 12].includes(channel?.type);

/** Lookups for what a message speaks of; made once per desk state. */
export function namesOf(desk) {
  const users = new Map(desk.users.map((user) => [user.id, user]));
  const roles = new Map(desk.roles.map((role) => [role.id, role]));
  const channels = new Map(desk.channels.map((channel) => [channel.id, channel]));
  const colorOf = (ids) => {
    const colored = desk.roles.filter((role) => ids.includes(role.id) && role.color > 0);
    return colored.at(-1)?.color;
  };
  const user = (id) => {
    if (id === desk.bot.id) return { id, name: desk.bot.name, bot: true, roles: [], color: undefined };
    const found = users.get(id);
    return found === undefined ? undefined : { ...found, bot: false, color: colorOf(found.roles) };
  };
  const botColor = desk.roles.find((role) => role.name.toLowerCase() === desk.bot.name.toLowerCase())?.color;
  return {
    users: desk.users,
    roles: desk.roles.filter((role) => role.id !== desk.guild.id),
    channels: desk.channels,
    bot: { id: desk.bot.id, username: desk.bot.name, bot: true },
    user,
    role: (id) => roles.get(id),
    channel: (id) => channels.get(id),
    /** A message's author, known here or not. */
    author: (author) => {
      if (author.bot === true || author.id === desk.bot.id)
        return {
          id: author.id,
          name: author.id === desk.bot.id ? desk.bot.name : author.username,
          bot: true,
          color: botColor,
        };
      return (
        user(author.id) ?? {
          id: author.id,
          name: author.global_name ?? author.username ?? 'somebody',
          bot: false,
          roles: [],
        }
      );
    },
  };
}

/** Is this channel before the person's eyes? */
export function inView(state, channel) {
  return state.channel === channel || (state.side?.kind === 'thread' && state.side.id === channel);
}

export function withMessage(list, message) {
  const at = list.findIndex((one) => one.id === message.id);
  if (at >= 0) return list.map((one, index) => (index === at ? message : one));
  const next = [...list, message];
  if (list.length > 0 && BigInt(list.at(-1).id) > BigInt(message.id))
    next.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  return next.slice(-keptMessages);
}

/** A channel's list after one of its events, for events that came while the list was being loaded. */
export function replayed(list, event) {
  if (event.kind === 'message.delete') return list.filter((message) => message.id !== event.id);
  return event.message === undefined ? list : withMessage(list, event.message);
}

function without(record, key) {
  const { [key]: _gone, ...rest } = record;
  return rest;
}

function onMessage(state, event, hidden) {
  const { channel, message } = event;
  const loaded = state.messages[channel];
  const interaction = interactionOf(message)?.id;
  const answered = (one) => one.interaction !== undefined && one.interaction === interaction;
  const next = {
    ...state,
    messages:
      loaded === undefined ? state.messages : { ...state.messages, [channel]: withMessage(loaded, message) },
    pending: state.pending.some(answered) ? state.pending.filter((one) => !answered(one)) : state.pending,
    pressed: settledPresses(state.pressed, message, interaction),
  };
  if (event.kind === 'message.update') return next;
  const typing = state.typing[channel];
  if (typing?.[message.author.id] !== undefined)
    next.typing = { ...state.typing, [channel]: without(typing, message.author.id) };
  if (message.author.id !== state.user && (hidden || !inView(state, channel))) {
    const before = state.unread[channel] ?? { count: 0, mentions: 0 };
    const me = state.desk?.users.find((user) => user.id === state.user);
    next.unread = {
      ...state.unread,
      [channel]: { count: before.count + 1, mentions: before.mentions + (pings(message, me) ? 1 : 0) },
    };
  }
  return next;
}

/** A press is over when its message changed, or when its answer came as a message. */
function settledPresses(pressed, message, interaction) {
  const done = Object.entries(pressed).filter(
    ([id, press]) =>
      id === message.id || (press.interaction !== undefined && press.interaction === interaction),
  );
  return done.length === 0 ? pressed : done.reduce((rest, [id]) => without(rest, id), pressed);
}

function onFailure(state, event) {
  const next = { ...state, failures: { ...state.failures, [event.interaction]: event.why } };
  next.pending = state.pending.map((one) =>
    one.interaction === event.interaction ? { ...one, failed: event.why } : one,
  );
  next.pressed = Object.fromEntries(
    Object.entries(state.pressed).map(([id, press]) => [
      id,
      press.interaction === event.interaction ? { ...press, failed: event.why } : press,
    ]),
  );
  return next;
}

function withChannel(desk, channel) {
  const known = desk.channels.some((one) => one.id === channel.id);
  const channels = known
    ? desk.channels.map((one) => (one.id === channel.id ? channel : one))
    : [...desk.channels, channel];
  return { ...desk, channels };
}

/** The state after a live event. `now` epoch ms; `hidden`: the page is not being looked at. */
export function apply(state, event, now, hidden) {
  switch (event.kind) {
    case 'message.create':
    case 'message.update':
      return onMessage(state, event, hidden);
    case 'message.delete': {
      const list = state.messages[event.channel];
      if (list === undefined) return state;
      const rest = list.filter((message) => message.id !== event.id);
      return { ...state, messages: { ...state.messages, [event.channel]: rest } };
    }
    case 'channel.create':
    case 'channel.update':
      return state.desk === undefined ? state : { ...state, desk: withChannel(state.desk, event.channel) };
    case 'interaction.failed':
      return onFailure(state, event);
    case 'modal.open':
      return {
        ...state,
        modal: { interaction: event.interaction, form: event.modal },
        pending: state.pending.filter((one) => one.interaction !== event.interaction),
        pressed: Object.fromEntries(
          Object.entries(state.pressed).filter(([, press]) => press.interaction !== event.interaction),
        ),
      };
    case 'bot.status':
      return state.desk === undefined
        ? state
        : { ...state, desk: { ...state.desk, bot: { ...state.desk.bot, online: event.online } } };
    case 'typing':
      if (event.user === state.user) return state;
      return {
        ...state,
        typing: {
          ...state.typing,
          [event.channel]: { ...state.typing[event.channel], [event.user]: now + 10_000 },
        },
      };
    default:
      return state;
  }
}
