import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashApiKey, looksLikeApiKey, mintApiKey } from '../../../adapters/api-keys/api-key.ts';
import { authenticator } from '../../../adapters/http/authenticate.ts';
import { type KeptPrincipal } from '../../../adapters/http/kept-keys.ts';
import { type Principal } from '../../../adapters/http/principal.ts';
import { ProblemError } from '../../../adapters/http/problems/problem.ts';
import { IngestKeyFile, type KeptKey } from '../../../adapters/kept-keys/ingest-key-file.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const known = mintApiKey('live');
const unknown = mintApiKey('live');

const principal: Principal = {
  tenantId: 't',
  tenantName: 'Demo City',
  tenantMode: 'live',
  suspended: false,
  keyId: 'k',
  keyName: 'network server',
  role: 'ingest',
  scopes: [],
  expiresAt: null,
};

/** An authenticator beside a database that is there, away, or silent. */
function given(kept: Partial<KeptPrincipal> = {}) {
  const world = {
    database: 'there' as 'there' | 'away' | 'silent',
    now: NOW,
    asked: 0,
    forgotten: [] as string[],
  };
  const authenticate = authenticator(
    (hash) => {
      world.asked += 1;
      if (world.database === 'away') return Promise.reject(new Error('ECONNREFUSED'));
      if (world.database === 'silent') return new Promise(() => undefined);
      return Promise.resolve(hash === known.hash ? principal : null);
    },
    { hashApiKey, looksLikeApiKey },
    () => world.now,
    {
      find: (hash) =>
        hash === known.hash ? { tenantId: 't', keyId: 'k', role: 'ingest', expiresAt: null, ...kept } : null,
      forget: (hash) => world.forgotten.push(hash),
    },
  );
  const ask = async (key: string, permission = 'ingest'): Promise<Principal | string> => {
    const request = { headers: { 'x-api-key': key }, routeOptions: { config: { permission } } };
    return authenticate(request as never).catch((error: unknown) =>
      error instanceof ProblemError ? error.problem : String(error),
    );
  };
  return { world, ask };
}

describe('who sends frames, while the database is away', () => {
  it('is known by the kept keys; an unknown key is told to come back, never that it is wrong', async () => {
    const { ask, world } = given();
    world.database = 'away';
    expect(await ask(known.key)).toMatchObject({ tenantId: 't', keyId: 'k', role: 'ingest' });
    expect(await ask(unknown.key)).toBe('unavailable');
    expect(await ask('no key at all')).toBe('unauthenticated');
  });

  it('does not make every frame wait for a database that does not answer', async () => {
    const { ask, world } = given();
    world.database = 'silent';
    const began = performance.now();
    expect(await ask(unknown.key)).toBe('unavailable');
    expect(performance.now() - began).toBeLessThan(1_500);
    for (let n = 0; n < 50; n += 1) {
      world.now += 10;
      expect(await ask(unknown.key)).toBe('unavailable');
    }
    expect(world.asked).toBe(1);
    world.now += 2_000;
    world.database = 'there';
    expect(await ask(unknown.key)).toBe('unauthenticated');
    expect(world.asked).toBe(2);
  });

  it('may do nothing else by it', async () => {
    const { ask, world } = given({ role: 'owner' });
    world.database = 'away';
    expect(await ask(known.key)).toMatchObject({ role: 'owner' });
    expect(await ask(known.key, 'administer')).toMatch(/ECONNREFUSED/);
  });

  it('is refused with a key that has expired, or that may not send', async () => {
    const expired = given({ expiresAt: '2026-03-01T11:59:59.000Z' });
    expired.world.database = 'away';
    expect(await expired.ask(known.key)).toBe('unauthenticated');
    const viewer = given({ role: 'viewer' });
    viewer.world.database = 'away';
    expect(await viewer.ask(known.key)).toBe('unavailable');
  });

  it('a key that the database does not know is forgotten', async () => {
    const { ask, world } = given();
    expect(await ask(unknown.key)).toBe('unauthenticated');
    expect(world.forgotten).toEqual([unknown.hash]);
  });
});

describe('the file of ingest keys', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'bl-keys-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const path = () => join(folder, 'keys', 'ingest-keys.json');
  const key = (hash: string): KeptKey => ({
    hash,
    tenant_id: 't',
    key_id: 'k',
    role: 'ingest',
    expires_at: null,
  });

  it('is read at the next start, holds nothing that lets anyone in, and is ours alone', async () => {
    const file = await IngestKeyFile.open(folder);
    expect(file.find(known.hash)).toBeNull();
    await file.refresh(() => Promise.resolve([key(known.hash)]));
    expect((await IngestKeyFile.open(folder)).find(known.hash)).toEqual(key(known.hash));
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    const text = await readFile(path(), 'utf8');
    expect(text).not.toContain(known.key);
    expect(Object.keys((JSON.parse(text) as { keys: object[] }).keys[0] ?? {}).sort()).toEqual([
      'expires_at',
      'hash',
      'key_id',
      'role',
      'tenant_id',
    ]);
  });

  it('a revoked key does not come back: not from memory, not from the disk', async () => {
    const file = await IngestKeyFile.open(folder);
    await file.refresh(() => Promise.resolve([key(known.hash), key(unknown.hash)]));
    file.forget(unknown.hash);
    expect(file.find(unknown.hash)).toBeNull();
    await file.refresh(() => Promise.resolve([key(known.hash)]));
    const next = await IngestKeyFile.open(folder);
    expect([next.find(unknown.hash), next.find(known.hash)]).toEqual([null, key(known.hash)]);
  });

  it('a refresh that fails changes nothing; one that finds another content replaces it', async () => {
    const file = await IngestKeyFile.open(folder);
    await file.refresh(() => Promise.resolve([key(known.hash)]));
    await expect(file.refresh(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(file.find(known.hash)).not.toBeNull();
    await writeFile(path(), 'torn');
    expect((await IngestKeyFile.open(folder)).find(known.hash)).toBeNull();
    await file.refresh(() => Promise.resolve([key(known.hash)]));
    expect((await IngestKeyFile.open(folder)).find(known.hash)).not.toBeNull();
  });
});
