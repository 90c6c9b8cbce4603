import { inspect } from 'node:util';

/** A value that shows itself only when asked by name. Logged, printed or serialised it is its mask. */
export class Secret<T = string> {
  readonly #value: T;
  readonly #mask: string;

  constructor(value: T, mask = '[secret]') {
    this.#value = value;
    this.#mask = mask;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return this.#mask;
  }

  toJSON(): string {
    return this.#mask;
  }

  [inspect.custom](): string {
    return this.#mask;
  }
}

/** A URL that may hold a password: shown without credentials and without parameters, which may hold some as well. */
export function secretUrl(url: string): Secret {
  return new Secret(url, maskedUrl(url));
}

/** By text and not by a URL parser: several hosts are legal here, and so are passwords that nobody has escaped. */
function maskedUrl(url: string): string {
  const [scheme = '', rest = ''] = url.split(/:\/\/(.*)/s);
  const place = rest.slice(rest.lastIndexOf('@') + 1).split(/[?#]/)[0];
  return `${scheme}://${place}`;
}
