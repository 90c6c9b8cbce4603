import { type Rejection } from '../event/rejection.ts';

/** Null: the command was recorded, as far as there was anything to record. */
export type Refusal = Rejection | null;
