import { fileURLToPath } from 'node:url';
import { text } from './parsers.ts';
import { Secret } from './secret.ts';

export type ArchiveSetting =
  | { readonly kind: 'off' }
  /** `path` null: in `DATA_DIR`. */
  | { readonly kind: 'folder'; readonly path: string | null }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      readonly prefix: string;
      readonly region: string;
      readonly endpoint?: string;
      readonly credentials?: Secret<{ readonly accessKeyId: string; readonly secretAccessKey: string }>;
    };

const DEFAULT_REGION = 'us-east-1';
const PARAMETERS: ReadonlySet<string> = new Set(['endpoint', 'region']);

export const archive = text(
  'folder, off, file:///a/folder, or s3://bucket/prefix with ?endpoint=https://… and &region=… where they are needed',
  (value): ArchiveSetting | undefined => {
    if (value === 'folder') return { kind: 'folder', path: null };
    if (/^(off|none)$/i.test(value)) return { kind: 'off' };
    const url = URL.canParse(value) ? new URL(value) : null;
    try {
      if (url?.protocol === 'file:' && url.host === '' && url.search === '')
        return { kind: 'folder', path: fileURLToPath(url) };
      return url?.protocol === 's3:' ? s3Of(url) : undefined;
    } catch {
      // Escapes that stand for nothing, or for a `/` in the name of a folder.
      return undefined;
    }
  },
);

function s3Of(url: URL): ArchiveSetting | undefined {
  const { password, searchParams, username } = url;
  const endpoint = searchParams.get('endpoint');
  const bucket = url.hostname;
  const good =
    bucket !== '' &&
    url.port === '' &&
    // A `/` in a key that nobody has escaped: half of the key would become the bucket.
    !url.pathname.includes('@') &&
    [...searchParams.keys()].every((name) => PARAMETERS.has(name)) &&
    (endpoint === null || /^https?:\/\/[^/@]+\/?$/.test(endpoint)) &&
    (username === '') === (password === '');
  if (!good) return undefined;
  return {
    kind: 's3',
    bucket,
    prefix: decodeURIComponent(url.pathname).replaceAll(/^\/+|\/+$/g, ''),
    region: searchParams.get('region') ?? DEFAULT_REGION,
    ...(endpoint === null ? {} : { endpoint }),
    ...(username === ''
      ? {}
      : {
          credentials: new Secret({
            accessKeyId: decodeURIComponent(username),
            secretAccessKey: decodeURIComponent(password),
          }),
        }),
  };
}
