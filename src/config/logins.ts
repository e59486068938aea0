// Which logins with which suites: from the environment, from the file, or the simulated one where nothing is configured.
import type { LoginSpec, SuiteSpec } from '../domain/suite.ts';
import type { YamlFile } from './document.ts';
import {
  gatewayUrlNames,
  readGatewayUrls,
  topstepX,
  type EnvironmentReader,
  type GatewayUrls,
} from './environment.ts';
import { nearest } from '../domain/nearest.ts';
import type { Problems } from './problems.ts';
import type { FileLogin, FileSuite } from './schema.ts';
import type { FileContent } from './sections.ts';
import { ApiKeys, type Config } from './settled.ts';

/** The login that the environment names. */
const envLogin = 'main';
const simulated = 'simulated';
const simulatedAccount = 'PRAC-V2-1';
const noUrls: GatewayUrls = { apiUrl: '', userHubUrl: '', marketHubUrl: '' };

type Gateway = Pick<Config, 'gateway' | 'logins' | 'apiKeys'>;

export function readLogins(
  env: EnvironmentReader,
  file: YamlFile,
  content: FileContent,
  problems: Problems,
): Gateway {
  const urls = readGatewayUrls(env, problems);
  const main = readEnvLogin(env, urls, content, problems);
  if (main === undefined && content.loginNames.length === 0) {
    tellUnknownLogins([simulated], file, content, problems);
    return simulatedGateway(content);
  }
  const declared = main === undefined ? content.loginNames : [envLogin, ...content.loginNames];
  if (main !== undefined && content.loginNames.includes(envLogin)) {
    tell(
      file,
      ['logins', envLogin],
      problems,
      `logins.${envLogin}: this name belongs to the login of PROJECT_X_USERNAME; choose another one.`,
    );
  }
  if (main === undefined && content.loginsNamed.has(undefined)) tellLoginless(file, content, problems);
  tellUnknownLogins(declared, file, content, problems);
  tellIdleLogins(main !== undefined, file, content, problems);

  const keys = new Map<string, string>();
  if (main !== undefined) keys.set(envLogin, main.apiKey);
  const others = [...content.logins].map(([name, login]) => {
    keys.set(name, readKey(name, login, env, file, problems));
    return { name, ...login, ...urlsOf(name, login, urls, file, problems) };
  });
  const suitesOf = (login: string): SuiteSpec[] =>
    [...content.suites].flatMap(([name, suite]) =>
      (suite.login ?? envLogin) === login
        ? [specOf(name, suite, login, 'rest', login === envLogin ? main?.account : undefined)]
        : [],
    );
  const logins = [
    ...(main === undefined
      ? []
      : [{ name: envLogin, username: main.username, apiKeyEnv: 'PROJECT_X_API_KEY', ...(urls ?? topstepX) }]),
    ...others,
  ].map((login): LoginSpec => ({ ...login, suites: suitesOf(login.name) }));
  return { gateway: 'real', logins, apiKeys: new ApiKeys(keys) };
}

/** The simulated gateway's login, as it is watched where no other is configured. */
function simulatedGateway(content: FileContent): Gateway {
  const written =
    content.suiteNames.length > 0
      ? [...content.suites].map(([name, suite]) => specOf(name, suite, simulated, 'direct', simulatedAccount))
      : ['MNQ', 'ES'].map((instrument) =>
          specOf(
            instrument.toLowerCase(),
            { instrument, depth: true },
            simulated,
            'direct',
            simulatedAccount,
          ),
        );
  const login = { name: simulated, username: 'trader', apiKeyEnv: 'PROJECT_X_API_KEY', ...noUrls };
  return {
    gateway: 'simulated',
    logins: [{ ...login, suites: written }],
    apiKeys: new ApiKeys(new Map([[simulated, 'key-of-the-simulated-gateway']])),
  };
}

function specOf(
  name: string,
  suite: FileSuite,
  login: string,
  // ProjectX allows one market-data device: against a real gateway an own hub connection must be asked for.
  observe: 'direct' | 'rest',
  account: string | undefined,
): SuiteSpec {
  return {
    name,
    login,
    instrument: suite.instrument,
    account: suite.account ?? account,
    observe: suite.observe ?? observe,
    timeframes: suite.timeframes ?? ['1min', '5min'],
    depth: suite.depth ?? false,
  };
}

interface EnvLogin {
  readonly username: string;
  readonly apiKey: string;
  readonly account: string | undefined;
}

function readEnvLogin(
  env: EnvironmentReader,
  urls: GatewayUrls | undefined,
  content: FileContent,
  problems: Problems,
): EnvLogin | undefined {
  const apiKey = env.secret('PROJECT_X_API_KEY');
  const username = env.get('PROJECT_X_USERNAME');
  const account = env.get('PROJECT_X_ACCOUNT_NAME');
  const keyMeant = env.isMeant('PROJECT_X_API_KEY');
  if (keyMeant && username === undefined) {
    problems.env(
      'PROJECT_X_USERNAME',
      'is missing: PROJECT_X_API_KEY is set, and a key works only with its user name.',
    );
  }
  if (!keyMeant && username !== undefined) {
    problems.env(
      'PROJECT_X_API_KEY',
      'is missing: PROJECT_X_USERNAME is set. Set the key too, or unset the user name to use the simulated gateway.',
    );
  }
  if (!keyMeant && username === undefined) {
    const wayOut =
      'Set PROJECT_X_USERNAME and PROJECT_X_API_KEY too, or unset this to use the simulated gateway.';
    if (account !== undefined)
      problems.env('PROJECT_X_ACCOUNT_NAME', `is set, but there is no login to go with it. ${wayOut}`);
    // Logins of the file take the environment's addresses as their default.
    if (urls !== undefined && content.loginNames.length === 0) {
      const names = Object.values(gatewayUrlNames).filter((name) => env.get(name) !== undefined);
      for (const name of names)
        problems.env(name, `points to a gateway, but there is no login to go with it. ${wayOut}`);
    }
    return undefined;
  }
  return { username: username ?? '', apiKey: apiKey ?? '', account };
}

function readKey(
  name: string,
  login: FileLogin,
  env: EnvironmentReader,
  file: YamlFile,
  problems: Problems,
): string {
  const key = env.secret(login.apiKeyEnv);
  if (!env.isMeant(login.apiKeyEnv)) {
    tell(
      file,
      ['logins', name, 'apiKeyEnv'],
      problems,
      `logins.${name}.apiKeyEnv: the environment variable ${login.apiKeyEnv} is not set. Set it (or ${login.apiKeyEnv}_FILE) to the API key of ${login.username}.`,
    );
  }
  return key ?? '';
}

function urlsOf(
  name: string,
  login: FileLogin,
  fallback: GatewayUrls | undefined,
  file: YamlFile,
  problems: Problems,
): GatewayUrls {
  const keys = ['apiUrl', 'userHubUrl', 'marketHubUrl'] as const;
  const missing = keys.filter((key) => login[key] === undefined);
  const { apiUrl, userHubUrl, marketHubUrl } = { ...(fallback ?? topstepX), ...defined(login) };
  if (missing.length > 0 && missing.length < keys.length) {
    tell(
      file,
      ['logins', name],
      problems,
      `logins.${name}: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing. A login's token must not be sent to another gateway: give all three addresses, or none.`,
    );
  }
  return { apiUrl, userHubUrl, marketHubUrl };
}

function defined(login: FileLogin): Partial<GatewayUrls> {
  const { apiUrl, userHubUrl, marketHubUrl } = login;
  return {
    ...(apiUrl === undefined ? {} : { apiUrl }),
    ...(userHubUrl === undefined ? {} : { userHubUrl }),
    ...(marketHubUrl === undefined ? {} : { marketHubUrl }),
  };
}

function tellUnknownLogins(
  declared: readonly string[],
  file: YamlFile,
  content: FileContent,
  problems: Problems,
): void {
  for (const [name, { login }] of content.suites) {
    if (login === undefined || declared.includes(login)) continue;
    const [near] = nearest(login, declared, 1);
    const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
    const known = declared.length === 0 ? 'there is none' : declared.join(', ');
    tell(
      file,
      ['suites', name, 'login'],
      problems,
      `suites.${name}.login: found "${login}", wanted a login declared under logins (${known}).${hint}`,
    );
  }
}

function tellLoginless(file: YamlFile, content: FileContent, problems: Problems): void {
  for (const [name, suite] of content.suites) {
    if (suite.login !== undefined) continue;
    tell(
      file,
      ['suites', name],
      problems,
      `suites.${name}: it names no login, and PROJECT_X_USERNAME with PROJECT_X_API_KEY is not set. Add login: ${content.loginNames[0] ?? '…'}, or set both variables.`,
    );
  }
}

/** A login that nobody watches is a mistake: money hangs on it and no alarm would come. */
function tellIdleLogins(withMain: boolean, file: YamlFile, content: FileContent, problems: Problems): void {
  if (withMain && !content.loginsNamed.has(undefined) && !content.loginsNamed.has(envLogin)) {
    problems.env(
      'PROJECT_X_API_KEY',
      `is set, but no suite in ${file.name} uses this login, so it would not be watched. Add one, for example:  suites: { mnq: { instrument: MNQ } }`,
    );
  }
  for (const name of content.loginNames) {
    if (content.loginsNamed.has(name)) continue;
    tell(
      file,
      ['logins', name],
      problems,
      `logins.${name}: no suite uses this login, so it would not be watched. Add login: ${name} to a suite, or remove it.`,
    );
  }
}

function tell(file: YamlFile, path: readonly string[], problems: Problems, text: string): void {
  problems.file(file.name, file.lineOf(path), text);
}
