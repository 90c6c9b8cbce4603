import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export const S3_KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret/with+signs' } as const;

export interface S3Server {
  readonly url: string;
  /** By `bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** `PUT bucket/key 200`, in order. */
  readonly requests: string[];
  /** While set, every request is answered so. */
  failWith: number | null;
  /** Missing objects are answered 403, as to somebody who may not list the bucket. */
  hidesMissing: boolean;
  /** The next so many uploads arrive with a byte changed. */
  garbleUploads: number;
  /** The next so many uploads end in the middle, with nothing stored. */
  cutUploads: number;
}

/**
 * As much of S3 as an archive needs: PUT, GET and HEAD of objects by path, with the things that real ones insist on: a
 * true version-4 signature, the length of what is sent, the hashes of the body where they are given.
 */
export async function startS3(bucket: string): Promise<S3Server> {
  const state: S3Server = {
    url: '',
    objects: new Map(),
    requests: [],
    failWith: null,
    cutUploads: 0,
    hidesMissing: false,
    garbleUploads: 0,
  };
  const server = createServer((request, response) => {
    answer(state, bucket, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, { url: `http://127.0.0.1:${port}` });
}

async function answer(
  state: S3Server,
  bucket: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '', 'http://s3');
  const name = decodeURIComponent(pathname.slice(1));
  const end = (status: number, code = '', body?: Buffer): void => {
    state.requests.push(`${request.method} ${name} ${status}`);
    const xml = Buffer.from(code === '' ? '' : `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
    const content = body ?? xml;
    response.writeHead(status, {
      'content-length': content.length,
      ...(code === '' ? {} : { 'content-type': 'application/xml' }),
      ...(body === undefined ? {} : { etag: `"${createHash('md5').update(body).digest('hex')}"` }),
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  };
  if (request.method === 'PUT' && state.cutUploads > 0) {
    state.cutUploads -= 1;
    request.socket.destroy();
    return;
  }
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  if (state.failWith !== null) return end(state.failWith, 'ServiceUnavailable');
  if (!isSigned(request, body)) return end(403, 'SignatureDoesNotMatch');
  if (!name.startsWith(`${bucket}/`)) return end(404, 'NoSuchBucket');
  const found = state.objects.get(name);
  switch (request.method) {
    case 'PUT':
      if (request.headers['content-length'] === undefined) return end(411, 'MissingContentLength');
      if (request.headers['content-encoding']?.includes('aws-chunked') === true)
        return end(501, 'NotImplemented');
      if (state.garbleUploads > 0) {
        state.garbleUploads -= 1;
        body[0] = (body[0] ?? 0) ^ 1;
      }
      if (!isOfItsHash(request, body)) return end(400, 'BadDigest');
      state.objects.set(name, body);
      return end(200, '', Buffer.alloc(0));
    case 'GET':
    case 'HEAD':
      if (found !== undefined) return end(200, '', found);
      return state.hidesMissing ? end(403, 'AccessDenied') : end(404, 'NoSuchKey');
    default:
      return end(405, 'MethodNotAllowed');
  }
}

function isOfItsHash({ headers }: IncomingMessage, body: Buffer): boolean {
  const hash = headers['x-amz-checksum-sha256'];
  return hash === undefined || hash === createHash('sha256').update(body).digest('base64');
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const { headers } = request;
  const [, keyId, day = '', region = '', names = '', signature = ''] =
    AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  const hash = String(headers['x-amz-content-sha256']);
  if (keyId !== S3_KEYS.accessKeyId) return false;
  if (hash !== 'UNSIGNED-PAYLOAD' && hash !== sha256(body)) return false;
  const url = new URL(request.url ?? '', 'http://s3');
  const query = [...url.searchParams]
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const canonical = [
    request.method,
    url.pathname,
    query,
    ...names.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    names,
    hash,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(
    (before, part) => hmac(before, part),
    `AWS4${S3_KEYS.secretAccessKey}`,
  );
  return timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex'));
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
