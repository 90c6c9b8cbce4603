import { z } from 'zod';
import { type Role, roles } from '../../../domain/tenant/events.ts';
import { forgetSecretFile, keepSecretFile, readSecretFile } from '../kept-keys.ts';

const FILE = 'demo.json';

const keysByRole = z.partialRecord(z.enum(roles), z.string());

const demoFile = z.object({
  /** Written before anything else: data beside it were made by the demo, and may be deleted by it. */
  begun_at: z.string(),
  /** Null: the first start was not finished. */
  finished_at: z.string().nullable(),
  /** Null: the stories of the story bays are still to be told. Absent: the city was made before it had any. */
  stories_told_at: z.string().nullable().optional(),
  tenant_id: z.string(),
  site_ids: z.array(z.string()),
  spaces: z.record(z.string(), z.string()),
  keys: keysByRole,
});
export type DemoFile = z.infer<typeof demoFile>;

/** What cannot be read back from anywhere, above all the keys. */
export async function readDemoFile(dataDir: string): Promise<DemoFile | null> {
  return demoFile.safeParse(await readSecretFile(dataDir, FILE)).data ?? null;
}

export async function keepDemoFile(dataDir: string, file: DemoFile): Promise<void> {
  await keepSecretFile(dataDir, FILE, file);
}

export async function forgetDemoFile(dataDir: string): Promise<void> {
  await forgetSecretFile(dataDir, FILE);
}

export function keyOf({ keys }: DemoFile, role: Role): string {
  return keys[role] ?? '';
}
