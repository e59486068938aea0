// What an incident leaves to be done: loose ends that follow from its facts, each a full sentence; pure.
import type { Postmortem } from './postmortem.ts';
import { spanText } from './span.ts';

/** The same cause this often before is more than bad luck. */
const oftenBefore = 2;

/** Most urgent first; empty = nothing follows from what is known. Outside text in it is not escaped yet. */
export function followUps(facts: Postmortem): readonly string[] {
  return [
    ...atRisk(facts),
    ...notOver(facts),
    ...unproven(facts),
    ...slow(facts),
    ...steps(facts),
    ...again(facts),
  ];
}

function atRisk({ impact }: Postmortem): readonly string[] {
  return impact.suites.flatMap(({ suite, exposure }) => {
    if (exposure.kind === 'unprotected')
      return [
        `${suite} was ${exposure.side} ${exposure.size}, ${exposure.uncovered} of it without a stop, when this fired: find out what happened to that position.`,
      ];
    if (exposure.kind === 'unknown')
      return [
        `It was not known what ${suite} held when this fired (${exposure.why}): look it up on the platform.`,
      ];
    return [];
  });
}

function notOver({ end, alerts }: Postmortem): readonly string[] {
  const firing = alerts.filter(({ wellAt }) => wellAt === undefined).map(({ title }) => title);
  switch (end.kind) {
    case 'open':
      return [
        firing.length === 0
          ? 'It is still open although everything recovered: close it.'
          : `It is still open: ${firing.join(', ')}. This incident is not finished.`,
      ];
    case 'held-back':
      return [`Nobody was called: ${end.silence} of ${end.by.name} (${end.reason}) holds it back.`];
    case 'by-hand':
      return end.stillSeen.length === 0
        ? []
        : [
            `It was closed by hand while this was still seen: ${end.stillSeen.join(', ')}. Check with /health that it is over.`,
          ];
    case 'recovered':
      return [];
  }
}

function unproven({ impact, end }: Postmortem): readonly string[] {
  const isOver = end.kind === 'recovered' || end.kind === 'by-hand';
  return isOver && impact.missed.length === 0
    ? ['It is not known what was missed: compare the fills and bars of that time with the platform.']
    : [];
}

function slow({ goals, severity }: Postmortem): readonly string[] {
  return goals.flatMap(({ what, goalMs, outcome }) => {
    const goal = `the goal for ${severity} is ${spanText(goalMs)}`;
    const isPage = what === 'paged';
    if (outcome.kind === 'missed')
      return [
        isPage
          ? `Discord never confirmed its page: find out why; ${goal}.`
          : `Nobody took it, and ${goal}: find out whether the page reached anybody.`,
      ];
    if (outcome.kind === 'took' && !outcome.isMet)
      return [
        `${isPage ? 'The page' : 'Taking it'} took ${spanText(outcome.ms)}; ${goal}: find out what held it up.`,
      ];
    return [];
  });
}

function steps({ checklist, people }: Postmortem): readonly string[] {
  const all = checklist?.steps ?? [];
  const begun = all.filter(({ how }) => how === 'taken');
  const open = all.filter(({ how }) => how === 'open');
  return [
    ...begun.map(
      ({ title, by }) =>
        `"${title}" was started${by === undefined ? '' : ` by ${by.name}`} and not finished.`,
    ),
    ...(open.length > 0 && people.length > 0
      ? [
          `Not done: ${open.map(({ title }) => `"${title}"`).join(', ')}. Do them, or say why they do not apply.`,
        ]
      : []),
  ];
}

function again({ similar }: Postmortem): readonly string[] {
  if (similar.length < oftenBefore) return [];
  const numbers = similar.map(({ incident }) => `#${incident}`).join(', ');
  return [`The same cause came before (${numbers}): look for the root cause.`];
}
