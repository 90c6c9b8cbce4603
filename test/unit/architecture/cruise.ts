import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IModule } from 'dependency-cruiser';
import { importRules } from './import-rules.ts';

export const root = fileURLToPath(new URL('../../../', import.meta.url));
export const sourceFolders = ['domain', 'application', 'adapters', 'projections'] as const;

export interface Cruised {
  readonly modules: readonly IModule[];
  /** `rule: from → to`, sorted. */
  readonly violations: readonly string[];
}

/** Follows the imports of a tree, types included, and judges them by the rules. */
export async function cruiseTree(tree: string, folders: readonly string[]): Promise<Cruised> {
  const { output } = await cruise(
    folders.filter((folder) => existsSync(join(tree, folder))),
    {
      baseDir: tree,
      ruleSet: { forbidden: importRules },
      validate: true,
      doNotFollow: { path: 'node_modules' },
      tsPreCompilationDeps: true,
      tsConfig: { fileName: join(root, 'tsconfig.json') },
      enhancedResolveOptions: {
        extensions: ['.ts', '.js'],
        exportsFields: ['exports'],
        conditionNames: ['import', 'node', 'types'],
      },
    },
  );
  const { modules, summary } = output as ICruiseResult;
  return {
    modules,
    violations: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).sort(),
  };
}

/** All TypeScript files of a folder, as paths from the tree's root with forward slashes. */
export function filesOf(tree: string, folder: string): string[] {
  const top = join(tree, folder);
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(tree, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
