import { type Ciphertext } from '../../domain/personal-data/ciphertext.ts';

/** Thrown when a subject's key has been destroyed: nothing may be written for that subject again (rule P4). */
export class SubjectErasedError extends Error {
  readonly code = 'subject-erased';
  constructor() {
    super('the data of this person has been erased');
    this.name = 'SubjectErasedError';
  }
}

export interface Encrypted {
  readonly ciphertext: Ciphertext;
  /** Set while the making of the subject's key has not been recorded as `SubjectKeyCreated`. */
  readonly unrecordedKeyId: string | null;
}

/**
 * Keeps personal data unreadable outside: AES-256-GCM with a key per subject, wrapped by the tenant's key, wrapped by
 * the master key. Associated data: tenant, subject, field, ciphertext id.
 */
export interface PersonalDataVault {
  /**
   * The subject of a caller's own reference to a person, from a directory that can be deleted (keyed HMAC of the
   * reference). `candidate` becomes the subject's id where the reference is new.
   */
  subjectOf(tenantId: string, holderRef: string, candidate: string): Promise<string>;
  /** The subject of a reference where there is one. */
  findSubject(tenantId: string, holderRef: string): Promise<string | null>;
  /**
   * The same plaintext under the same `ctId` gives the same ciphertext, so that a repeated command has the same bytes.
   * Throws SubjectErasedError.
   */
  encrypt(
    tenantId: string,
    subjectId: string,
    field: string,
    ctId: string,
    plaintext: string,
  ): Promise<Encrypted>;
  /** The event `SubjectKeyCreated` has been appended. */
  keyRecorded(tenantId: string, subjectId: string): Promise<void>;
  /** Null where the key has been destroyed. */
  decrypt(tenantId: string, subjectId: string, field: string, ciphertext: Ciphertext): Promise<string | null>;
}
