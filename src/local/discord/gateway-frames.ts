// What a bot may send over the gateway, and the close code for what it may not.
import type { RawData } from 'ws';
import { knownIntents, privilegedIntents } from './gateway-intents.ts';
import { isObject, listOf, numberOf, textOf, type Json } from './json.ts';

/** Why a connection ends. */
export class Closing {
  readonly code: number;
  readonly why: string;

  constructor(code: number, why: string) {
    this.code = code;
    this.why = why;
  }
}

export const closings = {
  opcode: new Closing(4001, 'Unknown opcode.'),
  badPayload: new Closing(4002, 'Error while decoding payload.'),
  unauthenticated: new Closing(4003, 'Not authenticated.'),
  badToken: new Closing(4004, 'Authentication failed.'),
  twice: new Closing(4005, 'Already authenticated.'),
  badSeq: new Closing(4007, 'Invalid seq.'),
  tooFast: new Closing(4008, 'Rate limited.'),
  badShard: new Closing(4010, 'Invalid shard.'),
  badVersion: new Closing(4012, 'Invalid API version.'),
  badIntents: new Closing(4013, 'Invalid intent(s).'),
  disallowed: new Closing(4014, 'Disallowed intent(s).'),
} as const;

const maxPayloadBytes = 4096;

export function textFrom(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString('utf8');
  return Buffer.from(Array.isArray(data) ? Buffer.concat(data) : new Uint8Array(data)).toString('utf8');
}

/** One frame of the bot: a JSON object of 4096 bytes at most. */
export function readFrame(text: string): Json | Closing {
  if (Buffer.byteLength(text) > maxPayloadBytes) return closings.badPayload;
  try {
    const frame: unknown = JSON.parse(text);
    return isObject(frame) ? frame : closings.badPayload;
  } catch (error) {
    if (error instanceof SyntaxError) return closings.badPayload;
    throw error;
  }
}

export function isToken(given: unknown, token: string): boolean {
  return textOf(given)?.replace(/^Bot /, '') === token;
}

/** The shard and intents of an IDENTIFY. */
export function readIdentify(
  d: Json,
  token: string,
  enabledIntents: number,
): { readonly shard: readonly [number, number]; readonly intents: number } | Closing {
  if (!isToken(d['token'], token)) return closings.badToken;
  const [index, count] = d['shard'] === undefined ? [0, 1] : listOf(d['shard']).map(numberOf);
  if (index === undefined || count === undefined || index < 0 || index >= count) return closings.badShard;
  const intents = numberOf(d['intents']);
  // Bit operations see 32 bits only: a larger number would pass as one without unknown bits.
  if (intents === undefined || !Number.isInteger(intents) || intents < 0 || intents > knownIntents)
    return closings.badIntents;
  if ((intents & ~knownIntents) !== 0) return closings.badIntents;
  if ((intents & privilegedIntents & ~enabledIntents) !== 0) return closings.disallowed;
  return { shard: [index, count], intents };
}
