import { type Evidence } from '../../domain/frames/evidence.ts';
import { type Instant } from '../../domain/time/instant.ts';

/** What one intake last said: all frames that it received before are in the event store. */
export interface IntakeWord extends Evidence {
  /** Names the intake among all that write to the same store. */
  readonly intake: string;
  readonly writtenAt: Instant;
}

/** Where intakes say how far they are, and the sensor process how far all of it has been handled. */
export interface EvidenceBoard {
  /**
   * Replaces the intake's last word. What `covered` intakes said goes with it: their frames are among those that this
   * word speaks of.
   */
  report(word: IntakeWord, covered?: readonly string[]): Promise<void>;
  /** Empty, stopping: what this intake said last holds nobody up any more. False when it had said nothing. */
  withdraw(intake: string): Promise<boolean>;
  /** The last words of all intakes, also of those that have gone silent. */
  intakes(): Promise<readonly IntakeWord[]>;
  publish(evidence: Evidence, at: Instant): Promise<void>;
  /** Null: nothing has been published yet, so nothing is known. */
  published(): Promise<Evidence | null>;
}
