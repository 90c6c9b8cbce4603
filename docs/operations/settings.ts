import { settingsTable } from '../../adapters/config/index.ts';

/** The page on settings, made from the table that the program reads them by. */
export function settingsPage(): string {
  return `# Settings

Generated from the table in \`adapters/config/table.ts\`: \`npm run docs\`.

Environment variables; a file beats a variable: \`/run/secrets/<name>\`, then \`<NAME>_FILE\`, then the variable, then the
default. Every name also works with the prefix \`BAYLEDGER_\`; an unknown name with that prefix, or a near miss of a known
name, is a mistake.

${settingsTable()}`;
}
