// A suite's position as the hub and as REST tell it, what covers it, and its last fills.
import type { Exhibitor } from '../domain/exhibit.ts';
import { isStop, openSize } from '../domain/exposure.ts';
import { fillWords, orderWords, positionWords, sideWords } from '../domain/order-words.ts';
import { protecting } from '../domain/protection.ts';
import { sharedNote } from '../domain/shared-suites.ts';
import { spanText } from '../domain/span.ts';

const shownFills = 8;

export default {
  name: 'positions',
  scope: 'suite',
  show(suite, { now }) {
    const { position, trading, reconciledAt, exposure } = suite;
    const orders = position === undefined ? [] : protecting(position, suite.orders());
    const parted = trading.disagreement;
    const rows = [
      [
        'Position',
        position === undefined ? 'flat' : positionWords(position),
        position === undefined
          ? ''
          : `${spanText(now - position.receivedAt)} ago, ${position.source === 'hub' ? 'user hub' : 'REST'}`,
      ],
      ...(parted === undefined
        ? []
        : [
            [
              'Hub and REST differ',
              `hub ${sideWords(parted.hub)}, REST ${sideWords(parted.rest)}`,
              `for ${spanText(now - parted.sinceAt)}`,
            ],
          ]),
      ...orders.map((order) => [
        isStop(order) ? 'Stop' : 'Target',
        `${orderWords(order)}, ${openSize(order)} open`,
        `${order.status}, order ${order.id}`,
      ]),
      ...(exposure.kind === 'unprotected'
        ? [
            [
              'NOT COVERED',
              `${exposure.uncovered} of ${exposure.size}`,
              trading.nakedSinceAt === undefined ? '' : `for ${spanText(now - trading.nakedSinceAt)}`,
            ],
          ]
        : []),
      ...(exposure.kind === 'unknown' ? [['NOT KNOWN', exposure.why, '']] : []),
    ];
    const fills = [...suite.fills()].sort(
      (a, b) => (b.exchangeAt ?? b.receivedAt) - (a.exchangeAt ?? a.receivedAt),
    );
    return [
      {
        kind: 'table',
        title: 'Position',
        columns: ['', '', ''],
        rows,
        note: `${
          reconciledAt === undefined
            ? 'Nothing has been read over REST yet.'
            : `Agreed with REST ${spanText(now - reconciledAt)} ago.`
        }${sharedNote(suite)}`,
      },
      {
        kind: 'table',
        title: 'Last fills',
        columns: ['fill', '', 'seen by', ''],
        rows: fills
          .slice(0, shownFills)
          .map((fill) => [
            fill.id,
            `${fillWords(fill)}${fill.voided ? ', voided' : ''}`,
            fill.seenOn.map((source) => (source === 'hub' ? 'hub' : 'REST')).join(' and '),
            `${spanText(now - (fill.exchangeAt ?? fill.receivedAt))} ago`,
          ]),
        ...(fills.length === 0 ? { note: 'No fill is known.' } : {}),
      },
    ];
  },
} satisfies Exhibitor;
