// What a person (or the live stream) can make the page do; each act is a call to the desk and a change of its state.
import * as api from './desk-api.js';
import { apply, firstState, forUser, inView, isThread, replayed } from './desk-state.js';
import { follow } from './live.js';
import { interactionOf } from './message.js';

// Discord gives an application 3 s; the rest is for the event to get here.
const unansweredMs = 4_500;

/** Holds the state; `onChange` is called after each change. */
export function openDesk({ user, channel, onChange }) {
  let state = firstState({ user, channel });
  let stream;
  let keys = 0;
  const loading = new Map();

  const set = (change) => {
    state = { ...state, ...(typeof change === 'function' ? change(state) : change) };
    onChange(state);
  };
  const replace = (next) => {
    state = next;
    onChange(state);
  };
  const say = (error) => set({ problem: error.message });

  async function loadState() {
    const asked = state.user;
    const desk = await api.loadState(asked);
    if (state.user !== asked) return;
    const user = desk.users.some((one) => one.id === asked) ? asked : desk.users[0]?.id;
    if (user !== asked) {
      // Channels and commands are those of a person: ask again as somebody who is here.
      set({ user });
      await loadState();
      return;
    }
    const known = desk.channels.some((one) => one.id === state.channel);
    const first =
      desk.channels.find((one) => one.name === 'ops') ?? desk.channels.find((one) => !isThread(one));
    set({ desk, channel: known ? state.channel : first?.id });
  }

  /** Loads a channel once; `again` also where it is loaded already. Events that came meanwhile are played again onto the answer, which may be older. */
  async function loadMessages(id, again = false) {
    if (id === undefined || state.user === undefined) return;
    if (!again && (state.messages[id] !== undefined || loading.has(id))) return;
    const { user } = state;
    const turn = { events: [] };
    loading.set(id, turn);
    try {
      const loaded = await api.loadMessages(id, user);
      if (loading.get(id) !== turn || state.user !== user) return;
      loading.delete(id);
      const answered = new Set(loaded.map((message) => interactionOf(message)?.id));
      set({
        messages: { ...state.messages, [id]: turn.events.reduce(replayed, loaded) },
        pending: state.pending.filter((one) => one.failed !== undefined || !answered.has(one.interaction)),
      });
      for (const message of loaded)
        if (state.desk?.channels.some((one) => one.id === message.id)) void loadMessages(message.id, again);
    } catch (error) {
      loading.delete(id);
      if (state.live === 'open') say(error);
    }
  }

  function onEvent(event) {
    loading.get(event.channel)?.events.push(event);
    replace(apply(state, event, Date.now(), document.hidden));
    if (event.kind === 'commands.update') void loadState().catch(say);
    if (event.kind === 'channel.create') void loadMessages(event.channel.id);
    if (event.kind.startsWith('message.')) void loadMessages(event.channel);
  }

  async function onStatus(live, { again } = {}) {
    set({ live });
    if (live !== 'open') return;
    try {
      await loadState();
      const ids = again ? Object.keys(state.messages) : [];
      for (const id of new Set([state.channel, ...ids])) void loadMessages(id, again);
    } catch (error) {
      say(error);
    }
  }

  function start() {
    stream?.stop();
    stream = follow(state.user ?? '', { onEvent, onStatus });
  }

  /** Ends what would otherwise wait for an event that got lost with the stream. */
  function settleLater(run) {
    setTimeout(run, unansweredMs);
  }

  function forgetUnanswered(key) {
    if (!state.pending.some((one) => one.key === key && one.failed === undefined)) return;
    const failed = 'The application did not respond';
    set({ pending: state.pending.map((one) => (one.key === key ? { ...one, failed } : one)) });
  }

  const act = {
    async begin() {
      try {
        await loadState();
      } catch (error) {
        say(error);
      }
      start();
    },
    retry: () => stream?.retry(),
    async becomeUser(id) {
      if (id === state.user) return;
      stream?.stop();
      loading.clear();
      replace(forUser(state, id));
      await loadState().catch(say);
      start();
    },
    openChannel(id) {
      const channel = state.desk?.channels.find((one) => one.id === id);
      if (channel === undefined) return;
      const beside = isThread(channel) && matchMedia('(min-width: 1100px)').matches;
      const { [id]: _read, ...unread } = state.unread;
      if (beside) {
        set({
          channel: channel.parent_id ?? state.channel,
          side: { kind: 'thread', id },
          unread,
          drawer: false,
          switcher: false,
        });
        void loadMessages(channel.parent_id);
      } else {
        const side =
          state.side?.kind === 'faults' && matchMedia('(min-width: 800px)').matches ? state.side : undefined;
        set({ channel: id, side, unread, drawer: false, switcher: false });
      }
      void loadMessages(id);
    },
    toFullThread(id) {
      set({ channel: id, side: undefined });
      void loadMessages(id);
    },
    need: (id) => void loadMessages(id),
    closeSide: () => set({ side: undefined }),
    toggleFaults: () =>
      set({ side: state.side?.kind === 'faults' ? undefined : { kind: 'faults' }, drawer: false }),
    toggleDrawer: () => set({ drawer: !state.drawer }),
    toggleSwitcher: (open = !state.switcher) => set({ switcher: open }),
    showPicture: (picture) => set({ picture }),
    clearProblem: () => set({ problem: undefined }),
    seen() {
      const unread = Object.fromEntries(Object.entries(state.unread).filter(([id]) => !inView(state, id)));
      if (Object.keys(unread).length !== Object.keys(state.unread).length) set({ unread });
    },
    dismiss: (message) => set({ dismissed: { ...state.dismissed, [message.id]: true } }),
    dropPending: (key) => set({ pending: state.pending.filter((one) => one.key !== key) }),
    forgetTyping(now) {
      const typing = Object.fromEntries(
        Object.entries(state.typing).map(([id, who]) => [
          id,
          Object.fromEntries(Object.entries(who).filter(([, until]) => until > now)),
        ]),
      );
      if (JSON.stringify(typing) !== JSON.stringify(state.typing)) set({ typing });
    },
    /** Gives what was refused in words, or undefined. */
    async run(channel, command, options, target) {
      keys += 1;
      const one = {
        key: `p${keys}`,
        channel,
        command,
        user: state.user,
        at: Date.now(),
        interaction: undefined,
      };
      set({ pending: [...state.pending, one] });
      try {
        const { interaction } = await api.runCommand({
          user: one.user,
          channel,
          command,
          options,
          ...(target === undefined ? {} : { target }),
        });
        const seen = (state.messages[channel] ?? []).some(
          (message) => interactionOf(message)?.id === interaction,
        );
        const failed = state.failures[interaction];
        const opened = state.modal?.interaction === interaction;
        set({
          pending: state.pending.flatMap((other) => {
            if (other.key !== one.key) return [other];
            return seen || opened ? [] : [{ ...other, interaction, failed }];
          }),
        });
        settleLater(() => forgetUnanswered(one.key));
        return undefined;
      } catch (error) {
        set({ pending: state.pending.filter((other) => other.key !== one.key) });
        return error.message;
      }
    },
    /** What the application offers in a message's own menu. */
    messageCommands: () =>
      (state.desk?.commands ?? []).filter(({ type }) => type === 3).map(({ name }) => name),
    async runOn(message, command) {
      const refused = await act.run(message.channel_id, command, {}, message.id);
      if (refused !== undefined) say({ message: refused });
    },
    async say(channel, content) {
      try {
        await api.sendMessage({ user: state.user, channel, content });
        return undefined;
      } catch (error) {
        return error.message;
      }
    },
    choices: (channel, command, options, focused, signal) =>
      api.fetchChoices({ user: state.user, channel, command, options, focused }, signal),
    async press(message, customId, values) {
      const mark = (press) => {
        const { [message.id]: _old, ...rest } = state.pressed;
        set({ pressed: press === undefined ? rest : { ...rest, [message.id]: press } });
      };
      const press = { customId, interaction: undefined, failed: undefined };
      mark(press);
      const body = {
        user: state.user,
        channel: message.channel_id,
        message: message.id,
        custom_id: customId,
      };
      try {
        const { interaction } = await api.pressComponent(values === undefined ? body : { ...body, values });
        if (state.pressed[message.id] !== press) return;
        const answered = (state.messages[message.channel_id] ?? []).some(
          (one) => interactionOf(one)?.id === interaction,
        );
        if (answered || state.modal?.interaction === interaction) mark(undefined);
        else mark({ ...press, interaction, failed: state.failures[interaction] });
        settleLater(() => {
          const now = state.pressed[message.id];
          if (now?.interaction === interaction && now.failed === undefined) mark(undefined);
        });
      } catch (error) {
        mark({ ...press, failed: error.message });
      }
    },
    closeModal: () => set({ modal: undefined }),
    async submit(values) {
      const { interaction, form } = state.modal;
      try {
        const answer = await api.submitModal({
          user: state.user,
          interaction,
          custom_id: form.custom_id,
          values,
        });
        const failed = state.failures[answer?.interaction];
        if (failed !== undefined) return failed;
        set({ modal: undefined });
        return undefined;
      } catch (error) {
        return error.message;
      }
    },
  };
  return { act, get: () => state };
}
