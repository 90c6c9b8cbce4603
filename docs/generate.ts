/**
 * `npm run docs` writes the pages that follow from the code; `npm run docs -- --check` only says which are out of step.
 * A page more is a line more in `documents`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiDocuments } from './api/documents.ts';
import { cliPage } from '../adapters/cli/cli-page.ts';
import { deviceTypesPage } from './devices/device-types-page.ts';
import { eventCatalogue } from './events/event-catalogue.ts';
import { settingsPage } from './operations/settings.ts';

export interface GeneratedDocument {
  /** Below the root of the repository. */
  readonly path: string;
  readonly produce: () => string | Promise<string>;
}

export const documents: readonly GeneratedDocument[] = [
  { path: 'docs/events/catalogue.md', produce: eventCatalogue },
  { path: 'docs/devices/device-types.md', produce: deviceTypesPage },
  { path: 'docs/cli.md', produce: cliPage },
  { path: 'docs/operations/settings.md', produce: settingsPage },
  ...apiDocuments,
];

const root = new URL('../', import.meta.url);

/** Null where the file is not there. */
export async function committed(document: GeneratedDocument): Promise<string | null> {
  return readFile(new URL(document.path, root), 'utf8').catch(() => null);
}

async function main(checkOnly: boolean): Promise<void> {
  for (const document of documents) {
    const text = await document.produce();
    if (text === (await committed(document))) continue;
    if (checkOnly) {
      process.exitCode = 1;
      console.error(`${document.path} is out of step: npm run docs`);
      continue;
    }
    const file = fileURLToPath(new URL(document.path, root));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    console.log(`${document.path} written`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes('--check'));
