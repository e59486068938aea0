// Choices that the bot offers while one types: asked for after a short rest, an older question dropped by a newer one.
import { useEffect, useState } from '/page/vendor/preact.js';
import { sentOptions } from './completion.js';

const restMs = 150;
const none = { choices: undefined, loading: false, note: undefined };

export function useChoices({ act, channel, user, command, option, values, names }) {
  const [live, setLive] = useState(none);
  const asks = option?.autocomplete === true && values[option.name]?.value === undefined;
  const typed = option === undefined ? '' : (values[option.name]?.text ?? '');
  const question = asks
    ? JSON.stringify([channel, user, command.name, option.name, typed, sentOptions(command, values, names)])
    : '';
  // An answer belongs to its question: until the effect runs, choices of another option must not be shown.
  const current =
    live.question === question
      ? live
      : { ...none, loading: asks, choices: live.option === option ? live.choices : undefined };

  useEffect(() => {
    if (!asks) {
      setLive(none);
      return undefined;
    }
    const control = new AbortController();
    const keep = (found) => setLive({ ...found, question, option });
    const timer = setTimeout(
      () => {
        const options = { ...sentOptions(command, values, names), [option.name]: typed };
        act.choices(channel, command.name, options, option.name, control.signal).then(
          (choices) => {
            const note = choices.length === 0 ? 'No options match your search.' : undefined;
            keep({ choices, loading: false, note });
          },
          (error) => {
            if (error.name === 'AbortError') return;
            keep({
              choices: [],
              loading: false,
              note: error.status === 504 ? 'Loading options failed.' : error.message,
            });
          },
        );
      },
      typed === '' ? 0 : restMs,
    );
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [question]);
  return current.loading ? { ...current, note: 'Loading options…' } : current;
}
