// The page of everything that can be found: the severity matrix, what depends on what, and each finding with its causes and next steps.
import { knownFindings } from '../../src/catalogue.ts';
import type { Detector } from '../../src/domain/detector.ts';
import type { Diagnostic } from '../../src/domain/diagnostic.ts';
import { severityMatrix } from '../../src/domain/severity.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [row(headings), `|${headings.map(() => '---|').join('')}`, ...rows.map(row)];
}

const stakes = ['unprotected', 'unknown', 'protected', 'flat'] as const;

function matrix(): readonly string[] {
  return table(
    ['concern', 'market', ...stakes.map((stake) => (stake === 'flat' ? 'flat' : `position ${stake}`))],
    Object.entries(severityMatrix).flatMap(([concern, phases]) =>
      (['open', 'closed'] as const).map((phase) => [
        concern,
        phase,
        ...stakes.map((stake) => phases[phase][stake]),
      ]),
    ),
  );
}

function graph(diagnostics: readonly Diagnostic[]): readonly string[] {
  return [
    '```mermaid',
    'graph TD',
    ...diagnostics.flatMap(({ name, dependsOn }) =>
      dependsOn.length === 0 ? [`  ${name}`] : dependsOn.map((cause) => `  ${cause} --> ${name}`),
    ),
    '```',
  ];
}

/** Markdown; the same for the same units, whatever the order they are given in. */
export function findingsPage(diagnostics: readonly Diagnostic[], detectors: readonly Detector[]): string {
  const known = knownFindings(diagnostics, detectors);
  const pages = new Set([
    ...detectors.flatMap((detector) => Object.keys(detector.findings)),
    ...diagnostics.flatMap(({ alarms }) => alarms ?? []),
  ]);
  return [
    '# Everything that can be found',
    '',
    'Written by `npm run docs` from the diagnostics and detectors themselves; `/explain` says the same.',
    '',
    '## How severe',
    '',
    'A finding with a concern is as severe as its row says, by what is at stake on the suite and whether its market is open.',
    '',
    ...matrix(),
    '',
    '## Causes before consequences',
    '',
    'A failure explains the failures of what depends on it, directly or through others.',
    '',
    ...graph(diagnostics),
    '',
    '## Questions',
    '',
    ...table(
      ['diagnostic', 'question', 'asked by', 'pages on'],
      diagnostics.map(({ name, question, topics = [], alarms = [] }) => [
        `\`${name}\``,
        question,
        ['/health', ...topics.map((topic) => `/${topic}`)].join(' '),
        alarms.map((alarm) => `\`${alarm}\``).join(' '),
      ]),
    ),
    '',
    '## Findings',
    '',
    ...known.flatMap(({ finding, severity, explanation, source }) => [
      `### ${finding}`,
      '',
      `**${explanation.title}.** ${explanation.meaning}`,
      '',
      `- Usual causes: ${explanation.causes.join('; ')}.`,
      `- Next: ${explanation.next.join('; ')}.`,
      `- Severity: ${explanation.concern === undefined ? severity : `by the matrix, concern \`${explanation.concern}\``}${pages.has(finding) ? '; pages by itself' : ''}.`,
      `- Told by: ${source}.`,
      '',
    ]),
  ].join('\n');
}
