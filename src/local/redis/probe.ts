// Asks a port whether a Redis answers there, without any client library.
import { connect } from 'node:net';

/** True where something on this machine's `port` answers PING as Redis does (a server still loading does not). */
export function answers(port: number, timeoutMs = 500): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => {
      finish(false);
    });
    socket.once('error', () => {
      finish(false);
    });
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      finish(data.toString('latin1').startsWith('+PONG'));
    });
  });
}
