import { z } from 'zod';
import { reasonInput, type ReasonInput } from './wire.ts';

/** The body of an act that may go without saying why: no body at all will do. */
export const closeBody = z.strictObject({ reason: reasonInput.optional() }).optional();

export const noReason: ReasonInput = { code: 'other' };
