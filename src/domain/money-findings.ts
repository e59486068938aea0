// What can be wrong with an account's money, told once for diagnostics and /explain.
import type { Explanation } from './diagnostic.ts';

export const balanceDisagrees: Explanation = {
  concern: 'money',
  title: 'Balance does not match the fills',
  meaning:
    'The balance changed by a different amount than the fills in between explain (profit less fees and commissions), with every fill read over REST.',
  causes: [
    'a fill booked with a wrong profit, fee or commission',
    'a voided fill that was not taken back, or taken back twice',
    'a correction by the firm at the moment of a trade',
  ],
  next: ['/pnl', 'Compare with the statement on the platform', 'Send the rows to the firm’s support'],
};

export const balanceJumped: Explanation = {
  concern: 'money',
  title: 'Balance moved without a trade',
  meaning: 'The balance changed while no fill was made or voided, and Trade/search knows of none either.',
  causes: ['a payout or a deposit', 'a reset of the account', 'a correction, fee or fine booked by the firm'],
  next: ['/pnl', 'Look for a payout, reset or correction on the platform', 'Ask the firm’s support'],
};

export const fillEarnedWrong: Explanation = {
  concern: 'money',
  title: 'A fill’s booked profit is wrong',
  meaning:
    'A closing fill’s booked profit is not the price difference to the fills it closed times the point value, neither FIFO nor by average price.',
  causes: ['a booking error at the gateway', 'a wrong tick value', 'a price corrected after the fact'],
  next: ['/pnl', 'Compare the fill with the platform', 'Send the fill’s id to the firm’s support'],
};

export const tradeVoided: Explanation = {
  concern: 'truth',
  title: 'A trade was voided',
  meaning: 'The gateway voided a fill after the fact: the suite’s own position and profit may be wrong.',
  causes: ['the exchange or the firm busted the trade', 'a correction of a bad price'],
  next: ['/pnl', 'Compare position and stop with the platform', 'Restart the suite from the true position'],
};

export const costsChanged: Explanation = {
  concern: 'money',
  title: 'Fees or commissions changed',
  meaning: 'A contract’s cost per lot differs from that of earlier fills.',
  causes: ['a new fee schedule', 'another commission plan', 'a booking error'],
  next: ['/pnl', 'Compare with the firm’s fee schedule', 'Set the new costs in the suite'],
};

export const costsMissing: Explanation = {
  concern: 'money',
  title: 'Fills without fees',
  meaning:
    'Some fills carry no fees, on the hub and over REST, so their net result is not known. Missing commissions alone are no finding: not every gateway reports them.',
  causes: ['an incomplete row', 'an older gateway'],
  next: ['/pnl', 'Trust the balance, not the sum of fills'],
};

export const averageDisagrees: Explanation = {
  concern: 'money',
  title: 'Position’s average price does not match its fills',
  meaning:
    'The average price the gateway reports is more than half a tick away from that of the position’s fills.',
  causes: ['a fill Pitwatch does not know', 'a fill voided or repriced after the fact', 'a booking error'],
  next: ['/positions', '/pnl', 'Compare with the platform'],
};
