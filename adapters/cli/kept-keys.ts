import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A file in DATA_DIR/keys for what cannot be read back from anywhere. Only its owner may read it. */
export async function keepSecretFile(dataDir: string, name: string, value: object): Promise<string> {
  const folder = join(dataDir, 'keys');
  const path = join(folder, name);
  // In two steps: only the folder of the keys is closed, others run their servers beside it.
  await mkdir(dataDir, { recursive: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.draft`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await chmod(path, 0o600);
  return path;
}

/** Null: there is none, or nobody can read it. */
export async function readSecretFile(dataDir: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(dataDir, 'keys', name), 'utf8')) as unknown;
  } catch {
    return null;
  }
}

export async function forgetSecretFile(dataDir: string, name: string): Promise<void> {
  await rm(join(dataDir, 'keys', name), { force: true });
}
