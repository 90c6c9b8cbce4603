export type { ArchiveSetting } from './archive.ts';
export { describeSettings, printSettings, settingsTable } from './describe.ts';
export { loadOrCreateKey } from './keys.ts';
export { readSettings, SettingsError } from './read-settings.ts';
export { Secret } from './secret.ts';
export type { ReadFile } from './sources.ts';
export type { DatabaseSetting, EventStoreSetting } from './stores.ts';
export type { SettingName, Settings } from './table.ts';
