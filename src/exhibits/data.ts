// The market data of a suite: how old each stream and bar is, and what was odd about it.
import type { Exhibitor } from '../domain/exhibit.ts';
import { priceText } from '../domain/price.ts';
import { spanText } from '../domain/span.ts';

const kinds = {
  misaligned: 'off the tick grid',
  noise: 'with rounding noise',
  'not-positive': 'at or below zero',
  spike: 'spikes',
  backwards: 'out of order',
  'volume-fell': 'falls of the day volume',
} as const;

export default {
  name: 'data',
  scope: 'suite',
  show(suite, { now }) {
    const { streams, spec, data, contract } = suite;
    const ago = (at: number | undefined): string =>
      at === undefined ? 'never' : `${spanText(now - at)} ago`;
    const bars = spec.timeframes.map((timeframe) => {
      const newest = suite.bars(timeframe).at(-1);
      return [
        `${timeframe} bar`,
        newest === undefined ? 'none' : ago(newest.startAt),
        '',
        newest === undefined ? '' : `${newest.volume} lots`,
      ];
    });
    const { book } = data;
    const text = (ticks: number | undefined): string =>
      ticks === undefined || contract === undefined ? '–' : priceText(ticks, contract.tickSize);
    const minutes = data.volume().slice(-5);
    const odd = Object.entries(kinds).flatMap(([kind, words]) => {
      const seen = data.anomalies[kind as keyof typeof kinds];
      return seen === undefined ? [] : [[words, `${seen.count}, last ${ago(seen.lastAt)}`, seen.sample]];
    });
    return [
      {
        kind: 'table',
        title: 'Streams and bars',
        columns: ['', 'newest', 'usual gap', 'seen'],
        rows: [
          ...streams
            .filter(({ wanted }) => wanted)
            .map(({ kind, lastExchangeAt, usualGapMs, events }) => [
              kind,
              ago(lastExchangeAt),
              usualGapMs === undefined ? '' : spanText(usualGapMs),
              `${events} events`,
            ]),
          ...bars,
        ],
        note:
          spec.observe === 'rest'
            ? 'Observed by REST polling: there are no streams, and bars are fetched on request.'
            : 'By exchange time.',
      },
      {
        kind: 'table',
        title: 'Book and volume',
        columns: ['', ''],
        rows: [
          ['bid / ask', `${text(book.bid)} / ${text(book.ask)}`],
          [
            'prints of whole minutes',
            `${minutes.reduce((sum, one) => sum + one.prints, 0)} lots in ${minutes.length} min`,
          ],
          ['rise of the day volume', `${minutes.reduce((sum, one) => sum + one.quoted, 0)} lots`],
          [
            'bars compared',
            data.told === undefined ? 'not yet' : `${data.told.bars.length}, ${ago(data.told.at)}`,
          ],
        ],
      },
      {
        kind: 'table',
        title: 'Odd',
        columns: ['', '', 'last'],
        rows: odd,
        ...(odd.length === 0 ? { note: 'Nothing odd was seen since this worker took the login.' } : {}),
      },
    ];
  },
} satisfies Exhibitor;
