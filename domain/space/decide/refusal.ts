import { type Rejection } from '../../event/rejection.ts';

/** Null: recorded what there was to record, which may be nothing. */
export type Refusal = Rejection | null;
