// Environment and pitwatch.yaml, read once and checked whole: either a configuration that can run, or every problem at once.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf, OpsError } from './domain/errors.ts';
import type { LoginSpec } from './domain/suite.ts';
import { accessNotes, readAccess } from './config/access.ts';
import { readYaml } from './config/document.ts';
import {
  EnvironmentReader,
  misspelled,
  readDiscord,
  readMachine,
  type Environment,
  type GatewayUrls,
} from './config/environment.ts';
import { readLogins } from './config/logins.ts';
import { isLoopback } from './config/loopback.ts';
import { Problems } from './config/problems.ts';
import { readRules } from './config/rules.ts';
import { readSections } from './config/sections.ts';
import { readSecond } from './config/second-channel.ts';
import { checkSigning, readSigning } from './config/signing-key.ts';
import type { Config } from './config/settled.ts';

export { readArguments } from './config/arguments.ts';
export { describe } from './config/describe.ts';
export { environmentNames, type GatewayUrls } from './config/environment.ts';
export { demandSharedKey, keptKey } from './config/signing-key.ts';
export { checkLocalDiscord, checkSimulatedGateway } from './config/stand-in-rules.ts';
export { calendarsWith } from './config/rules.ts';
export type { AccessRules, ApiKeys, Config, DiscordTarget, OnCall } from './config/settled.ts';

const usualFile = 'pitwatch.yaml';

export interface ConfigSource {
  readonly env: Environment;
  /** The text of the file; undefined = there is none. */
  readonly file?: string | undefined;
  /** The file's name in messages. */
  readonly fileName?: string | undefined;
  /** Reads what a `*_FILE` variable names. */
  readonly readFile?: (path: string) => string;
}

/** @throws OpsError `config-invalid`, whose message lists every problem with its line or variable. */
export function readConfig(source: ConfigSource): Config {
  const problems = new Problems();
  const env = new EnvironmentReader(
    source.env,
    source.readFile ?? ((file) => readFileSync(file, 'utf8')),
    problems,
  );
  const file = readYaml(source.fileName ?? usualFile, source.file ?? '', problems);
  const machine = readMachine(env, problems);
  const discord = readDiscord(env, problems);
  // What follows from a torn file would only hide where it is torn.
  if (file.torn) problems.refuse();
  const content = readSections(file, problems);
  const config: Config = {
    ...machine,
    signing: readSigning(env, problems),
    second: readSecond(env, problems),
    discord,
    ...readLogins(env, file, content, problems),
    ...readRules(content.sections, file, problems),
    access: readAccess(file, content, discord, problems),
    notes: [],
  };
  checkSigning(config, problems);
  problems.refuse();
  return { ...config, notes: notesOn(config, env) };
}

/**
 * Reads the file that `PITWATCH_CONFIG` names, or `pitwatch.yaml` in `folder` where there is one.
 * @throws OpsError `config-invalid`
 */
export function loadConfig(env: Environment, folder: string): Config {
  const named = env['PITWATCH_CONFIG']?.trim();
  const asked = named !== undefined && named !== '';
  const fileName = asked ? named : usualFile;
  const place = path.resolve(folder, fileName);
  if (!asked && !existsSync(place)) return readConfig({ env });
  let file: string;
  try {
    file = readFileSync(place, 'utf8');
  } catch (cause) {
    throw new OpsError('config-invalid', `${fileName} cannot be read: ${messageOf(cause)}`, {
      retryable: false,
      cause,
      hint: asked ? 'Correct PITWATCH_CONFIG, or unset it.' : 'Make the file readable, or remove it.',
    });
  }
  return readConfig({ env, file, fileName });
}

/** Logins of the simulated gateway, pointed to where it runs. */
export function atGateway(logins: readonly LoginSpec[], urls: GatewayUrls): LoginSpec[] {
  return logins.map((login) => ({ ...login, ...urls }));
}

function notesOn(config: Config, env: EnvironmentReader): string[] {
  const open = !isLoopback(config.host);
  const clear = config.logins.flatMap((login) =>
    config.gateway === 'real' ? [login.apiUrl, login.userHubUrl, login.marketHubUrl].filter(isClear) : [],
  );
  return [
    ...misspelled(env),
    ...accessNotes(config),
    ...(open
      ? [
          `the page, /healthz and /metrics can be reached from other machines (PITWATCH_HOST=${config.host}), with PITWATCH_TOKEN.`,
        ]
      : []),
    ...[...new Set(clear)].map((url) => `${new URL(url).host} is contacted without encryption (http).`),
  ];
}

function isClear(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
}
