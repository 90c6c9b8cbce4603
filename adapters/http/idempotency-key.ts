/** Reads the header: a structured string in quotes, or bare; null when absent, undefined when malformed. */
export function readIdempotencyKey(
  header: string | readonly string[] | undefined,
): string | null | undefined {
  if (header === undefined) return null;
  if (typeof header !== 'string') return undefined;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(header.trim());
  const key = quoted?.[1] ?? header.trim();
  return /^[\x20-\x7e]{1,255}$/.test(key) ? key : undefined;
}
