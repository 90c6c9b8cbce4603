import type { EventStoreSetting } from './stores.ts';
import { camelCase, entryOf, SETTING_NAMES, type Settings } from './table.ts';

/** The lines of the start banner that say which store and which database are used; never with a password. */
export function describeSettings(settings: Settings): string[] {
  return [
    `event store: ${describeStore(settings.eventStoreUrl, settings)}`,
    `database:    ${describeStore(settings.databaseUrl, settings)}`,
    `cache:       ${settings.redisUrl === undefined ? 'in the process' : settings.redisUrl.toString()}`,
    `data folder: ${settings.dataDir}`,
  ];
}

function describeStore(store: EventStoreSetting, { dataDir }: Settings): string {
  switch (store.kind) {
    case 'embedded':
      return `embedded Postgres in ${dataDir}`;
    case 'memory':
      return 'memory (lost at the end)';
    case 'postgres':
      return `Postgres at ${store.url.toString()}`;
    case 'eventstoredb':
      return `EventStoreDB at ${store.url.toString()}`;
  }
}

/** The table of settings for the documentation, in Markdown. */
export function settingsTable(): string {
  const rows = SETTING_NAMES.map((name) => {
    const { doc, default: fallback, sameAs, otherwise } = entryOf(name);
    const shown =
      fallback !== undefined ? `\`${fallback}\`` : sameAs !== undefined ? `as \`${sameAs}\`` : otherwise;
    return `| \`${name}\` | ${shown ?? ''} | ${doc.replaceAll('|', '\\|')} |`;
  });
  return ['| name | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

/** All settings as they are in force, for people; secrets are masked. */
export function printSettings(settings: Settings): Record<string, unknown> {
  return Object.fromEntries(SETTING_NAMES.map((name) => [name, settings[camelCase(name)] ?? null]));
}
