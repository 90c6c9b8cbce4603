import { type TestApi } from '../../support/api.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as sent. */
  readonly text: string;
  /** The body as JSON; undefined where there is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Asked {
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
}

/** One request over HTTP, under `/api/v1` unless the path begins elsewhere. */
export async function ask(url: string, method: string, path: string, asked: Asked = {}): Promise<Answer> {
  const { body, key } = asked;
  const response = await fetch(`${url}${path.startsWith('//') ? path.slice(1) : `/api/v1${path}`}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(key === undefined ? {} : { 'x-api-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...asked.headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

function parsed(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as Answer['body'];
  } catch {
    return {};
  }
}

export interface Place {
  readonly siteId: string;
  readonly zoneId: string;
  /** Makes a space more; answers its id. */
  readonly newSpace: (more?: Readonly<Record<string, unknown>>) => Promise<string>;
}

/** A site with a zone, ready for spaces. */
export async function givenPlace(api: Pick<TestApi, 'url' | 'keyOf'>): Promise<Place> {
  const key = await api.keyOf('owner');
  const make = async (path: string, body: unknown): Promise<string> => {
    const answer = await ask(api.url, 'POST', path, { key, body });
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return String(answer.body['id']);
  };
  const siteId = await make('/sites', { name: 'Old Port', time_zone: 'Europe/Paris' });
  const zoneId = await make('/zones', { site_id: siteId, code: 'A', name: 'Deck A' });
  let spaces = 0;
  return {
    siteId,
    zoneId,
    newSpace: (more = {}) => {
      spaces += 1;
      return make('/spaces', {
        site_id: siteId,
        zone_id: zoneId,
        code: `A-${spaces}`,
        name: `Bay ${spaces}`,
        ...more,
      });
    },
  };
}

/** An instant so many seconds from now, as a client would write it. */
export function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}
