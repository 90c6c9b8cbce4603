import { createHmac, randomBytes } from 'node:crypto';
import { type Pool } from 'pg';
import {
  type Encrypted,
  type PersonalDataVault,
  SubjectErasedError,
} from '../../application/ports/personal-data-vault.ts';
import { type Ciphertext } from '../../domain/personal-data/ciphertext.ts';
import { KEY_BYTES, open, seal, unwrapKey, wrapKey } from './sealed-box.ts';

/**
 * The key table in Postgres: tenant keys wrapped by the master key, subject keys wrapped by the tenant's. Unwrapped
 * tenant keys are kept in memory, subject keys are not: a destroyed key must be gone at once.
 */
export class PostgresVault implements PersonalDataVault {
  readonly #pool: Pool;
  readonly #masterKey: Buffer;
  readonly #tenantKeys = new Map<string, Promise<Buffer>>();

  constructor(pool: Pool, masterKey: Buffer) {
    if (masterKey.length !== KEY_BYTES) throw new RangeError(`MASTER_KEY must be ${KEY_BYTES} bytes`);
    this.#pool = pool;
    this.#masterKey = masterKey;
  }

  async subjectOf(tenantId: string, holderRef: string, candidate: string): Promise<string> {
    const hash = await this.#holderHash(tenantId, holderRef);
    await this.#pool.query(
      `INSERT INTO vault.subject_directory (tenant_id, holder_hash, subject_id) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING`,
      [tenantId, hash, candidate],
    );
    return (await this.#subjectByHash(tenantId, hash)) ?? candidate;
  }

  async findSubject(tenantId: string, holderRef: string): Promise<string | null> {
    return this.#subjectByHash(tenantId, await this.#holderHash(tenantId, holderRef));
  }

  async encrypt(
    tenantId: string,
    subjectId: string,
    field: string,
    ctId: string,
    plaintext: string,
  ): Promise<Encrypted> {
    const { keyId, key, recorded } = await this.#subjectKey(tenantId, subjectId);
    const sealed = seal(key, Buffer.from(plaintext), associated(tenantId, subjectId, field, ctId));
    return {
      ciphertext: {
        key_id: keyId,
        ct_id: ctId,
        iv: sealed.iv.toString('base64'),
        ct: sealed.ct.toString('base64'),
      },
      unrecordedKeyId: recorded ? null : keyId,
    };
  }

  async keyRecorded(tenantId: string, subjectId: string): Promise<void> {
    await this.#pool.query(
      'UPDATE vault.subject_keys SET recorded = true WHERE tenant_id = $1 AND subject_id = $2',
      [tenantId, subjectId],
    );
  }

  async decrypt(
    tenantId: string,
    subjectId: string,
    field: string,
    ciphertext: Ciphertext,
  ): Promise<string | null> {
    const row = await this.#readSubjectKey(tenantId, subjectId);
    if (row === null || row.wrapped === null || row.key_id !== ciphertext.key_id) return null;
    const key = await this.#unwrap(tenantId, subjectId, row.wrapped);
    const sealed = { iv: Buffer.from(ciphertext.iv, 'base64'), ct: Buffer.from(ciphertext.ct, 'base64') };
    return open(key, sealed, associated(tenantId, subjectId, field, ciphertext.ct_id)).toString();
  }

  async #subjectKey(tenantId: string, subjectId: string) {
    const found = await this.#readSubjectKey(tenantId, subjectId);
    if (found !== null) return this.#usable(tenantId, subjectId, found);
    const keyId = randomBytes(12).toString('hex');
    const wrapped = wrapKey(
      await this.#tenantKey(tenantId),
      randomBytes(KEY_BYTES),
      subjectScope(tenantId, subjectId),
    );
    await this.#pool.query(
      `INSERT INTO vault.subject_keys (tenant_id, subject_id, key_id, wrapped) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [tenantId, subjectId, keyId, wrapped],
    );
    const kept = await this.#readSubjectKey(tenantId, subjectId);
    if (kept === null) throw new SubjectErasedError();
    return this.#usable(tenantId, subjectId, kept);
  }

  async #usable(tenantId: string, subjectId: string, row: SubjectKeyRow) {
    if (row.wrapped === null) throw new SubjectErasedError();
    return {
      keyId: row.key_id,
      key: await this.#unwrap(tenantId, subjectId, row.wrapped),
      recorded: row.recorded,
    };
  }

  async #unwrap(tenantId: string, subjectId: string, wrapped: Buffer): Promise<Buffer> {
    return unwrapKey(await this.#tenantKey(tenantId), wrapped, subjectScope(tenantId, subjectId));
  }

  async #readSubjectKey(tenantId: string, subjectId: string): Promise<SubjectKeyRow | null> {
    const found = await this.#pool.query<SubjectKeyRow>(
      'SELECT key_id, wrapped, recorded FROM vault.subject_keys WHERE tenant_id = $1 AND subject_id = $2',
      [tenantId, subjectId],
    );
    return found.rows[0] ?? null;
  }

  async #subjectByHash(tenantId: string, hash: Buffer): Promise<string | null> {
    const found = await this.#pool.query<{ subject_id: string }>(
      'SELECT subject_id FROM vault.subject_directory WHERE tenant_id = $1 AND holder_hash = $2',
      [tenantId, hash],
    );
    return found.rows[0]?.subject_id ?? null;
  }

  async #holderHash(tenantId: string, holderRef: string): Promise<Buffer> {
    return createHmac('sha256', await this.#tenantKey(tenantId))
      .update('holder\u001f')
      .update(holderRef)
      .digest();
  }

  #tenantKey(tenantId: string): Promise<Buffer> {
    const known = this.#tenantKeys.get(tenantId);
    if (known !== undefined) return known;
    const loading = this.#loadTenantKey(tenantId);
    this.#tenantKeys.set(tenantId, loading);
    loading.catch(() => this.#tenantKeys.delete(tenantId));
    return loading;
  }

  async #loadTenantKey(tenantId: string): Promise<Buffer> {
    const fresh = wrapKey(this.#masterKey, randomBytes(KEY_BYTES), tenantId);
    await this.#pool.query(
      'INSERT INTO vault.tenant_keys (tenant_id, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [tenantId, fresh],
    );
    const found = await this.#pool.query<{ wrapped: Buffer }>(
      'SELECT wrapped FROM vault.tenant_keys WHERE tenant_id = $1',
      [tenantId],
    );
    return unwrapKey(this.#masterKey, found.rows[0]?.wrapped ?? fresh, tenantId);
  }
}

interface SubjectKeyRow {
  readonly key_id: string;
  readonly wrapped: Buffer | null;
  readonly recorded: boolean;
}

function associated(tenantId: string, subjectId: string, field: string, ctId: string): string {
  return [tenantId, subjectId, field, ctId].join('\u001f');
}

function subjectScope(tenantId: string, subjectId: string): string {
  return [tenantId, subjectId].join('\u001f');
}
