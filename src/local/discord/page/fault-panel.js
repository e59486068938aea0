// The fault panel: trouble for the simulated gateway and for the local Discord at one press, what is on, and an end to it.
import { html, useEffect, useRef, useState } from '/page/vendor/preact.js';
import { faultsOf, goFlat, loadPositions, takePosition } from './desk-api.js';
import { FaultForm } from './fault-form.js';
import {
  aboutFault,
  activeOf,
  builtInCatalogue,
  catalogueOf,
  discordFaults,
  positionAt,
  positions,
  scenarios,
} from './fault-lists.js';
import { Icon } from './icon.js';
import { useNow } from './markdown-view.js';
import { countdown } from './timestamps.js';

const lookEveryMs = 2_000;
const gatewayFaults = faultsOf('/local/gateway');
const localFaults = faultsOf('/local');

export function FaultPanel({ state, act }) {
  const withGateway = state.desk.gateway;
  const [catalogue, setCatalogue] = useState(builtInCatalogue);
  const [active, setActive] = useState([]);
  const [local, setLocal] = useState([]);
  const [exposure, setExposure] = useState();
  const [problem, setProblem] = useState();
  const [told, setTold] = useState('');
  const alive = useRef(true);

  const quietly = (promise, then, otherwise) =>
    promise.then(
      (answer) => alive.current && then(answer),
      () => alive.current && otherwise?.(),
    );
  const look = () => {
    void quietly(localFaults.list(), (answer) => setLocal(activeOf(answer)));
    if (!withGateway) return;
    void quietly(gatewayFaults.list(), (answer) => setActive(activeOf(answer)));
    void quietly(
      loadPositions(),
      (answer) => setExposure(exposureOf(answer)),
      () => setExposure(undefined),
    );
  };
  useEffect(() => {
    alive.current = true;
    if (withGateway) void quietly(gatewayFaults.catalogue(), (answer) => setCatalogue(catalogueOf(answer)));
    look();
    const timer = setInterval(look, lookEveryMs);
    return () => {
      alive.current = false;
      clearInterval(timer);
    };
  }, [withGateway]);

  const carryOut = async (what, run) => {
    setProblem(undefined);
    try {
      await run();
      setTold(what);
    } catch (error) {
      setProblem(error.message);
    }
    look();
  };
  const start = (title, fault) => carryOut(`${title}: on`, () => gatewayFaults.start(fault));
  const hold = ({ title, position }) =>
    carryOut(`Position: ${title}`, async () => {
      // What was held before goes first, so that a press always ends in what it says.
      await goFlat();
      if (position !== undefined) await takePosition({ ...positionAt, ...position });
    });

  return html`<aside class="panel" aria-label="Faults" data-testid="fault-panel">
    <header class="bar">
      <${Icon} name="bolt" /><h2>Faults</h2>
      <button type="button" class="icon-button" aria-label="Close the fault panel" onClick=${act.closeSide}><${Icon} name="close" /></button>
    </header>
    <div class="panel-body">
      <p class="hidden" role="status">${told}</p>
      ${problem && html`<p class="trouble" role="alert">${problem}</p>`}
      <${Active} active=${active} local=${local} catalogue=${catalogue} onEnd=${(fault, isLocal) => carryOut('Ended', () => (isLocal ? localFaults : gatewayFaults).end(fault.id))} />
      ${
        withGateway
          ? html`<section>
              <h3>Break the gateway</h3>
              <div class="scenarios">
                ${scenarios.map(
                  (
                    one,
                  ) => html`<button key=${one.id} type="button" class="scenario" data-testid=${`scenario-${one.id}`} onClick=${() => start(one.title, one.fault)}>
                  <strong>${one.title}</strong><small>${one.detail}</small>
                </button>`,
                )}
              </div>
            </section>
            <section>
              <h3>What is at stake</h3>
              <div class="scenarios three">
                ${positions.map(
                  (
                    one,
                  ) => html`<button key=${one.id} type="button" class=${`scenario${exposure === one.id ? ' on' : ''}`} aria-pressed=${exposure === one.id} data-testid=${`position-${one.id}`} onClick=${() => hold(one)}>
                  <strong>${one.title}</strong><small>${one.detail}</small>
                </button>`,
                )}
              </div>
            </section>
            <section>
              <h3>Any fault</h3>
              <${FaultForm} catalogue=${catalogue} onStart=${(entry, fault) => start(entry.name, fault)} />
            </section>`
          : html`<p class="muted">No simulated gateway runs here, so only the local Discord can be broken.</p>`
      }
      <section>
        <h3>Break the local Discord</h3>
        <${LocalForm} onStart=${(name, fault) => carryOut(`${name}: on`, () => localFaults.start(fault))} />
      </section>
    </div>
  </aside>`;
}

/** Which of the three position buttons shows what the account holds; undefined where it is something else. */
function exposureOf(answer) {
  const accounts = answer?.accounts ?? [];
  if (accounts.every((account) => account.positions.length === 0)) return 'flat';
  const guarded = (account, position) =>
    account.workingOrders.some(
      (order) => order.contractId === position.contractId && [4, 5].includes(order.type),
    );
  const all = accounts.flatMap((account) => account.positions.map((position) => guarded(account, position)));
  return all.every(Boolean) ? 'protected' : 'unprotected';
}

function Active({ active, local, catalogue, onEnd }) {
  const now = useNow(active.length > 0);
  if (active.length + local.length === 0) return null;
  const nameOf = (code) =>
    (catalogue.find((entry) => entry.fault === code) ?? discordFaults.find((entry) => entry.fault === code))
      ?.name ?? code;
  const row = (fault, isLocal) => html`<li key=${`${isLocal}${fault.id}`}>
    <span><strong>${nameOf(fault.fault)}</strong><small>${aboutFault(fault)}</small></span>
    <span class="countdown" data-testid="countdown">
      ${fault.state === 'scheduled' ? `in ${countdown(fault.startAt - now)}` : fault.endsAt ? countdown(fault.endsAt - Math.max(now, fault.startAt)) : 'until ended'}
    </span>
    <button type="button" class="button danger small" data-testid="end-fault" aria-label=${`End ${nameOf(fault.fault)}`} onClick=${() => onEnd(fault, isLocal)}>End</button>
  </li>`;
  return html`<section class="active-faults" data-testid="active-faults">
    <h3>On now</h3>
    <ul>${active.map((fault) => row(fault, false))}${local.map((fault) => row(fault, true))}</ul>
  </section>`;
}

function LocalForm({ onStart }) {
  const [code, setCode] = useState('rate-limit');
  const [times, setTimes] = useState('1');
  const [ms, setMs] = useState('2000');
  const [route, setRoute] = useState('');
  const entry = discordFaults.find((one) => one.fault === code);
  const submit = (event) => {
    event.preventDefault();
    const fault = { fault: code };
    if (times.trim() !== '') fault.times = Number(times);
    if (entry.timed && ms.trim() !== '') fault.ms = Number(ms);
    if (route.trim() !== '') fault.route = route.trim();
    onStart(entry.name, fault);
  };
  return html`<form class="fault-form" onSubmit=${submit} data-testid="local-fault-form">
    <label>Fault<select value=${code} onChange=${(event) => setCode(event.target.value)}>
      ${discordFaults.map((one) => html`<option key=${one.fault} value=${one.fault}>${one.name} — ${one.hint}</option>`)}
    </select></label>
    <div class="fault-fields">
      <label>Times<input inputmode="numeric" placeholder="until ended" value=${times} onInput=${(event) => setTimes(event.target.value)} /></label>
      ${entry.timed && html`<label>Milliseconds<input inputmode="numeric" value=${ms} onInput=${(event) => setMs(event.target.value)} /></label>`}
      <label>Only routes with<input placeholder="every route" value=${route} onInput=${(event) => setRoute(event.target.value)} /></label>
    </div>
    <button type="submit" class="button secondary">Start</button>
  </form>`;
}
