// The simulated accounts: who owns them, what is on them, and how their brackets work.
import { Dec, type JsonRow } from './json.ts';

export interface AccountSpec {
  readonly id: number;
  readonly name: string;
  readonly balanceCents: number;
  /** `auto-oco` accepts brackets on placement; `position` refuses them, as the platform does by default. */
  readonly brackets: 'auto-oco' | 'position';
}

export interface SimAccount extends AccountSpec {
  readonly username: string;
  balanceCents: number;
  canTrade: boolean;
}

export const defaultAccounts: readonly AccountSpec[] = [
  { id: 901, name: 'PRAC-V2-1', balanceCents: 5_031_240, brackets: 'auto-oco' },
  { id: 902, name: 'EXPRESS-V2-9', balanceCents: 5_180_015, brackets: 'position' },
];

/** Express accounts say `simulated: true` too. */
export function accountRow(account: SimAccount): JsonRow {
  return {
    id: account.id,
    name: account.name,
    balance: new Dec(account.balanceCents / 100, 2),
    canTrade: account.canTrade,
    isVisible: true,
    simulated: true,
  };
}
