// Does anything still come through each hub's socket: answers to our pings, frames, pings of the server?
import { hubHalfOpen } from '../domain/connection-findings.ts';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { hubCondition, pingFailMs } from '../domain/hub-condition.ts';
import { connectedHubs, hubsText, lookOf, some, withoutHubs } from '../domain/look.ts';
import { spanText } from '../domain/span.ts';

export default diagnostic({
  name: 'half-open',
  question: 'Are the sockets alive?',
  severity: 'critical',
  scope: 'login',
  dependsOn: ['hub-connection'],
  topics: ['connection'],
  findings: {
    'hub-half-open': hubHalfOpen,
    'hub-silent': {
      title: 'Hub is unusually silent',
      meaning: 'Nothing has been received for longer than the server’s usual ping interval of 15 s.',
      causes: ['a slow or stuck hub server', 'the first sign of a dead link'],
      next: ['Run /connection again in a few seconds'],
    },
  },
  examine({ login }, context) {
    const skip = withoutHubs(login);
    if (skip !== undefined) return skip;
    const { now, thresholds } = context;
    const hubs = connectedHubs(login);
    if (hubs.length === 0) return { status: 'skip', reason: 'no hub is connected' };
    const look = lookOf(context);
    const links = hubs.map((view) => {
      const frameAt = view.lastFrameAt ?? (view.state.kind === 'connected' ? view.state.sinceAt : now);
      return {
        view,
        silentMs: now - frameAt,
        dead: hubCondition(login, view.hub, look).kind === 'half-open',
      };
    });
    const evidenceOf = ({ view, silentMs }: (typeof links)[number]): Evidence => {
      const unanswered =
        view.pingUnansweredSinceAt === undefined ? 0 : Math.max(0, now - view.pingUnansweredSinceAt);
      const ping =
        view.lastPongAt === undefined
          ? 'pings not answered by this server'
          : unanswered >= pingFailMs
            ? `ping unanswered for ${spanText(unanswered)}`
            : `ping answered ${spanText(now - view.lastPongAt)} ago${view.pongRttMs === undefined ? '' : ` in ${Math.round(view.pongRttMs)} ms`}`;
      return {
        label: `${view.hub} hub: last frame`,
        value: `${spanText(silentMs)} ago; ${ping}`,
        threshold: `warn over ${spanText(thresholds.silenceWarnMs)}, fail over ${spanText(thresholds.silenceFailMs)}; ping ${spanText(pingFailMs)}`,
        source: `${view.hub} hub socket`,
        at: now - silentMs,
      };
    };
    const dead = links.filter((link) => link.dead);
    const deadEvidence = dead.map(evidenceOf);
    if (some(deadEvidence)) {
      return {
        status: 'fail',
        finding: 'hub-half-open',
        summary: `The ${hubsText(dead.map(({ view }) => view.hub))} ${dead.length > 1 ? 'look' : 'looks'} connected, but nothing comes through the socket.`,
        evidence: deadEvidence,
        remedy:
          'Check that the suite’s own client noticed the dead link and reconnected; restart the suite if not.',
        hubs: dead.map(({ view }) => view.hub),
      };
    }
    const silent = links.filter(({ silentMs }) => silentMs >= thresholds.silenceWarnMs);
    const silentEvidence = silent.map(evidenceOf);
    if (some(silentEvidence)) {
      return {
        status: 'warn',
        finding: 'hub-silent',
        summary: `The ${hubsText(silent.map(({ view }) => view.hub))} has sent nothing for ${spanText(Math.max(...silent.map(({ silentMs }) => silentMs)))}.`,
        evidence: silentEvidence,
        remedy: 'Ask again in a few seconds; if it stays silent, restart the suite’s hub connection.',
        severity: 'medium',
        hubs: silent.map(({ view }) => view.hub),
      };
    }
    return {
      status: 'pass',
      summary: `The ${hubsText(hubs.map(({ hub }) => hub))} ${hubs.length > 1 ? 'sockets answer' : 'socket answers'}.`,
      evidence: links.map(evidenceOf),
    };
  },
});
