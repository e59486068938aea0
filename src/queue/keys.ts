// The names of everything kept in Redis: one hash tag, so that a cluster keeps all of it on one node.

/** The braces are Redis Cluster's hash tag: every key with it lives in one slot, so scripts may touch several. */
export const prefix = '{pitwatch}';

/** Queue names of the engine; what varies is escaped, because the engine refuses `:`. */
export const queueNames = {
  host: (login: string) => `host-${escaped(login)}`,
  /** A person waits for the answer. */
  ask: (login: string) => `ask-${escaped(login)}`,
  /** For a thread: nobody waits for it in seconds. */
  evidence: (login: string) => `evidence-${escaped(login)}`,
  bot: 'bot',
} as const;

/** Keys of our own begin with `pw:`, which no queue name can. */
export const keys = {
  roster: own('roster'),
  pulses: own('pulses'),
  pulseChannel: own('pulse'),
  holds: own('holds'),
  stops: own('stops'),
  ticket: own('ticket:'),
  ask: own('ask:'),
  askChannel: own('asks:'),
  ticketDeadlines: own('tickets:deadlines'),
  ticketsReady: own('tickets:ready'),
  ticketsDone: own('tickets:done'),
  claims: own('claims'),
  claimsTaken: own('claims:taken'),
  answerChannel: own('answers:'),
  incident: own('incident:'),
  incidentPosts: own('posts:'),
  incidentPostIds: own('post-ids:'),
  incidentsOpen: own('incidents:open'),
  incidentsResolved: own('incidents:resolved'),
  incidentVersions: own('incidents:versions'),
  incidentCount: own('incidents:count'),
  timeline: own('timeline:'),
  silences: own('silences'),
  oncall: own('oncall'),
  pagerRound: own('pager-round'),
  discordTrouble: own('discord-trouble'),
  liveness: own('liveness:'),
  canaryChannel: own('canary:'),
  postsPending: own('posts-pending'),
  postChannel: own('posts-wake'),
  letters: own('letters'),
  letterParcels: own('letter-parcels'),
  letterCount: own('letters-count'),
  refusedChannel: own('refused'),
  audit: own('audit'),
  auditHead: own('audit-head'),
  auditCheckpoint: own('audit-checkpoint'),
  storeProbe: own('store-probe'),
} as const;

function own(name: string): string {
  return `${prefix}:pw:${name}`;
}

/** Safe inside a queue name and a job id. */
export function escaped(name: string): string {
  return encodeURIComponent(name).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}
