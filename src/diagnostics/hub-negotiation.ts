// Can a client that negotiates open a hub? Ours skips that step, so its own connection proves nothing of it.
import { negotiateBroken } from '../domain/connection-findings.ts';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { hubsText, openedHubs, some, withoutHubs } from '../domain/look.ts';
import { spanText } from '../domain/span.ts';
import type { HubName, RestRecord } from '../domain/suite.ts';

interface Answer {
  readonly hub: HubName;
  readonly record: RestRecord;
}

export default diagnostic({
  name: 'hub-negotiation',
  question: 'Can the hubs be negotiated with?',
  severity: 'high',
  scope: 'login',
  dependsOn: ['hub-connection'],
  topics: ['connection'],
  findings: { 'negotiate-broken': negotiateBroken },
  async examine({ login }, { signal }) {
    const skip = withoutHubs(login);
    if (skip !== undefined) return skip;
    const { negotiate } = login.reads;
    if (negotiate === undefined) return { status: 'skip', reason: 'negotiation is not asked on this login' };
    const answers = await Promise.all(
      openedHubs(login).map(async (hub): Promise<Answer> => ({ hub, record: await negotiate(hub, signal) })),
    );
    const broken = answers.filter(({ record }) => isBroken(record));
    const evidence = broken.map(evidenceOf);
    if (some(evidence)) {
      const hubs = broken.map(({ hub }) => hub);
      return {
        status: 'fail',
        finding: 'negotiate-broken',
        summary: `The ${hubsText(hubs)} ${hubs.length > 1 ? 'do' : 'does'} not negotiate: ${[...new Set(broken.map(({ record }) => wordsOf(record)))].join('; ')}. A suite whose client negotiates cannot connect again.`,
        evidence,
        remedy: 'Do not restart the suite now, and check its stops on the platform: it may not come back.',
        hubs,
      };
    }
    const asked = answers.filter(({ record }) => record.outcome === 'ok').map(evidenceOf);
    if (!some(asked)) {
      const why = answers[0]?.record.detail ?? 'nothing was asked';
      return { status: 'skip', reason: `the hubs’ negotiation could not be asked: ${why}` };
    }
    return { status: 'pass', summary: 'The hubs offer a connection to who negotiates.', evidence: asked };
  },
});

/** A 429 is an answer of a living hub, and what was not asked is none. */
function isBroken({ outcome }: RestRecord): boolean {
  return outcome !== 'ok' && outcome !== 'not-asked' && outcome !== 'rate-limited';
}

function wordsOf({ outcome, status, detail }: RestRecord): string {
  return status === undefined || status === 200 ? detail : `HTTP ${status} (${outcome})`;
}

function evidenceOf({ hub, record }: Answer): Evidence {
  return {
    label: `${hub} hub: negotiate`,
    value: record.outcome === 'ok' ? `offered in ${spanText(record.tookMs)}` : wordsOf(record),
    threshold: 'a connection is offered',
    source: record.path,
    at: record.at,
  };
}
