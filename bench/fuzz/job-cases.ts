// What may lie in Redis in the place of a job: every kind of it, sealed by the desk itself with a wrong content, or by nobody at all.
import fc from 'fast-check';
import type { AnnouncementPost } from '../../src/domain/announcement.ts';
import type { IncidentNote, Post } from '../../src/domain/incident.ts';
import type { AskJob, ExamineTask, TaskTicket } from '../../src/domain/job.ts';
import { anAlert } from '../../test/fakes/alerts.ts';
import { finding, login, report } from '../../test/discord/presenter/reports.ts';
import { anIncident, aTicket } from '../../test/fixtures/incidents.ts';
import { ann, bob, night, pastIncident, playbook } from '../../test/fixtures/past-incident.ts';
import { mutants, mutantTexts, textOf } from './hostile.ts';

/** Stands for the case's own id. */
export const idMark = '@CASE';
const hourMs = 3_600_000;
const askedAt = Date.now();
const grant = { command: 'health', tier: 'read', guildId: '4', roles: ['7'] } as const;

export const examination: ExamineTask = {
  kind: 'examine',
  title: 'Health',
  parts: [{ login: 'desk', suites: ['mnq'] }],
  diagnostics: ['hub-connection', 'data-freshness'],
  exhibits: ['timeline'],
  subject: '31',
};
const ask: AskJob = {
  kind: 'ask',
  askId: idMark,
  login: 'desk',
  suites: ['mnq'],
  grant,
  askedAt,
  diagnostics: ['hub-connection', 'data-freshness'],
  exhibits: ['timeline'],
  subject: '31',
  deadlineAt: askedAt + hourMs,
};
const ticket: TaskTicket = { ...aTicket(idMark, hourMs), grant, task: examination };
const asked = { askedAt, deadlineAt: askedAt + hourMs };
const told = login('desk', [finding('data-freshness', 'fail'), finding('hub-connection', 'pass')]);
const results = [
  { ...asked, result: { kind: 'report', login: 'desk', report: told } },
  { ...asked, result: { kind: 'failed', login: 'desk', why: 'The examination did not end in its time.' } },
];

const over = { at: night + 60_000, missed: ['1 fill found over REST'], proof: 'quotes flow again' };
const { incident: card } = pastIncident({ id: idMark });
const alert = anAlert('hub-down', { login: 'desk', hub: 'market' }, night);
const notes: readonly IncidentNote[] = [
  { kind: 'joined', alert, mention: true },
  { kind: 'part-recovered', alert, recovery: over },
  { kind: 'recovered', card, downtimeMs: 60_000, recovery: over },
  { kind: 'acknowledged', by: ann, at: night },
  { kind: 'resolved-by-hand', by: ann, at: night, stillFiring: ['Market hub down'] },
  { kind: 'evidence-failed', why: 'Nobody answered.' },
  { kind: 'called', circle: 'secondary', why: 'nobody-moved', at: night },
  { kind: 'reminded', about: 'no-update', who: ann, at: night },
  { kind: 'assigned', by: ann, to: bob, at: night },
  { kind: 'noted', by: ann, text: 'Looking.', at: night },
  { kind: 'severity', by: ann, from: 'high', to: 'critical', at: night },
  { kind: 'flapping', turns: 4, at: night },
  { kind: 'digest', alerts: [alert], mention: false, at: night },
];
const head = { id: idMark, incident: idMark, queuedAt: askedAt };
const posts: readonly (Post | AnnouncementPost)[] = [
  { ...head, kind: 'page', card },
  { ...head, kind: 'page', card: anIncident(idMark) },
  { ...head, kind: 'card', card },
  {
    ...head,
    kind: 'steps',
    playbook: playbook.name,
    title: playbook.title,
    steps: playbook.steps,
    marks: {},
  },
  { ...head, kind: 'evidence', report: report([told]) },
  ...notes.map((note): Post => ({ ...head, kind: 'note', note })),
  {
    ...head,
    incident: idMark as 'desk',
    kind: 'announcement',
    told: { kind: 'hand-over', to: ann, from: bob, untilAt: askedAt + hourMs, open: ['#1'], called: [] },
  },
];

/** How a content came there: sealed as it should be, or by another way of lying about it. */
const manners = [
  ...['sealed', 'sealed', 'sealed', 'sealed', 'sealed', 'sealed', 'torn', 'bare', 'bare'],
  ...['expired', 'other-kind', 'other-id', 'other-key'],
] as const;
export type Manner = (typeof manners)[number];

/** `text` is JSON of the content; beside it what else stands at its place. */
export interface JobCase {
  readonly kind: 'ask' | 'evidence' | 'message' | 'ticket' | 'post' | 'parcel' | 'lease' | 'unreadable';
  readonly manner: Manner;
  readonly text: string;
  /** A result of a ticket, the refs of an incident, the job around a sealed text. */
  readonly beside: string;
  readonly at: number;
}

const kinds = (kind: JobCase['kind'], content: readonly unknown[], beside: fc.Arbitrary<string>) =>
  fc.record<JobCase>({
    kind: fc.constant(kind),
    manner: fc.constantFrom(...manners),
    text: mutants(content).map(textOf),
    beside,
    at: fc.nat(),
  });
const around = mutantTexts([{ sealed: idMark }, { sealed: idMark, name: 'ask' }]);
const refs = mutantTexts([
  { channelId: '3', messageId: '5', threadId: '5', sentAt: night, acceptedAt: night, threadName: 'x' },
  {},
]);

export const jobCases: fc.Arbitrary<JobCase> = fc.oneof(
  { weight: 300, arbitrary: kinds('ask', [ask, { ...ask, diagnostics: 'all' }], around) },
  { weight: 100, arbitrary: kinds('evidence', [ask], around) },
  { weight: 80, arbitrary: kinds('message', [ask], around) },
  {
    weight: 240,
    arbitrary: kinds(
      'ticket',
      [ticket, { ...ticket, task: { ...examination, incident: '12' } }],
      mutants(results).map(textOf),
    ),
  },
  { weight: 200, arbitrary: kinds('post', posts, refs) },
  {
    weight: 50,
    arbitrary: kinds(
      'parcel',
      [
        { kind: 'post', incident: '1', text: 'x' },
        { kind: 'answer', ready: '{"ticket":null,"why":"complete","results":{}}' },
        { kind: 'answer', ready: '{"results":null}' },
      ],
      mutantTexts([{ at: askedAt, what: 'post', id: '1', about: 'note of incident 1', why: 'refused' }]),
    ),
  },
  { weight: 20, arbitrary: kinds('lease', [{}], around) },
  { weight: 3, arbitrary: kinds('unreadable', [ask], around) },
);
