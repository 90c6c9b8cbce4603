import { z } from 'zod';
import { Secret, secretUrl } from './secret.ts';

/** Builds a schema from a function that returns `undefined` for what it does not take. The value is not repeated. */
export function text<T>(must: string, parse: (value: string) => T | undefined) {
  return z.string().transform((value, context): T => {
    const parsed = parse(value);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: `must be ${must}` });
    return z.NEVER;
  });
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** In milliseconds. */
export const duration = text('a duration such as 500ms, 10s, 5m, 24h or 7d', (value) => {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value) ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit] ?? 1);
});

const WORDS: Readonly<Record<string, boolean>> = {
  true: true, on: true, yes: true, '1': true, false: false, off: false, no: false, '0': false,
}; // prettier-ignore

export const boolean = text('true or false', (value) => WORDS[value.toLowerCase()]);

export const port = text('a port number from 0 to 65535', (value) =>
  /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? Number(value) : undefined,
);

export const wholeNumber = text('a whole number, 1 or more', (value) =>
  /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined,
);

export const share = text('a number from 0 to 1', (value) =>
  /^(0|1|0?\.\d+|1\.0+|0\.\d+)$/.test(value) ? Number(value) : undefined,
);

export const words = text('a text that is not empty', (value) => (value === '' ? undefined : value));

/** `#` would take what is below the events too, and then the last level is no event. */
export const eventTopic = text('an MQTT topic filter that ends with /+', (value) =>
  /^(?:[^#+\0/]*\/|\+\/)+\+$/.test(value) ? value : undefined,
);

export const oneOf = <const T extends string>(...values: readonly T[]) =>
  text(`one of ${values.join(', ')}`, (value) => values.find((each) => each === value));

/** A URL without credentials, that may be shown. */
export const webUrl = text('a URL that begins with http:// or https://', (value) =>
  /^https?:\/\/[^/]/.test(value) && URL.canParse(value) ? value.replace(/\/+$/, '') : undefined,
);

/** A URL that may hold credentials. */
export const credentialUrl = (...schemes: readonly string[]) =>
  text(`a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`, (value) =>
    schemes.some((scheme) => value.startsWith(`${scheme}://`)) && URL.canParse(value)
      ? secretUrl(value)
      : undefined,
  );

export const origins = text('origins such as https://example.org, separated by commas', (value) => {
  const list = value.split(',').map((each) => each.trim());
  const good = list.every((each) => each === '*' || (URL.canParse(each) && new URL(each).origin === each));
  return good ? list : undefined;
});

/** Not a number of proxies: whoever reaches us without one could then say what address they like. */
export const proxies = text('on, off, or the addresses of proxies separated by commas', (value) => {
  const word = WORDS[value.toLowerCase()];
  if (word !== undefined) return word;
  const list = value.split(',').map((each) => each.trim());
  return list.every((each) => /^([\da-f.:]+(\/\d+)?|loopback|linklocal|uniquelocal)$/i.test(each))
    ? list
    : undefined;
});

/** By what they are of (a device type, or the EUI of a device), then by name; whether those exist is asked elsewhere. */
export const thresholds = text('such as browan-tbms100.vacantAfterMin=5, separated by commas', (value) => {
  const found = new Map<string, Record<string, number>>();
  for (const each of value.split(',')) {
    const [, of, name, number] = /^\s*(\S+)\.([A-Za-z]+)=(\d{1,9})\s*$/.exec(each) ?? [];
    if (of === undefined || name === undefined) return undefined;
    found.set(of.toLowerCase(), { ...found.get(of.toLowerCase()), [name]: Number(number) });
  }
  return Object.fromEntries(found);
});

export const secretText = text('a text that is not empty', (value) =>
  value === '' ? undefined : new Secret(value),
);

export const key = text('32 bytes in base64 (44 characters) or hexadecimal (64 characters)', (value) => {
  const bytes = decodeKey(value);
  return bytes === undefined ? undefined : new Secret(bytes);
});

export function decodeKey(value: string): Buffer | undefined {
  if (/^[\da-f]{64}$/i.test(value)) return Buffer.from(value, 'hex');
  return /^[\w+/-]{43}=?$/.test(value) ? Buffer.from(value, 'base64') : undefined;
}
