import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { roleSchema } from '../../domain/tenant/events.ts';

/** What is kept of a key: enough to say whose frames they are, and nothing that lets anyone in. */
const keptKeySchema = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  tenant_id: z.string(),
  key_id: z.string(),
  role: roleSchema,
  expires_at: z.string().nullable(),
});
const fileSchema = z.object({ version: z.literal(1), keys: z.array(keptKeySchema) });

export type KeptKey = z.infer<typeof keptKeySchema>;

/**
 * Keys that may send frames, kept on the disk (mode 0600) for the time when the database is away. While it is there the
 * file is replaced by what it says, so a revoked key is gone with the next refresh.
 */
export class IngestKeyFile {
  readonly #path: string;
  #keys: ReadonlyMap<string, KeptKey>;

  private constructor(path: string, keys: readonly KeptKey[]) {
    this.#path = path;
    this.#keys = byHash(keys);
  }

  /** With the keys of the last time; none where there is no file, or one that nobody can read. */
  static async open(dataDir: string): Promise<IngestKeyFile> {
    const path = join(dataDir, 'keys', 'ingest-keys.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    return new IngestKeyFile(path, text === null ? [] : keysOf(text));
  }

  find(hash: string): KeptKey | null {
    return this.#keys.get(hash) ?? null;
  }

  /** The database does not know the key: it is forgotten at once, and gone from the disk with the next refresh. */
  forget(hash: string): void {
    if (!this.#keys.has(hash)) return;
    this.#keys = new Map([...this.#keys].filter(([kept]) => kept !== hash));
  }

  /** All keys there are. The file is written when it says something else, whole or not at all. */
  async refresh(load: () => Promise<readonly KeptKey[]>): Promise<void> {
    const keys = [...(await load())].sort((a, b) => (a.hash < b.hash ? -1 : 1));
    this.#keys = byHash(keys);
    const text = `${JSON.stringify({ version: 1, keys })}\n`;
    // Other processes of this DATA_DIR write it, too: what counts is what it says now.
    if (text === (await readFile(this.#path, 'utf8').catch(() => null))) return;
    await replace(this.#path, text);
  }
}

function keysOf(text: string): readonly KeptKey[] {
  try {
    return fileSchema.parse(JSON.parse(text)).keys;
  } catch {
    return [];
  }
}

function byHash(keys: readonly KeptKey[]): ReadonlyMap<string, KeptKey> {
  return new Map(keys.map((key) => [key.hash, key]));
}

async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}.draft`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
}
