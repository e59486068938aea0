// The trap: one fault waits at one named point of the wire and strikes the first process that comes there.
import { nameOf, pass, type Meet, type Moment, type Step, type Verdict } from './wire.ts';

/** Where a fault strikes: the n-th time since it was armed. */
export interface Point {
  readonly step: string;
  readonly moment: Moment;
  readonly nth: number;
}

export const wordsOf = ({ step, moment, nth }: Point): string =>
  `${step}, ${moment === 'before' ? 'asked and not heard' : 'done and the answer not arrived'}${nth === 1 ? '' : `, time ${nth}`}`;

export interface Trap<Who> {
  /** What a process of that name is to ask at every step. */
  meetFor(who: Who): Meet;
  arm(point: Point, strike: (who: Who, step: Step) => Verdict): void;
  disarm(): void;
  /** Writes down every step until it is called back. */
  listen(): () => readonly Step[];
  /** What becomes of every step while something lasts, such as an outage; undefined = nothing lasts. */
  meanwhile: Meet | undefined;
}

export function makeTrap<Who>(): Trap<Who> {
  let armed:
    | { readonly point: Point; left: number; readonly strike: (who: Who, step: Step) => Verdict }
    | undefined;
  let heard: Step[] | undefined;
  const trap: Trap<Who> = {
    meanwhile: undefined,
    meetFor: (who) => (step, moment) => {
      if (moment === 'before') heard?.push(step);
      if (armed !== undefined && moment === armed.point.moment && nameOf(step) === armed.point.step) {
        armed.left -= 1;
        if (armed.left === 0) {
          const { strike } = armed;
          armed = undefined;
          return strike(who, step);
        }
      }
      return trap.meanwhile?.(step, moment) ?? pass;
    },
    arm(point, strike) {
      armed = { point, left: point.nth, strike };
    },
    disarm() {
      armed = undefined;
    },
    listen() {
      const steps: Step[] = [];
      heard = steps;
      return () => {
        heard = undefined;
        return steps;
      };
    },
  };
  return trap;
}
