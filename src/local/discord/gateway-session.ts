// One gateway session of the bot: its numbered dispatches, the last of them kept for a resume.
import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';

const keptFrames = 1_000;

export class GatewaySession {
  readonly id = randomBytes(16).toString('hex');
  readonly shard: readonly [number, number];
  readonly intents: number;
  socket: WebSocket | undefined;
  /** When its socket was lost, epoch ms. */
  lostAt: number | undefined;
  private seq = 0;
  private frames: { readonly s: number; readonly text: string }[] = [];

  constructor(shard: readonly [number, number], intents: number, socket: WebSocket) {
    this.shard = shard;
    this.intents = intents;
    this.socket = socket;
  }

  get lastSeq(): number {
    return this.seq;
  }

  /** Numbers, keeps and, where connected, sends a dispatch; `d` is JSON text already. */
  dispatch(t: string, d: string): void {
    this.seq += 1;
    const text = `{"t":"${t}","s":${this.seq},"op":0,"d":${d}}`;
    this.frames.push({ s: this.seq, text });
    if (this.frames.length > keptFrames * 1.2) this.frames = this.frames.slice(-keptFrames);
    this.socket?.send(text);
  }

  /** What came after `seq`; undefined where some of it is no longer kept. */
  since(seq: number): readonly string[] | undefined {
    const missed = this.frames.filter(({ s }) => s > seq);
    return missed.length === this.seq - seq ? missed.map(({ text }) => text) : undefined;
  }
}
