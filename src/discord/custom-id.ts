// What a button or form of ours is called, and what it means when it comes back; everything is in the name, nothing in memory.
import type { IncidentAct } from '../domain/job.ts';

export type Pressed = { readonly incident: string } & (
  | Exclude<IncidentAct, { readonly action: 'note' | 'assign' | 'severity' }>
  /** Opens the form in which a note is written. */
  | { readonly action: 'note' }
);

type Plain = 'acknowledge' | 'resolve' | 'rerun' | 'escalate' | 'note';

/** `incident:12:acknowledge` */
export function customId(incident: string, action: Plain): string {
  return `incident:${incident}:${action}`;
}

/** `incident:12:step:naked-position.now:done` */
export function stepId(
  incident: string,
  { playbook, step, how }: Omit<Extract<IncidentAct, { action: 'step' }>, 'action'>,
): string {
  return `incident:${incident}:step:${playbook}.${step}:${how}`;
}

const plainActions: readonly Plain[] = ['acknowledge', 'resolve', 'rerun', 'escalate', 'note'];
const hows = ['taken', 'done', 'passed'] as const;

/** What a button means; undefined = not one of ours. */
export function parseCustomId(text: string): Pressed | undefined {
  const [, incident, rest] = /^incident:([^:]{1,40}):(.{1,60})$/.exec(text) ?? [];
  if (incident === undefined || rest === undefined) return undefined;
  const action = plainActions.find((one) => one === rest);
  if (action !== undefined) return { incident, action };
  const [, playbook, step, said] = /^step:([a-z-]+)\.([a-z-]+):([a-z]+)$/.exec(rest) ?? [];
  const how = hows.find((one) => one === said);
  if (playbook === undefined || step === undefined || how === undefined) return undefined;
  return { incident, action: 'step', playbook, step, how };
}

/** The one field of the form. */
export const noteField = 'text';
