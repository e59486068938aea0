// Whether the gateway still takes the token: one cheap read where none was answered lately, because a token can be revoked early.
import { messageOf } from '../domain/errors.ts';
import type { SessionState } from '../domain/suite.ts';
import { scrub } from '../log.ts';
import { everyAccount } from './directory.ts';
import type { LoginRoom } from './login-room.ts';

/** Longest wait of a diagnosis for it; what comes later still changes the session. */
const patienceMs = 2_000;
/** No token is needed for a ping, and logging in tries none. */
const withoutToken = /^(Status|Auth)\//;

const running = new WeakMap<LoginRoom, Promise<void>>();

/** The session after the trial. Never rejects; questions at the same moment share one call. */
export async function triedSession(room: LoginRoom, signal: AbortSignal): Promise<SessionState> {
  if (due(room)) {
    const trial = running.get(room) ?? tried(room).finally(() => running.delete(room));
    running.set(room, trial);
    await within(room, trial, signal);
  }
  return room.session.state;
}

function due({ session, rest, meter, clock, tuning }: LoginRoom): boolean {
  if (session.state.kind !== 'active' || !meter.has('general', 'diagnosis')) return false;
  const last = rest.records().findLast(({ path, outcome }) => outcome === 'ok' && !withoutToken.test(path));
  return last === undefined || clock.now() - last.at >= tuning.sessionReuseMs;
}

async function tried(room: LoginRoom): Promise<void> {
  try {
    await room.asking('diagnosis')('Account/search', everyAccount);
  } catch (error) {
    // The session and the record of REST answers keep what it meant.
    room.log.debug({ error: scrub(messageOf(error)) }, 'the token was tried without an answer');
  }
}

function within({ clock }: LoginRoom, trial: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(patienceMs, done);
    signal.addEventListener('abort', done, { once: true });
    void trial.then(done);
  });
}
