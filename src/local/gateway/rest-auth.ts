// Login by key and by app, validate and logout.
import type { FaultEffects } from './fault-effects.ts';
import type { JsonRow } from './json.ts';
import { type Endpoints, failure, success } from './rest-call.ts';
import type { Tokens } from './tokens.ts';

export interface GatewayUser {
  readonly username: string;
  readonly apiKey: string;
  /** For loginApp; the API key where none is given. */
  readonly password?: string;
}

export interface AuthSources {
  readonly users: readonly GatewayUser[];
  readonly tokens: Tokens;
  readonly faults: FaultEffects;
}

/** Login error codes, reference section 2. */
const login = { userNotFound: 1, passwordFailed: 2, invalidCredentials: 3, agreementsNotSigned: 7 } as const;
const agreements = 'Agreements have not been signed. Sign them on the platform, then log in again.';

export function authEndpoints({ users, tokens, faults }: AuthSources): Endpoints {
  const refuse = (code: number) =>
    failure(code, { token: null }, code === login.agreementsNotSigned ? agreements : null);
  const enter = (username: string, isRight: (user: GatewayUser) => boolean, wrong: number): JsonRow => {
    const forced = faults.authCode('login');
    if (forced !== undefined) return refuse(forced);
    const user = users.find((one) => one.username.toLowerCase() === username.toLowerCase());
    if (user === undefined) return refuse(login.userNotFound);
    return isRight(user) ? success({ token: tokens.issue(user.username).token }) : refuse(wrong);
  };

  return {
    '/api/auth/loginkey': {
      access: 'login',
      scope: 'other',
      hasBody: true,
      answer: ({ fields }) => {
        const apiKey = fields.text('apiKey');
        return enter(fields.text('userName'), (user) => user.apiKey === apiKey, login.invalidCredentials);
      },
    },
    '/api/auth/loginapp': {
      access: 'login',
      scope: 'other',
      hasBody: true,
      answer: ({ fields }) => {
        const password = fields.text('password');
        for (const name of ['deviceId', 'appId', 'verifyKey']) fields.text(name);
        return enter(
          fields.text('userName'),
          (user) => (user.password ?? user.apiKey) === password,
          login.passwordFailed,
        );
      },
    },
    '/api/auth/validate': {
      access: 'token',
      scope: 'other',
      hasBody: false,
      answer: ({ session }) => {
        const forced = faults.authCode('validate');
        if (forced !== undefined) return failure(forced, { newToken: null });
        return success({ newToken: tokens.issue(session.username).token });
      },
    },
    '/api/auth/logout': {
      access: 'token',
      scope: 'other',
      hasBody: false,
      answer: ({ session }) => {
        tokens.revoke(session.token);
        return success();
      },
    },
  };
}
