/**
 * The forms of the HTTP adapter's `IdempotencyRecords`, written down here since no adapter imports another; the
 * composition root, which joins the two, does not compile when they differ.
 */
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
