// /orders: the questions about a suite's orders, and its orders; with a number, one order's whole life.
import type { Command } from '../src/discord/command.ts';
import { matching } from '../src/domain/nearest.ts';
import { findSuite } from '../src/domain/roster.ts';
import { questionsAbout, suiteOption } from '../src/domain/suite-examination.ts';

export default {
  name: 'orders',
  description: 'Examine the orders of a suite, or show the history of one',
  tier: 'read',
  options: [
    suiteOption,
    {
      name: 'order',
      description: 'An order number: its history as a timeline',
      required: false,
      complete: (typed, { desk }, { suite }) => {
        const orders = desk.pulses
          .flatMap(({ suites }) => suites)
          .filter((one) => suite === undefined || one.suite === suite.trim().toLowerCase())
          .flatMap((one) => one.orders ?? []);
        return matching(typed, orders, ({ id, words }) => [id, words]).map(({ id, words }) => ({
          name: `${id} · ${words}`,
          value: id,
        }));
      },
    },
  ],
  plan({ suite, order }, { desk, diagnostics }) {
    const lookup = findSuite(desk, suite ?? '');
    if (lookup.kind === 'unknown') {
      return { kind: 'answer', answer: { kind: 'refusal', text: lookup.text, wayOut: lookup.wayOut } };
    }
    const subject = (order ?? '').trim().replace(/^#/, '');
    if (subject !== '' && !/^\d{1,20}$/.test(subject)) {
      return {
        kind: 'answer',
        answer: {
          kind: 'refusal',
          text: `"${subject.slice(0, 40)}" is not an order number.`,
          wayOut: `Pick one from the list while you type, or see them all with /orders ${lookup.suite.suite}.`,
        },
      };
    }
    const title =
      subject === ''
        ? `Orders of ${lookup.suite.suite}`
        : `Orders of ${lookup.suite.suite}, with order ${subject}`;
    return {
      kind: 'task',
      task: {
        kind: 'examine',
        title,
        parts: [lookup.part],
        diagnostics: questionsAbout('orders', diagnostics),
        exhibits: ['order-timeline', 'orders'],
        ...(subject === '' ? {} : { subject }),
      },
    };
  },
} satisfies Command;
