// The user side of the local Discord: what the page (and tests) call to read, type, click and inject faults; the bot never does.

/*
 * All under /local, JSON, no auth, loopback only. `user` is always the acting user's id.
 *
 * GET    /local/state?user=U                    -> LocalState
 * GET    /local/channels/:id/messages?user=U    -> { messages: Discord message objects, oldest first } (ephemeral: only U's)
 * GET    /local/events?user=U                   -> SSE, each `data:` line one LocalEvent
 * POST   /local/commands      TypedCommand      -> 202 { interaction } · 400 { error } with Discord's refusal in words · 403 { error }
 * POST   /local/autocomplete  TypedCommand & { focused } -> 200 { choices: [{name,value}] } · 504 { error }
 * POST   /local/components    PressedComponent  -> 202 { interaction }
 * POST   /local/modals        SubmittedModal    -> 202 { interaction }
 * POST   /local/messages      { user, channel, content } -> 201 message
 * GET    /local/faults -> { faults: [...] } · POST /local/faults LocalFault -> 201 { id } · DELETE /local/faults/:id -> 204
 * GET    /local/record -> { requests: [...], unknownRoutes } everything the bot sent and got, newest last, bounded, secrets scrubbed
 * ANY    /local/gateway/*                       -> forwarded to the simulated ProjectX gateway, where one was given (else 404)
 */

export interface LocalUser {
  readonly id: string;
  readonly name: string;
  /** `on-call lead`, `trader`, `viewer` */
  readonly title: string;
  readonly roles: readonly string[];
}

export interface LocalChannel {
  readonly id: string;
  readonly name: string;
  readonly type: number;
  readonly parent_id: string | null;
  readonly archived: boolean;
}

export interface LocalState {
  readonly guild: { readonly id: string; readonly name: string };
  readonly bot: { readonly id: string; readonly name: string; readonly online: boolean };
  readonly channels: readonly LocalChannel[];
  readonly users: readonly LocalUser[];
  readonly roles: readonly { readonly id: string; readonly name: string; readonly color: number }[];
  /** As registered by the bot (Discord's application command objects) that this user may use. */
  readonly commands: readonly unknown[];
  /** True where a simulated gateway answers under /local/gateway. */
  readonly gateway: boolean;
}

export interface TypedCommand {
  readonly user: string;
  readonly channel: string;
  readonly command: string;
  /** An attachment option takes the text of its file, `<option>.txt`. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** The person or message a context menu command is opened on; missing = a slash command. */
  readonly target?: string;
}

export interface PressedComponent {
  readonly user: string;
  readonly channel: string;
  readonly message: string;
  readonly custom_id: string;
  /** For selects. */
  readonly values?: readonly string[];
}

export interface SubmittedModal {
  readonly user: string;
  readonly interaction: string;
  readonly custom_id: string;
  /** By `custom_id`; a list for selects and checkboxes. */
  readonly values: Readonly<Record<string, string | readonly string[]>>;
}

export type LocalEvent =
  | {
      readonly kind: 'message.create' | 'message.update';
      readonly channel: string;
      readonly message: unknown;
    }
  | { readonly kind: 'message.delete'; readonly channel: string; readonly id: string }
  | { readonly kind: 'channel.create' | 'channel.update'; readonly channel: LocalChannel }
  /** A command that got no answer within 3 s ("The application did not respond"), or a component that failed. */
  | {
      readonly kind: 'interaction.failed';
      readonly channel: string;
      readonly interaction: string;
      readonly command: string | undefined;
      readonly why: string;
    }
  | { readonly kind: 'modal.open'; readonly interaction: string; readonly modal: unknown }
  | { readonly kind: 'commands.update' }
  | { readonly kind: 'bot.status'; readonly online: boolean }
  | { readonly kind: 'typing'; readonly channel: string; readonly user: string };

/**
 * Faults of the local Discord, one at a time or together; `times` undefined = until deleted. Gateway faults strike the open
 * connections at once, and while they last every new one. `lost-answer`: performed, then the connection is cut;
 * `no-answer`: not performed, never answered; `slow`: performed at once, answered late. `no-welcome`: whoever identifies or resumes hears
 * no more than its heartbeats.
 */
export interface LocalFault {
  readonly fault:
    | 'rate-limit'
    | 'rate-limit-global'
    | 'server-error'
    | 'no-answer'
    | 'lost-answer'
    | 'slow'
    | 'drop-gateway'
    | 'op7'
    | 'op9'
    | 'missing-ack'
    | 'late-hello'
    | 'no-welcome'
    | 'close-4004'
    | 'close-4014'
    | 'down';
  /** Substring of `METHOD /path` it applies to; missing = every route. */
  readonly route?: string;
  readonly times?: number;
  /** For `slow`, `late-hello` (ms) and the `retry_after` of rate limits. */
  readonly ms?: number;
}
