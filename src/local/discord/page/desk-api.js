// The page's calls to the user side of the local Discord; every failure becomes a sentence.

/** An answer that is not 2xx, with the server's own words. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body, signal) {
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refused(0, 'The desk does not answer. Is it still running?');
  }
  const text = await response.text();
  let json;
  try {
    json = text === '' ? undefined : JSON.parse(text);
  } catch {
    json = undefined;
  }
  if (response.ok) return json;
  throw new Refused(response.status, wordsOf(json) ?? `The desk answered ${response.status}.`);
}

function wordsOf(json) {
  for (const key of ['error', 'message', 'errorMessage']) {
    const words = json?.[key];
    if (typeof words === 'string' && words !== '') return words;
    if (typeof words?.message === 'string') return words.message;
  }
  return undefined;
}

const id = encodeURIComponent;

export const loadState = (user) => call('GET', `/local/state?user=${id(user ?? '')}`);
export const loadMessages = (channel, user) =>
  call('GET', `/local/channels/${id(channel)}/messages?user=${id(user)}`).then((answer) => answer.messages);
export const runCommand = (typed) => call('POST', '/local/commands', typed);
export const fetchChoices = (typed, signal) =>
  call('POST', '/local/autocomplete', typed, signal).then((answer) => answer?.choices ?? []);
export const pressComponent = (pressed) => call('POST', '/local/components', pressed);
export const submitModal = (submitted) => call('POST', '/local/modals', submitted);
export const sendMessage = (message) => call('POST', '/local/messages', message);

/** Faults of one of the two stand-ins: `/local` (Discord) or `/local/gateway` (ProjectX). */
export const faultsOf = (base) => ({
  catalogue: () => call('GET', `${base}/faults/catalogue`),
  list: () => call('GET', `${base}/faults`),
  start: (fault) => call('POST', `${base}/faults`, fault),
  end: (fault) => call('DELETE', `${base}/faults/${id(fault)}`),
});
export const takePosition = (position) => call('POST', '/local/gateway/sim/position', position);
export const goFlat = () => call('DELETE', '/local/gateway/sim/position');
export const loadPositions = () => call('GET', '/local/gateway/sim/position');
