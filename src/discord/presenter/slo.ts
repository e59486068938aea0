// How fast people were told and moved: time to page and to acknowledge per severity, against goals of ours, with a picture.
import type { Answer } from '../../domain/job.ts';
import { percentile, sloOf, type Slo, type SloRow, type Spread } from '../../domain/slo.ts';
import { drawSpreads, spreadsInWords } from '../picture/slo-spread.ts';
import { colours, field, message, type MessagePayload } from './message.ts';
import { count, exchangeDay, span } from './text.ts';

export function presentSlo(answer: Extract<Answer, { kind: 'slo' }>): MessagePayload {
  const { incidents, days, keptSince, at } = answer;
  const slo = sloOf(incidents, at);
  const title = `The last ${count(days, 'day')}: ${count(incidents.length, 'incident')}`;
  const said = [
    slo.rows.length === 0
      ? 'Nobody was paged.'
      : 'Time from detection to the page accepted by Discord, and to the first acknowledgement. The goals are our own.',
    ...asides(slo),
    ...(keptSince === undefined
      ? []
      : [`Only since ${exchangeDay(keptSince)}: older ones are no longer kept.`]),
  ];
  return message({
    embeds: [
      {
        title,
        description: said.join('\n'),
        color: slo.rows.some(isMissed) ? colours.medium : colours.neutral,
        fields: slo.rows.map((row) => field(`${row.severity} (${row.incidents})`, lines(row))),
      },
    ],
    pictures:
      slo.rows.length === 0
        ? []
        : [{ name: 'slo.png', description: spreadsInWords(slo), svg: drawSpreads(slo, title) }],
  });
}

function isMissed({ paged, taken }: SloRow): boolean {
  return paged.met < paged.judged || taken.met < taken.judged;
}

function asides({ heldBack, countedLater }: Slo): readonly string[] {
  return [
    ...(heldBack === 0 ? [] : [`${count(heldBack, 'was', 'were')} held back by a silence and not counted.`]),
    ...(countedLater === 0
      ? []
      : [`${count(countedLater, 'is', 'are')} counted from when the silence over it ended.`]),
  ];
}

function lines({ paged, taken, goal }: SloRow): string {
  return [
    `**paged** ${metWords(paged, goal.pagedMs)}`,
    spreadWords(paged, 'Discord confirmed none'),
    `**acknowledged** ${metWords(taken, goal.takenMs)}`,
    spreadWords(taken, 'nobody took one'),
  ].join('\n');
}

/** `9 of 10 within 5 s, 1 never, 2 not yet`. */
export function metWords({ met, judged, missed, pending, spared }: Spread, goalMs: number): string {
  return [
    judged === 0 ? `none to judge (goal ${span(goalMs)})` : `${met} of ${judged} within ${span(goalMs)}`,
    ...(missed === 0 ? [] : [`${missed} never`]),
    ...(pending === 0 ? [] : [`${pending} not yet`]),
    ...(spared === 0 ? [] : [`${spared} over before that`]),
  ].join(', ');
}

/** `p50 1 s · p95 3 s · p99 4 s`; of few, so many that nobody takes a p99 for more than it is. */
function spreadWords({ took }: Spread, otherwise: string): string {
  if (took.length === 0) return otherwise;
  const at = (share: number): string => span(percentile(took, share));
  return `p50 ${at(0.5)} · p95 ${at(0.95)} · p99 ${at(0.99)} (of ${took.length})`;
}
