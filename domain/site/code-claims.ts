/**
 * Which live space holds which code, both ways. A site may have ten thousand bays and its stream is folded event by
 * event: copying one big table for each claim would make that fold quadratic, so the table is cut into buckets and
 * only one bucket is copied.
 */
export interface CodeClaims {
  readonly count: number;
  readonly spaceOfCode: Buckets;
  readonly codeOfSpace: Buckets;
}
type Bucket = ReadonlyMap<string, string>;
type Buckets = readonly Bucket[];

const BUCKETS = 128;
const none: Buckets = Array.from({ length: BUCKETS }, () => new Map<string, string>());

export const noClaims: CodeClaims = { count: 0, spaceOfCode: none, codeOfSpace: none };

export function spaceHolding(claims: CodeClaims, code: string): string | undefined {
  return claims.spaceOfCode[bucketOf(code)]?.get(code);
}

export function codeHeldBy(claims: CodeClaims, spaceId: string): string | undefined {
  return claims.codeOfSpace[bucketOf(spaceId)]?.get(spaceId);
}

/** One code per space, one space per code: whatever either had before is gone. */
export function withClaim(claims: CodeClaims, code: string, spaceId: string): CodeClaims {
  const formerCode = codeHeldBy(claims, spaceId);
  const formerSpace = spaceHolding(claims, code);
  let rest = claims;
  if (formerCode !== undefined) rest = withoutClaim(rest, formerCode, spaceId);
  if (formerSpace !== undefined) rest = withoutClaim(rest, code, formerSpace);
  return {
    count: rest.count + 1,
    spaceOfCode: changed(rest.spaceOfCode, code, spaceId),
    codeOfSpace: changed(rest.codeOfSpace, spaceId, code),
  };
}

export function withoutClaim(claims: CodeClaims, code: string, spaceId: string): CodeClaims {
  if (spaceHolding(claims, code) !== spaceId) return claims;
  return {
    count: claims.count - 1,
    spaceOfCode: changed(claims.spaceOfCode, code, undefined),
    codeOfSpace: changed(claims.codeOfSpace, spaceId, undefined),
  };
}

function changed(buckets: Buckets, key: string, value: string | undefined): Buckets {
  const at = bucketOf(key);
  const bucket = new Map(buckets[at]);
  if (value === undefined) bucket.delete(key);
  else bucket.set(key, value);
  return buckets.with(at, bucket);
}

function bucketOf(key: string): number {
  const text = String(key);
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) hash = (hash * 31 + text.charCodeAt(i)) | 0;
  return (hash >>> 0) % BUCKETS;
}
