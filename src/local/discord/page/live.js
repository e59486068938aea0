// The live stream of events with its reconnection: opens, listens, notices the loss, tries again, tells how it stands.

const firstWaitMs = 400;
const longestWaitMs = 4_000;

/**
 * Follows `/local/events` for one user. `onStatus` hears `open` or `gone`; after a loss `open` comes with `again: true`,
 * because whatever happened meanwhile was missed and must be loaded anew.
 */
export function follow(user, { onEvent, onStatus }) {
  let source;
  let timer;
  let waitMs = firstWaitMs;
  let lost = false;
  let stopped = false;

  function open() {
    clearTimeout(timer);
    if (stopped) return;
    source?.close();
    source = new EventSource(`/local/events?user=${encodeURIComponent(user)}`);
    source.onopen = () => {
      waitMs = firstWaitMs;
      onStatus('open', { again: lost });
      lost = false;
    };
    source.onmessage = ({ data }) => {
      const event = parsed(data);
      if (event !== undefined) onEvent(event);
    };
    source.onerror = () => {
      source.close();
      if (stopped) return;
      lost = true;
      onStatus('gone', { waitMs });
      clearTimeout(timer);
      timer = setTimeout(open, waitMs);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    };
  }

  open();
  return {
    retry: open,
    stop() {
      stopped = true;
      clearTimeout(timer);
      source?.close();
    },
  };
}

function parsed(data) {
  try {
    const event = JSON.parse(data);
    return typeof event?.kind === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}
