// What can be wrong with an account's money, told once for diagnostics and /explain.
import type { Explanation } from './diagnostic.ts';

export const balanceDisagrees: Explanation = {
  concern: 'money',
  title: 'Balance does not follow from the fills',
  meaning:
    'The balance moved by another amount than profit less fees and commissions of the fills in between, with every fill asked for over REST.',
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
  title: 'A fill’s profit is not price times point value',
  meaning:
    'A closing fill was booked with a profit that is not its price less that of the fills it closed, times the contract’s tick value; neither oldest first nor by average.',
  causes: ['a booking error at the gateway', 'a wrong tick value', 'a price corrected after the fact'],
  next: ['/pnl', 'Compare the fill with the platform', 'Send the fill’s id to the firm’s support'],
};

export const tradeVoided: Explanation = {
  concern: 'truth',
  title: 'A trade was voided',
  meaning:
    'The gateway took a fill back after the fact: the position and the profit the suite believes in may be wrong.',
  causes: ['the exchange or the firm busted the trade', 'a correction of a bad price'],
  next: ['/pnl', 'Compare position and stop with the platform', 'Restart the suite from the true position'],
};

export const costsChanged: Explanation = {
  concern: 'money',
  title: 'Fees or commissions changed',
  meaning: 'A contract’s cost per lot is not what it was in the fills before.',
  causes: ['a new fee schedule', 'another commission plan', 'a booking error'],
  next: ['/pnl', 'Compare with the firm’s fee schedule', 'Put the new costs into the suite'],
};

export const costsMissing: Explanation = {
  concern: 'money',
  title: 'Fills without fees',
  meaning:
    'Some fills carry no fees, on the hub and over REST, so their true result is not known. Commissions alone may be missing: not every gateway tells them.',
  causes: ['a row told incompletely', 'an older gateway'],
  next: ['/pnl', 'Trust the balance, not the sum of fills'],
};

export const averageDisagrees: Explanation = {
  concern: 'money',
  title: 'Position’s average price does not follow from its fills',
  meaning:
    'The average price the gateway tells is more than half a tick from that of the fills that make up the position.',
  causes: ['a fill that is not known', 'a fill voided or repriced after the fact', 'a booking error'],
  next: ['/positions', '/pnl', 'Compare with the platform'],
};
