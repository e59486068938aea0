// Accounts, contracts and bars over REST.
import { accountRow } from './accounts.ts';
import type { BarUnit } from './bars.ts';
import { type ContractList, contractRow, priceOf } from './contracts.ts';
import type { Exchange } from './exchange.ts';
import { stamp } from './instants.ts';
import type { Market } from './market.ts';
import { endpoint, type Endpoints, failure, success } from './rest-call.ts';
import { BadRequest } from './rest-fields.ts';

const maxFound = 20;
const maxBars = 20_000;
/** Errors of retrieveBars, reference 4.1. */
const barError = { contractNotFound: 1, unitInvalid: 2, unitNumberInvalid: 3, limitInvalid: 4 } as const;

export interface MarketSources {
  readonly contracts: ContractList;
  readonly market: Market;
  readonly exchange: Exchange;
}

export function marketEndpoints({ contracts, market, exchange }: MarketSources): Endpoints {
  return {
    '/api/account/search': endpoint(({ fields, session }) => {
      const onlyActive = fields.optionalBool('onlyActiveAccounts') ?? false;
      const accounts = exchange.accounts(session.username).filter((one) => one.canTrade || !onlyActive);
      return success({ accounts: accounts.map(accountRow) });
    }),
    '/api/contract/search': endpoint(({ fields }) => {
      fields.optionalBool('live');
      const found = contracts.search(fields.optionalText('searchText') ?? '');
      return success({ contracts: found.slice(0, maxFound).map(contractRow) });
    }),
    '/api/contract/searchbyid': endpoint(({ fields }) => {
      const contract = contracts.byId(fields.text('contractId'));
      return contract === undefined
        ? failure(1, { contract: null })
        : success({ contract: contractRow(contract) });
    }),
    '/api/contract/available': endpoint(({ fields }) => {
      fields.optionalBool('live');
      return success({ contracts: contracts.all.map(contractRow) });
    }),
    '/api/history/retrievebars': endpoint(({ fields, now, shiftMs }) => {
      const contract = contracts.byId(fields.text('contractId'));
      // Some clients omit `live`; the gateway takes that as false.
      fields.optionalBool('live');
      const from = fields.instant('startTime');
      const to = fields.instant('endTime');
      const unit = fields.int('unit');
      const count = fields.int('unitNumber');
      const limit = fields.int('limit');
      const partial = fields.optionalBool('includePartialBar');
      if (partial === undefined)
        throw new BadRequest('includePartialBar', 'The includePartialBar field is required.');
      const refuse = (code: number) => failure(code, { bars: null });
      if (contract === undefined) return refuse(barError.contractNotFound);
      if (unit < 1 || unit > 6) return refuse(barError.unitInvalid);
      if (count < 1) return refuse(barError.unitNumberInvalid);
      if (limit < 1 || limit > maxBars) return refuse(barError.limitInvalid);
      const request = { unit: unit as BarUnit, count, from, to, limit, partial, now: now + shiftMs, shiftMs };
      const bars = market
        .bars(contract)
        .bars(request)
        .map((bar) => ({
          t: stamp(bar.at),
          o: priceOf(contract, bar.open),
          h: priceOf(contract, bar.high),
          l: priceOf(contract, bar.low),
          c: priceOf(contract, bar.close),
          v: bar.volume,
        }));
      return success({ bars });
    }, 'history'),
  };
}
