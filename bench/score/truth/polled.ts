// What is right where a login is watched by polling REST alone: much of the catalogue happens on the hubs, and shows nowhere else.
import { harmless, type ScoredFault } from './scored.ts';

/** Codes of faults of hubs and of what they stream. A fill that only the hub lost is no fault to who asks REST. */
const onHubs = 'F1 F2 F3 F4 F5 F6 F7 F15 F16 F18 F19 F20 F26 F27 F28 F29 F30'.split(' ');
/** Variants of the others. Bars that differ from the prints, or lie a whole bar beside them, want prints to be found. */
const variants = [
  'F21 late',
  'F21 future',
  'F21 out of order',
  'F22 partial-repeated',
  'F22 differs',
  'F22 volume',
  'F22 shifted',
];
/** Where no print is seen, a minute without a bar may be one without a trade. */
const either = ['F22 gap'];

/** A stop that was refused may be known a moment before the position that it should have covered. */
const refusedStops = ['F9 protection rejected', 'story wrong-side-stop'];
/** The refusal comes a moment after the token is found to have ended, and who asks often is between the two. */
const refusedLater = 'F14 ';

/** What may be said of it first. */
export function rightOf({ name, right }: ScoredFault, polled: boolean): readonly string[] {
  if (!polled) return right;
  if (onHubs.includes(name.split(' ')[0] ?? '') || variants.includes(name)) return [harmless];
  if (refusedStops.includes(name)) return [...right, 'order-rejected'];
  if (name.startsWith(refusedLater)) return [...right, 'session-expired'];
  return either.includes(name) ? [...right, harmless] : right;
}

export function isUnseen(fault: ScoredFault): boolean {
  return rightOf(fault, true).every((label) => label === harmless) && !fault.right.includes(harmless);
}
