// SignalR's JSON protocol, lenient: a message that cannot be read is counted and skipped instead of ending the connection.
import {
  JsonHubProtocol,
  MessageType,
  type HubMessage,
  type IHubProtocol,
  type ILogger,
} from '@microsoft/signalr';
import { messageOf } from '../domain/errors.ts';
import type { Notice } from './oddities.ts';
import { keepLongIds } from './wire-values.ts';

export interface CloseFrame {
  readonly error: string | undefined;
  readonly allowReconnect: boolean;
}

export interface ProtocolOptions {
  /** Lower case, as the client compares them. */
  readonly known: ReadonlySet<string>;
  /** Orders and trades have int64 ids; the market hub has none, and its path is hot. */
  readonly longIds: boolean;
  readonly closing: (frame: CloseFrame) => void;
  readonly odd: Notice;
}

export function lenientProtocol(options: ProtocolOptions): IHubProtocol {
  const json = new JsonHubProtocol();
  return {
    name: json.name,
    version: json.version,
    transferFormat: json.transferFormat,
    writeMessage: (message) => json.writeMessage(message),
    parseMessages(input, logger) {
      const text = typeof input === 'string' ? input : Buffer.from(input).toString();
      const messages = parse(json, options.longIds ? keepLongIds(text) : text, logger, options.odd);
      for (const message of messages) look(message, options);
      return messages;
    },
  };
}

function parse(json: JsonHubProtocol, text: string, logger: ILogger, odd: Notice): HubMessage[] {
  try {
    return json.parseMessages(text, logger);
  } catch {
    // One of them is bad: read them one by one, so that the good ones still count.
    return text.split('\u001e').flatMap((one) => {
      if (one === '') return [];
      try {
        return json.parseMessages(`${one}\u001e`, logger);
      } catch (error) {
        odd(`unreadable message (${messageOf(error).slice(0, 60)})`, one);
        return [];
      }
    });
  }
}

function look(message: HubMessage, { known, closing, odd }: ProtocolOptions): void {
  if (message.type === MessageType.Invocation) {
    if (!known.has(message.target.toLowerCase()))
      odd(`unknown event ${message.target.slice(0, 60)}`, message);
  } else if (message.type === MessageType.Close) {
    closing({ error: message.error, allowReconnect: message.allowReconnect === true });
  }
}
