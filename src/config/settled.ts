// The configuration once it is read and checked: what every entry is wired from.
import { inspect } from 'node:util';
import type { Restriction } from '../domain/access.ts';
import type { CalendarDay, MarketCalendar } from '../domain/calendar.ts';
import type { Roster } from '../domain/oncall.ts';
import type { LoginSpec } from '../domain/suite.ts';
import type { Thresholds } from '../domain/thresholds.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export type DiscordTarget =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'real';
      readonly token: string;
      readonly guildId: string;
      readonly channelId: string;
      /** Base address without version and without a slash at its end. */
      readonly api: string;
    };

export type OnCall =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'role' | 'user' /** Discord id. */; readonly id: string };

/** A holiday or half day added by the desk; without products it holds for every calendar. */
export interface AddedDay extends CalendarDay {
  readonly products: readonly string[];
}

export interface Config {
  readonly logLevel: LogLevel;
  /** Page, `/healthz`, `/metrics`. Not explicit = another free port may be taken where this one is in use. */
  readonly port: { readonly number: number; readonly explicit: boolean };
  /** Address to listen on. */
  readonly host: string;
  /** What whoever looks from another machine must show; always there where `host` is not loopback. */
  readonly doorToken: string | undefined;
  /** The queues can be looked at by who shows it; undefined = by nobody. */
  readonly boardToken: string | undefined;
  /** Stand-ins asked for by name, which then also run beside the real thing. */
  readonly standIns: readonly ('discord' | 'gateway')[];
  readonly discord: DiscordTarget;
  readonly redis: { readonly kind: 'local' } | { readonly kind: 'url'; readonly url: string };
  /**
   * `simulated`: `logins` is the one login of the simulated gateway, whose addresses are empty until it runs
   * (`atGateway` fills them in).
   */
  readonly gateway: 'simulated' | 'real';
  readonly logins: readonly LoginSpec[];
  readonly apiKeys: ApiKeys;
  /** Signs what passes through Redis. `made` = kept in a file of this machine. */
  readonly signing:
    | { readonly kind: 'given'; readonly key: string; readonly older: string | undefined }
    | { readonly kind: 'made' };
  /** Start values with what the file changes, grace included. */
  readonly thresholds: Thresholds;
  /** Names of thresholds that differ from their start value. */
  readonly changedThresholds: readonly (keyof Thresholds)[];
  readonly oncall: OnCall;
  /** Who has the shift; empty = `oncall` is called for everything. */
  readonly roster: Omit<Roster, 'overrides'>;
  /** Discord role id called last, when nobody moves; undefined = those of `oncall` and the roster together. */
  readonly everyone: string | undefined;
  /** Where it is told that the first channel, or the bot itself, failed. */
  readonly second: {
    readonly webhook: string | undefined;
    readonly mail: { readonly url: string; readonly to: string } | undefined;
    readonly deadMan: string | undefined;
  };
  readonly access: AccessRules;
  /** `ascii` = signs as words, for screen readers and pagers. */
  readonly style: 'signs' | 'ascii';
  /** How often the bot says in its channel that it lives; undefined = not at all. */
  readonly livenessEveryMs: number | undefined;
  /** How many entries of the audit log are kept. */
  readonly auditKept: number;
  readonly calendar: {
    readonly days: readonly AddedDay[];
    readonly calendars: readonly MarketCalendar[];
    /** When positions must be flat, Chicago time; `off` = this firm has no such rule. */
    readonly flatBy: '15:10' | 'off';
  };
  /** Where slash commands are registered. */
  readonly commandScope: 'guild' | 'global';
  /** Not wrong, but worth a look: full sentences. */
  readonly notes: readonly string[];
}

/** Who may what, as the file says it. */
export interface AccessRules {
  /** Discord role ids by what they may; `everyone` = whoever is on the server. All empty = not configured. */
  readonly roles: {
    readonly read: readonly string[] | 'everyone';
    readonly respond: readonly string[];
    readonly lead: readonly string[];
  };
  readonly only: readonly Restriction[];
  /** Channels beside the ops channel in which commands are taken. */
  readonly channels: readonly string[];
}

/** API keys by login; shows nothing wherever it is printed. */
export class ApiKeys {
  readonly #keys: ReadonlyMap<string, string>;

  constructor(keys: ReadonlyMap<string, string>) {
    this.#keys = keys;
  }

  /** @throws Error where the login has none: readConfig lets no such login through. */
  of(login: string): string {
    const key = this.#keys.get(login);
    if (key === undefined) throw new Error(`login ${login} has no API key`);
    return key;
  }

  toJSON(): string {
    return `${this.#keys.size} keys, not shown`;
  }

  [inspect.custom](): string {
    return this.toJSON();
  }
}
