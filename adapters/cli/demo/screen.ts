import { resolve } from 'node:path';
import { roles } from '../../../domain/tenant/events.ts';
import { type RunningSystem } from '../system/start-system.ts';
import { type DemoFile, keyOf } from './keys.ts';
import { storyBays } from './story-bays.ts';

export interface Scene {
  readonly file: DemoFile;
  readonly system: RunningSystem;
  readonly dataDir: string;
  readonly logFile: string;
  readonly rate: number;
}

/** All that one needs to look around: one screen of at most 25 lines. */
export function screen({ dataDir, file, logFile, rate, system }: Scene): string[] {
  const url = system.url ?? '';
  return [
    '',
    `API       ${url}/api/v1   documentation ${url}/docs`,
    `Metrics   ${system.metricsUrl}`,
    `Log       ${resolve(logFile)}`,
    '',
    `Keys of the tenant "Demo City" (kept in ${resolve(dataDir, 'keys', 'demo.json')}):`,
    ...roles.map((role) => `  ${role.padEnd(9)} ${keyOf(file, role)}`),
    '',
    'How full is it now? Close a bay. How well was the first site used in the last day?',
    ...curls(url, file),
    '',
    `Story bays (docs/story-bays.md): ${storiesOf(file)}.`,
    `${Object.keys(file.spaces).length} spaces, about ${rate} frames a minute. Ctrl-C stops it; the next start goes on with the same data.`,
  ];
}

/** A small city does not have all of them. */
function storiesOf({ spaces }: DemoFile): string {
  return storyBays
    .filter(({ code }) => spaces[code] !== undefined)
    .map(({ code, title }) => `${code} ${title}`)
    .join(', ');
}

/** They work when pasted, at any time of the demo's life. */
export function curls(url: string, file: DemoFile): readonly [string, string, string] {
  const api = `${url}/api/v1`;
  const key = (role: 'viewer' | 'operator' | 'analyst'): string => `-H 'X-API-Key: ${keyOf(file, role)}'`;
  const spaceId = file.spaces['A-01'] ?? '';
  const utilization = `scope=site&id=${file.site_ids[0] ?? ''}&grain=hour&from=$(date -u +%Y-%m-%dT00:00:00Z -d yesterday 2>/dev/null || date -u -v-1d +%Y-%m-%dT00:00:00Z)&to=$(date -u +%Y-%m-%dT%H:%M:%SZ)`;
  return [
    `curl -s '${api}/occupancy?group_by=zone' ${key('viewer')}`,
    `curl -s '${api}/spaces/${spaceId}/overrides' ${key('operator')} -H 'Content-Type: application/json' -d '{"kind":"OUT_OF_SERVICE","reason":"cleaning"}'`,
    `curl -s "${api}/utilization?${utilization}" ${key('analyst')}`,
  ];
}

/** The same for machines. */
export function asObject({ dataDir, file, logFile, system }: Scene): object {
  return {
    api: `${system.url ?? ''}/api/v1`,
    documentation: `${system.url ?? ''}/docs`,
    metrics: system.metricsUrl,
    data_dir: resolve(dataDir),
    log: resolve(logFile),
    tenant_id: file.tenant_id,
    site_ids: file.site_ids,
    spaces: Object.keys(file.spaces).length,
    keys: file.keys,
    curl: curls(system.url ?? '', file),
  };
}
