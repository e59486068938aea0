// A command planned for one person: over the part of the desk they may see, and refused where it names more.
import { may, mayReach, type AccessPolicy, type Action, type Actor, type Denied } from '../domain/access.ts';
import { reachOf, reachOfIncident } from '../domain/grant.ts';
import type { Task } from '../domain/job.ts';
import { nearest } from '../domain/nearest.ts';
import { narrowed } from '../domain/narrowed-desk.ts';
import type { Command, Plan, PlanContext, Typed } from './command.ts';

export function actionOf({ name, tier }: Pick<Command, 'name' | 'tier'>): Action {
  return { command: name, tier };
}

/** The context as this person may see it. */
export function contextFor(
  context: PlanContext,
  command: Command,
  actor: Actor,
  policy: AccessPolicy,
): PlanContext {
  const desk = narrowed(context.desk, actor.roles, actionOf(command), policy);
  if (desk === context.desk) return context;
  const incidents = context.incidents?.filter(
    ({ incident }) =>
      mayReach(actor.roles, actionOf(command), reachOfIncident(incident), policy).kind === 'allowed',
  );
  return { ...context, desk, ...(incidents === undefined ? {} : { incidents }) };
}

/** Pure as the command's own plan; throws only what that throws. */
export function planFor(
  command: Command,
  typed: Typed,
  context: PlanContext,
  actor: Actor,
  policy: AccessPolicy,
): Plan | Denied {
  const seen = contextFor(context, command, actor, policy);
  const plan = command.plan(typed, seen);
  const judge = (task: Task): Denied | undefined => {
    const verdict = may(actor, actionOf(command), reachOf(task), policy);
    return verdict.kind === 'denied' ? verdict : undefined;
  };
  if (plan.kind === 'task') return judge(plan.task) ?? { ...plan, task: saying(plan.task, typed, seen) };
  if (seen === context || plan.answer.kind !== 'refusal') return plan;
  // Refused over what they may see; if the whole desk would have done it, the reason is a right they lack, not a typo.
  const whole = command.plan(typed, context);
  return (whole.kind === 'task' ? judge(whole.task) : undefined) ?? plan;
}

/** Asked of the whole desk, the report says that it is not the whole one. */
function saying(task: Task, typed: Typed, { desk }: PlanContext): Task {
  const { hidden = 0 } = desk;
  const named = Object.values(typed).some((value) => value !== undefined && value.trim() !== '');
  if (task.kind !== 'examine' || hidden === 0 || named) return task;
  return {
    ...task,
    title: `${task.title}, without ${hidden} suite${hidden === 1 ? '' : 's'} not open to you`,
  };
}

/** A command of an earlier version, or none of ours. */
export function unknownCommand(
  name: string,
  known: readonly string[],
): { readonly text: string; readonly wayOut: string } {
  const near = nearest(name, known);
  return {
    text: `The command /${name.slice(0, 40)} no longer exists.`,
    wayOut: near.length === 0 ? 'Type /help to see what there is.' : `Did you mean /${near.join(' or /')}?`,
  };
}
