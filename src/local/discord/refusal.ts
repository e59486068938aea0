// How Discord says no: an HTTP status, a numeric code, a sentence, and for forms a tree of field errors.
import type { Json } from './json.ts';

/** Thrown anywhere in a request's path; answered as `{ message, code, errors? }`. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: Json | undefined;
  /** For 429: when to come again. */
  retryAfterMs: number | undefined;

  constructor(status: number, code: number, message: string, errors?: Json, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  toBody(): Json {
    return {
      message: this.message,
      code: this.code,
      ...(this.errors === undefined ? {} : { errors: this.errors }),
      ...(this.retryAfterMs === undefined ? {} : { retry_after: this.retryAfterMs / 1000, global: false }),
    };
  }
}

export const refusals = {
  unauthorized: () => new Refusal(401, 0, '401: Unauthorized'),
  notFound: () => new Refusal(404, 0, '404: Not Found'),
  methodNotAllowed: () => new Refusal(405, 0, '405: Method Not Allowed'),
  unknownApplication: () => new Refusal(404, 10002, 'Unknown Application'),
  unknownChannel: () => new Refusal(404, 10003, 'Unknown Channel'),
  unknownGuild: () => new Refusal(404, 10004, 'Unknown Guild'),
  unknownMember: () => new Refusal(404, 10007, 'Unknown Member'),
  unknownMessage: () => new Refusal(404, 10008, 'Unknown Message'),
  unknownRole: () => new Refusal(404, 10011, 'Unknown Role'),
  unknownUser: () => new Refusal(404, 10013, 'Unknown User'),
  unknownEmoji: () => new Refusal(400, 10014, 'Unknown Emoji'),
  unknownWebhook: () => new Refusal(404, 10015, 'Unknown Webhook'),
  unknownInteraction: () => new Refusal(404, 10062, 'Unknown interaction'),
  unknownCommand: () => new Refusal(404, 10063, 'Unknown application command'),
  unknownOverwrite: () => new Refusal(404, 10009, 'Unknown permission overwrite'),
  tooManyCommands: () =>
    new Refusal(
      400,
      30032,
      'Maximum number of application commands reached (100 slash, 15 user, 15 message).',
    ),
  tooManyCreates: () =>
    new Refusal(400, 30034, 'Max number of daily application command creates has been reached (200)'),
  tooManyOldEdits: (retryAfterMs: number) => {
    const refusal = new Refusal(
      429,
      30046,
      'Maximum number of edits to messages older than 1 hour reached. Try again later.',
    );
    refusal.retryAfterMs = retryAfterMs;
    return refusal;
  },
  alreadyAcknowledged: () => new Refusal(400, 40060, 'Interaction has already been acknowledged.'),
  missingAccess: () => new Refusal(403, 50001, 'Missing Access'),
  notTheAuthor: () => new Refusal(403, 50005, 'Cannot edit a message authored by another user'),
  emptyMessage: () => new Refusal(400, 50006, 'Cannot send an empty message'),
  wrongChannelType: () => new Refusal(400, 50024, 'Cannot execute action on this channel type'),
  missingPermissions: () => new Refusal(403, 50013, 'Missing Permissions'),
  invalidWebhookToken: () => new Refusal(401, 50027, 'Invalid Webhook Token'),
  cannotReply: () =>
    new Refusal(400, 50035, 'Invalid Form Body', {
      message_reference: { _errors: [{ code: 'REPLIES_UNKNOWN_MESSAGE', message: 'Unknown message' }] },
    }),
  threadArchived: () => new Refusal(400, 50083, 'Thread is archived'),
  badJson: () => new Refusal(400, 50109, 'The request body contains invalid JSON.'),
  badForm: (cause: unknown) => new Refusal(400, 50035, 'Invalid Form Body', undefined, { cause }),
  noObject: () =>
    new Refusal(400, 50035, 'Invalid Form Body', {
      _errors: [{ code: 'DICT_TYPE_CONVERT', message: 'Only dictionaries may be used in a DictType' }],
    }),
  fileTooLarge: () => new Refusal(413, 40005, 'Request entity too large'),
  threadExists: () => new Refusal(400, 160004, 'A thread has already been created for this message'),
  threadLocked: () => new Refusal(400, 160005, 'Thread is locked'),
} as const;
