import type { GlobalRole, Locale } from '../postgres/tables.ts';
import type { Scope } from './permissions.ts';

/** Who asks. Queries that return what people own take one. */
export type Viewer = {
  readonly id: string;
  readonly role: GlobalRole;
  readonly email: string;
  readonly name: string;
  readonly locale?: Locale;
  /** The login that speaks for the person; or the personal access token, and what it may be used for. */
  readonly sessionId?: string;
  readonly tokenId?: string;
  readonly scopes?: readonly Scope[];
  /** When the token or login runs out that the person showed. */
  readonly expiresAtMs?: number;
};
