import { Agent, request } from 'node:http';

export interface Posted {
  readonly status: number;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Posts bytes as they are, many at a time, over connections that stay open. */
export class Poster {
  readonly #url: string;
  readonly #key: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 24 });

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  post(path: string, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Posted> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.#url}${path}`,
        {
          method: 'POST',
          agent: this.#agent,
          headers: {
            'x-api-key': this.#key,
            'content-type': 'application/json',
            'content-length': body.length,
            ...headers,
          },
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => {
            const type = answer.headers['content-type'] ?? '';
            resolve({ status: answer.statusCode ?? 0, type, body: parsed(Buffer.concat(parts)) });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parsed(bytes: Buffer): Posted['body'] {
  try {
    return JSON.parse(bytes.toString()) as Posted['body'];
  } catch {
    return {};
  }
}
