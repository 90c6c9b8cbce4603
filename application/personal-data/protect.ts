import { type Ciphertext } from '../../domain/personal-data/ciphertext.ts';
import { type Reason, type ReasonCode } from '../../domain/reason/reason.ts';
import { type CommandContext, stepOf } from '../commands/command-context.ts';
import { type CommandHandler } from '../commands/command-handler.ts';
import { derivedId } from '../ids/ids.ts';
import { type PersonalDataVault } from '../ports/personal-data-vault.ts';
import { type SubjectCommand, type SubjectState } from '../../domain/subject/decider.ts';
import { type SubjectEvent } from '../../domain/subject/events.ts';

/** What a caller says of the person who holds a booking. */
export interface Holder {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly plate?: string | undefined;
}

export interface ProtectedHolder {
  readonly subjectId: string;
  readonly holder?: Ciphertext;
}

export type SubjectHandler = CommandHandler<SubjectCommand, SubjectEvent, SubjectState>;

/** Encrypts personal data before any decision is made, and records each subject's key when it is made. */
export class PersonalDataProtection {
  readonly #vault: PersonalDataVault;
  readonly #subjects: SubjectHandler;

  constructor(vault: PersonalDataVault, subjects: SubjectHandler) {
    this.#vault = vault;
    this.#subjects = subjects;
  }

  /** A booking without a reference to a person gets a subject of its own. */
  async protectHolder(
    context: CommandContext,
    holderRef: string | undefined,
    holder: Holder | undefined,
  ): Promise<ProtectedHolder> {
    const candidate = derivedId(context.commandId, 'subject');
    const subjectId =
      holderRef === undefined
        ? candidate
        : await this.#vault.subjectOf(context.tenantId, holderRef, candidate);
    if (holder === undefined) return { subjectId };
    return { subjectId, holder: await this.#encrypt(context, subjectId, 'holder', JSON.stringify(holder)) };
  }

  /** Free text of a reason is a protected field too: people write names into it. Its subject is its own. */
  async protectReason(context: CommandContext, code: ReasonCode, text: string | undefined): Promise<Reason> {
    if (text === undefined || text === '') return { code };
    const subjectId = derivedId(context.commandId, 'text');
    const ciphertext = await this.#encrypt(context, subjectId, 'reason', text);
    return { code, text: ciphertext, text_subject_id: subjectId };
  }

  async #encrypt(
    context: CommandContext,
    subjectId: string,
    field: string,
    plaintext: string,
  ): Promise<Ciphertext> {
    const ctId = derivedId(context.commandId, `ciphertext/${field}`);
    const { ciphertext, unrecordedKeyId } = await this.#vault.encrypt(
      context.tenantId,
      subjectId,
      field,
      ctId,
      plaintext,
    );
    if (unrecordedKeyId !== null) {
      const step = stepOf(context, derivedId(context.commandId, `subject-key/${subjectId}`));
      await this.#subjects.handle(
        subjectId,
        { type: 'RecordSubjectKey', keyId: unrecordedKeyId, now: context.decidedAt },
        step,
      );
      await this.#vault.keyRecorded(context.tenantId, subjectId);
    }
    return ciphertext;
  }
}
