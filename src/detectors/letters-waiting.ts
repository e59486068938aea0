// Alarm: something that could not be delivered, or was refused, has waited five minutes for somebody to look at it.
import type { Detector } from '../domain/detector.ts';
import type { Explanation } from '../domain/diagnostic.ts';
import { lettersLogin, lettersOverdueMs } from '../domain/letter.ts';
import { spanText } from '../domain/span.ts';

const lettersWaiting: Explanation = {
  title: 'Dead letters are waiting',
  meaning:
    'Answers or messages could not be delivered, or something in the queue was refused, and nobody has looked at it for five minutes.',
  causes: [
    'Discord refused a message for good: a channel or thread is gone, or a permission was taken away',
    'a process of another version, or without the desk’s signing key, writes to the queue',
    'somebody who can reach Redis put something there',
  ],
  next: [
    '/deadletters list',
    'Fix what refused them, then /deadletters redrive',
    '/deadletters dismiss what no longer matters',
  ],
};

export default {
  name: 'letters-waiting',
  watches: 'desk',
  findings: { 'letters-waiting': lettersWaiting },
  diagnostics: [],
  causedBy: [],
  detect({ letters }, { now }) {
    if (letters === undefined || letters.count === 0) return [];
    const waitedMs = now - letters.oldestAt;
    if (waitedMs < lettersOverdueMs) return [];
    const many =
      letters.count === 1 ? 'One dead letter has been waiting' : `${letters.count} dead letters are waiting`;
    return [
      {
        finding: 'letters-waiting',
        place: { login: lettersLogin },
        severity: 'high',
        sinceAt: letters.oldestAt,
        summary: `${many}${letters.count === 1 ? '' : ', the oldest'} for ${spanText(waitedMs)}: ${letters.oldest[0]?.about ?? 'unknown'}.`,
        remedy: 'Read /deadletters list, fix what refused them, then redrive or dismiss them.',
        evidence: letters.oldest.map((letter) => ({
          label: `letter ${letter.no}: ${letter.about}`,
          value: letter.why,
          threshold: `dealt with within ${spanText(lettersOverdueMs)}`,
          source: 'dead letters (Redis)',
          at: letter.at,
        })),
        suites: [],
        graceMs: 0,
      },
    ];
  },
} satisfies Detector;
