import { createReadStream } from 'node:fs';
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { type FileTarget, type MadeFile } from './file-target.ts';

export interface S3Options {
  readonly bucket: string;
  /** Before each name, with a `/` between them; '' for none. */
  readonly prefix: string;
  /** Of a store that is not Amazon's; its buckets are named in the path. */
  readonly endpoint?: string;
  readonly region: string;
  /** Absent: where Amazon's own tools look, `AWS_ACCESS_KEY_ID` and so on. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Without a byte for so long the target is away; the round ends and the next one tries again. */
const IDLE_TIMEOUT_MS = 60_000;

const silence = (): void => undefined;
const SILENT = { trace: silence, debug: silence, info: silence, warn: silence, error: silence };

/** An archive in an object store that speaks S3: PUT, GET and HEAD are all that is used, no listing and no deletion. */
export class S3Target implements FileTarget {
  readonly #client: S3Client;
  readonly #options: S3Options;

  constructor(options: S3Options) {
    this.#options = options;
    const { credentials, endpoint, region } = options;
    this.#client = new S3Client({
      region,
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(credentials === undefined ? {} : { credentials }),
      // Checksums in trailers are not understood by all that calls itself S3: ours goes ahead, as a header.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // What goes wrong is thrown, and reported by who asked: nothing goes to the console.
      logger: SILENT,
      requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: IDLE_TIMEOUT_MS },
    });
  }

  /** What is there already, whole, is not sent again. What is sent is compared with its hash by the store that takes it. */
  async put(name: string, from: string, { bytes, sha256 }: MadeFile): Promise<void> {
    const object = this.#object(name);
    const checksum = Buffer.from(sha256, 'hex').toString('base64');
    const asked = new HeadObjectCommand({ ...object, ChecksumMode: 'ENABLED' });
    const found = await this.#client.send(asked).catch(orNullToWriter);
    if (found?.ContentLength === bytes && (found.ChecksumSHA256 ?? checksum) === checksum) return;
    await this.#client.send(
      new PutObjectCommand({
        ...object,
        Body: createReadStream(from),
        ContentLength: bytes,
        ChecksumSHA256: checksum,
        ContentType: name.endsWith('.json') ? 'application/json' : 'application/gzip',
      }),
    );
  }

  async get(name: string): Promise<AsyncIterable<Uint8Array> | null> {
    const found = await this.#client.send(new GetObjectCommand(this.#object(name))).catch(orNull);
    return (found?.Body as AsyncIterable<Uint8Array> | undefined) ?? null;
  }

  close(): void {
    this.#client.destroy();
  }

  #object(name: string): { readonly Bucket: string; readonly Key: string } {
    const { bucket, prefix } = this.#options;
    return { Bucket: bucket, Key: prefix === '' ? name : `${prefix}/${name}` };
  }
}

/** Who may not list a bucket is answered 403 instead of 404; whether he may write, the writing itself tells. */
function orNullToWriter(error: unknown): null {
  if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403) return null;
  return orNull(error);
}

function orNull(error: unknown): null {
  if (error instanceof NoSuchKey || error instanceof NotFound) return null;
  throw error;
}
