import { type Role } from '../../../domain/tenant/events.ts';
import { type DemoFile, keyOf } from './keys.ts';

export interface Answer {
  readonly status: number;
  readonly id: unknown;
}

/** The API as the people and programs of the demo city use it: over HTTP, each with the key of its role. */
export class DemoApi {
  readonly #url: string;
  readonly #file: DemoFile;

  constructor(url: string, file: DemoFile) {
    this.#url = url;
    this.#file = file;
  }

  async post(role: Role, path: string, body: object): Promise<Answer> {
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': keyOf(this.#file, role) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const answer: unknown = await response.json().catch(() => null);
    const id: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'id') : undefined;
    return { status: response.status, id };
  }
}
