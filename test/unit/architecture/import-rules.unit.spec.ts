import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cruiseTree, type Cruised, filesOf, root, sourceFolders } from './cruise.ts';
import { importRules } from './import-rules.ts';

describe('the import rules, on this program', () => {
  let cruised: Cruised;
  beforeAll(async () => {
    cruised = await cruiseTree(root, sourceFolders);
  });

  it('are kept', () => {
    expect(cruised.violations).toEqual([]);
  });

  it('were judged on every file: with a compiler that it does not know, the checker sees none and is content', () => {
    const seen = new Set(cruised.modules.map((module) => module.source));
    const files = sourceFolders.flatMap((folder) => filesOf(root, folder));
    expect(files.length).toBeGreaterThan(90);
    expect(files.filter((file) => !seen.has(file))).toEqual([]);
  });

  it('were judged on every import, of types too', () => {
    const module = cruised.modules.find(({ source }) => source === 'domain/catalogue/event-schemas.ts');
    const imports = module?.dependencies.map((dependency) => dependency.resolved) ?? [];
    expect(imports).toContain('domain/space/events.ts');
    expect(imports).toContain('domain/event/event.ts');
  });
});

/** A small tree beside this file that breaks each rule once or more, and keeps them where that is allowed. */
describe('the import rules, on a tree that breaks them', () => {
  it('report every break and nothing else', async () => {
    const { violations } = await cruiseTree(join(import.meta.dirname, 'fixtures'), sourceFolders);
    const packageFolder = '../../../../node_modules';
    expect(
      violations.map((line) => line.replace(/node_modules\/(@types\/)?([\w-]+)\/.*$/, 'node_modules/$2')),
    ).toEqual([
      'adapters-are-apart: adapters/http/knows-the-cli.ts → adapters/cli/main.ts',
      'adapters-are-apart: adapters/redis/knows-http.ts → adapters/http/route.ts',
      'application-knows-domain-and-ports: application/knows-a-driver.ts → ' + `${packageFolder}/pg`,
      'application-knows-domain-and-ports: application/knows-an-adapter.ts → adapters/http/route.ts',
      'application-knows-domain-and-ports: application/reads-files.ts → fs',
      'domain-is-pure: domain/loads-later.ts → application/use-case.ts',
      'domain-is-pure: domain/makes-ids.ts → ' + `${packageFolder}/uuid`,
      'domain-is-pure: domain/reads-files.ts → fs',
      'domain-is-pure: domain/uses-a-type-of-a-port.ts → application/ports/port.ts',
      'everything-resolves: domain/imports-nothing.ts → ./nowhere.ts',
      'no-cycles: domain/cycle/egg.ts → domain/cycle/hen.ts',
      'nobody-imports-the-composition-root: adapters/http/knows-the-cli.ts → adapters/cli/main.ts',
      'only-http-and-cli-query-projections: adapters/redis/knows-a-query.ts → projections/spaces/queries.ts',
      'projections-know-no-commands: projections/knows-a-use-case.ts → application/use-case.ts',
      'projections-know-no-commands: projections/knows-an-adapter.ts → adapters/http/route.ts',
      'sources-know-no-tests-or-docs: adapters/http/knows-a-test.ts → test/support.ts',
    ]);
  });

  it('leave no rule unbroken', async () => {
    const { violations } = await cruiseTree(join(import.meta.dirname, 'fixtures'), sourceFolders);
    const broken = new Set(violations.map((line) => line.split(':')[0]));
    expect(importRules.map((rule) => rule.name).filter((name) => !broken.has(name ?? ''))).toEqual([]);
  });
});
