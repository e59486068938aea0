// Measures this process while it hosts logins: memory over hours, lateness of the event loop, open handles.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Clock } from '../domain/clock.ts';
import type { HostSample, HostView, LoopView } from '../domain/host-view.ts';

/** What the process itself can be asked; given, so that tests bring their own. */
export interface HostProbe {
  /** Undefined where the system does not say just now. */
  memory(): Omit<HostSample, 'at'> | undefined;
  readonly heapLimit: number;
  /** Of the time since it was asked last. */
  loop(): Omit<LoopView, 'windowMs'>;
  /** All its lateness until now, ms. */
  lateMs(): number;
  /** The kinds of what is open, one entry each. */
  handles(): readonly string[];
  listenerWarnings(): number;
  close(): void;
}

export interface HostMeter {
  view(): HostView;
  close(): void;
}

const loopEveryMs = 10_000;
const firstLoopMs = 1_000;
const leastLoopMs = 50;
/** Loop readings that make the last minute. */
const loopsKept = 6;
const memoryEveryMs = 30_000;
const samplesKept = 720;
const stallMs = 1_000;
const stallsKept = 20;

export function measureHost(clock: Clock, probe: HostProbe = nodeProbe()): HostMeter {
  const measuredSinceAt = clock.now();
  let samples: HostSample[] = [];
  let apartMs = memoryEveryMs;
  let loops: LoopView[] = [];
  let loopReadAt = measuredSinceAt;
  let stalls: HostView['stalls'] = [];
  let handles: HostView['handles'] = {};

  const takeMemory = (): void => {
    const at = clock.now();
    if (at - (samples.at(-1)?.at ?? 0) < apartMs) return;
    handles = countOf(probe.handles());
    const memory = probe.memory();
    if (memory === undefined) return;
    samples.push({ at, ...memory });
    if (samples.length <= samplesKept) return;
    samples = samples.filter((_, index) => index % 2 === 0);
    apartMs *= 2;
  };
  const takeLoop = (): void => {
    const at = clock.now();
    const loop = probe.loop();
    loops = [...loops, { ...loop, windowMs: at - loopReadAt }].slice(-loopsKept);
    loopReadAt = at;
    if (loop.maxMs >= stallMs) stalls = [...stalls, { at, ms: loop.maxMs }].slice(-stallsKept);
  };
  const stops = [
    clock.every(memoryEveryMs, takeMemory),
    clock.every(loopEveryMs, takeLoop),
    // So that there is something to tell soon after the start.
    clock.after(firstLoopMs, takeLoop),
  ];
  takeMemory();
  probe.loop();

  return {
    view() {
      // Asked before the first reading was due: what there is so far is more than nothing.
      if (loops.length === 0 && clock.now() - loopReadAt >= leastLoopMs) takeLoop();
      return {
        measuredSinceAt,
        samples,
        heapLimit: probe.heapLimit,
        loop: joined(loops),
        stalls,
        lateMs: probe.lateMs(),
        handles,
        listenerWarnings: probe.listenerWarnings(),
      };
    },
    close() {
      for (const stop of stops) stop();
      probe.close();
    },
  };
}

/** The worst of each reading: a stall is not averaged away. */
function joined(loops: readonly LoopView[]): LoopView | undefined {
  const windowMs = loops.reduce((sum, loop) => sum + loop.windowMs, 0);
  if (windowMs === 0) return undefined;
  return {
    windowMs,
    p50Ms: Math.max(...loops.map(({ p50Ms }) => p50Ms)),
    p99Ms: Math.max(...loops.map(({ p99Ms }) => p99Ms)),
    maxMs: Math.max(...loops.map(({ maxMs }) => maxMs)),
    busy: loops.reduce((sum, loop) => sum + loop.busy * loop.windowMs, 0) / windowMs,
  };
}

function countOf(kinds: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** The monitor's own timer: what it measures is the time between two of its ticks, so this much is no lateness. */
const resolutionMs = 10;
/** A timer of this pace tells how much lateness there was between two instants, which the monitor does not; usual jitter is none. */
const tickMs = 100;
const jitterMs = 50;

export function nodeProbe(): HostProbe {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let used = performance.eventLoopUtilization();
  let warnings = 0;
  const onWarning = (warning: Error): void => {
    if (warning.name === 'MaxListenersExceededWarning') warnings += 1;
  };
  process.on('warning', onWarning);
  let lateMs = 0;
  let tickAt = performance.now();
  const untold = (): number => {
    const late = performance.now() - tickAt - tickMs;
    return late >= jitterMs ? late : 0;
  };
  const ticking = setInterval(() => {
    lateMs += untold();
    tickAt = performance.now();
  }, tickMs).unref();
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  return {
    heapLimit: getHeapStatistics().heap_size_limit,
    memory() {
      try {
        const { heapUsed, rss, external } = process.memoryUsage();
        return { heapUsed, rss, external };
      } catch {
        // It is read from a file, and a process that has opened all that it may open cannot read it: no reason to end.
        return undefined;
      }
    },
    loop() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, used);
      used = now;
      const seen = delay.count > 0;
      const reading = {
        p50Ms: seen ? late(delay.percentile(50)) : 0,
        p99Ms: seen ? late(delay.percentile(99)) : 0,
        maxMs: seen ? late(delay.max) : 0,
        busy: utilization,
      };
      delay.reset();
      return reading;
    },
    lateMs: () => lateMs + untold(),
    handles: () => process.getActiveResourcesInfo(),
    listenerWarnings: () => warnings,
    close() {
      clearInterval(ticking);
      delay.disable();
      process.off('warning', onWarning);
    },
  };
}
