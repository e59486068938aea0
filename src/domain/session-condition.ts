// How a login's session is: its token's life, a failing renewal, or why the gateway refuses the login.
import type { SessionState } from './suite.ts';
import type { Thresholds } from './thresholds.ts';

export type RefusalLabel =
  | 'credentials-refused'
  | 'agreements-not-signed'
  | 'api-access-missing'
  | 'api-key-disabled'
  | 'login-refused';

export type SessionCondition =
  | { readonly kind: 'well'; readonly expiresAt: number | undefined; readonly leftMs: number | undefined }
  /** No token yet, within or beyond the time allowed at the start. */
  | { readonly kind: 'none'; readonly sinceAt: number; readonly why: string }
  | {
      readonly kind: 'renewal-failing';
      readonly sinceAt: number;
      readonly leftMs: number | undefined;
      readonly why: string;
    }
  /** Under the failing threshold with no new token in sight. */
  | {
      readonly kind: 'expiring';
      readonly sinceAt: number;
      readonly leftMs: number;
      readonly why: string | undefined;
    }
  | { readonly kind: 'expired'; readonly sinceAt: number; readonly why: string }
  | {
      readonly kind: 'refused';
      readonly sinceAt: number;
      readonly label: RefusalLabel;
      readonly code: number;
      readonly reason: string;
    };

/** Reference 2: codes of `Auth/loginKey`. */
const codeNames: Readonly<Record<number, string>> = {
  1: 'UserNotFound',
  2: 'PasswordVerificationFailed',
  3: 'InvalidCredentials',
  4: 'AppNotFound',
  5: 'AppVerificationFailed',
  6: 'InvalidDevice',
  7: 'AgreementsNotSigned',
  8: 'UnknownError',
  9: 'ApiSubscriptionNotFound',
  10: 'ApiKeyAuthenticationDisabled',
};

const labels: Readonly<Record<number, RefusalLabel>> = {
  1: 'credentials-refused',
  2: 'credentials-refused',
  3: 'credentials-refused',
  7: 'agreements-not-signed',
  9: 'api-access-missing',
  10: 'api-key-disabled',
};

/** `code 3 InvalidCredentials`; a code nobody knows is told as it is, 0 is none. */
export function loginCodeText(code: number): string {
  return code === 0 ? 'no code' : `code ${code} ${codeNames[code] ?? '(unknown)'}`;
}

export function sessionCondition(
  session: SessionState,
  now: number,
  { tokenWarnMs, tokenFailMs }: Thresholds,
): SessionCondition {
  switch (session.kind) {
    case 'none':
    case 'logging-in':
      return {
        kind: 'none',
        sinceAt: session.sinceAt,
        why: session.why ?? 'the gateway has not answered the login',
      };
    case 'expired':
      return { kind: 'expired', sinceAt: session.sinceAt, why: session.why };
    case 'refused': {
      const { code, reason, sinceAt } = session;
      return { kind: 'refused', sinceAt, label: labels[code] ?? 'login-refused', code, reason };
    }
    case 'active': {
      const { expiresAt, renewalError } = session;
      const leftMs = expiresAt === undefined ? undefined : expiresAt - now;
      if (leftMs !== undefined && expiresAt !== undefined) {
        if (leftMs <= 0)
          return { kind: 'expired', sinceAt: expiresAt, why: renewalError ?? 'its time ran out' };
        if (leftMs < tokenFailMs) {
          return { kind: 'expiring', sinceAt: expiresAt - tokenFailMs, leftMs, why: renewalError };
        }
        if (renewalError !== undefined) {
          return { kind: 'renewal-failing', sinceAt: expiresAt - tokenWarnMs, leftMs, why: renewalError };
        }
      } else if (renewalError !== undefined) {
        return { kind: 'renewal-failing', sinceAt: session.sinceAt, leftMs, why: renewalError };
      }
      return { kind: 'well', expiresAt, leftMs };
    }
  }
}
