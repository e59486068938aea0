// Asks a port whether a Redis answers there, without any client library.
import { connect } from 'node:net';

/** True where something on this machine's `port` answers PING as Redis does (a server still loading does not). */
export async function answers(port: number, timeoutMs = 500): Promise<boolean> {
  return (await answerTo(port, timeoutMs)).startsWith('+PONG');
}

/** What something on this machine's `port` answers to PING; empty where nothing does. */
export function answerTo(port: number, timeoutMs = 500): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (result: string): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => {
      finish('');
    });
    socket.once('error', () => {
      finish('');
    });
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      finish(data.toString('latin1'));
    });
  });
}
