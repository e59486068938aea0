// The names of everything kept in Redis: one hash tag, so that a cluster keeps all of it on one node.

/** The braces are Redis Cluster's hash tag: every key with it lives in one slot, so scripts may touch several. */
export const prefix = '{pitwatch}';

/** What is published in one database of a server is heard in all of them: stands for the number until a link puts its own there. */
const databaseMark = `${prefix}:pw:@:`;

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
  pulseChannel: channel('pulse'),
  holds: own('holds'),
  stops: own('stops'),
  ticket: own('ticket:'),
  ask: own('ask:'),
  askChannel: channel('asks:'),
  ticketDeadlines: own('tickets:deadlines'),
  ticketsReady: own('tickets:ready'),
  ticketsDone: own('tickets:done'),
  claims: own('claims'),
  claimsTaken: own('claims:taken'),
  answerChannel: channel('answers:'),
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
  canaryChannel: channel('canary:'),
  postsPending: own('posts-pending'),
  postChannel: channel('posts-wake'),
  letters: own('letters'),
  letterParcels: own('letter-parcels'),
  letterCount: own('letters-count'),
  refusedChannel: channel('refused'),
  audit: own('audit'),
  auditHead: own('audit-head'),
  auditCheckpoint: own('audit-checkpoint'),
  storeProbe: own('store-probe'),
} as const;

function channel(name: string): string {
  return `${databaseMark}${name}`;
}

/** A script, or the name of a channel, as the desk in this database means it; in the first one it has no number, as it always was. */
export function inDatabase(text: string, database: number): string {
  return text.replaceAll(databaseMark, `${prefix}:pw:${database === 0 ? '' : `@${database}:`}`);
}

function own(name: string): string {
  return `${prefix}:pw:${name}`;
}

/** Safe inside a queue name and a job id. */
export function escaped(name: string): string {
  // A half character has no address; such a name is nobody's, and must not end whoever looks for it.
  const sound = Buffer.from(name).toString();
  return encodeURIComponent(sound).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}
