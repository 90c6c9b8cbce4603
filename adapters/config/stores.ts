import { text } from './parsers.ts';
import { type Secret, secretUrl } from './secret.ts';

export type DatabaseSetting =
  { readonly kind: 'embedded' } | { readonly kind: 'postgres'; readonly url: Secret };

export type EventStoreSetting =
  DatabaseSetting | { readonly kind: 'eventstoredb'; readonly url: Secret } | { readonly kind: 'memory' };

export const database = text('embedded, or a URL that begins with postgres://', parseDatabase);

export const eventStore = text(
  'embedded, memory:, or a URL that begins with esdb://, esdb+discover://, kurrentdb:// or postgres://',
  (value): EventStoreSetting | undefined => {
    if (value === 'memory:' || value === 'memory') return { kind: 'memory' };
    // The client knows the store's first name only; it is the same protocol.
    const url = value.replace(/^kurrentdb(\+discover)?:\/\//, 'esdb$1://');
    // Several hosts are legal here, so a URL parser would refuse what the client takes.
    if (/^esdb(\+discover)?:\/\/[^\s/?]+/.test(url)) return { kind: 'eventstoredb', url: secretUrl(url) };
    return parseDatabase(value);
  },
);

function parseDatabase(value: string): DatabaseSetting | undefined {
  if (value === 'embedded' || value === 'embedded:') return { kind: 'embedded' };
  const good = /^postgres(ql)?:\/\//.test(value) && URL.canParse(value);
  return good ? { kind: 'postgres', url: secretUrl(value) } : undefined;
}
