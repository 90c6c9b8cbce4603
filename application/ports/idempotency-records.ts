/** The stored answer of a request that carried an Idempotency-Key. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Begun =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly answer: StoredAnswer }
  | { readonly kind: 'in-progress' }
  | { readonly kind: 'mismatch' };

/**
 * Answers by (tenant, principal, route, key), kept for 24 hours. A record without an answer that is older than a minute
 * belongs to a process that died: the request may be carried out again, since its command id is the same.
 */
export interface IdempotencyRecords {
  begin(scope: string, fingerprint: string): Promise<Begun>;
  finish(scope: string, answer: StoredAnswer): Promise<void>;
  /** Forgets a request that came to no answer worth keeping (a validation error, a failure of ours). */
  abandon(scope: string): Promise<void>;
}
