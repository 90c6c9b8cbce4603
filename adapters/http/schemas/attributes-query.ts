import { z } from 'zod';
import { type Attributes } from '../../../domain/identity/names.ts';

const PAIR = /^([a-z][a-z0-9_]*)(?::(.*))?$/;

/** `attribute=ev:true`, repeated or separated by commas; all must match. Without a value: `true`. */
export const attributesQuery = z
  .union([z.string(), z.array(z.string())])
  .meta({
    description: '`name:value`, or `name` for `name:true`; repeated or separated by commas, all must match',
  })
  .transform((given, context): Attributes => {
    const pairs = [given].flat().flatMap((text) => text.split(','));
    const read = pairs.map((pair) => PAIR.exec(pair));
    if (read.includes(null)) {
      context.addIssue({ code: 'custom', message: 'expected name:value, such as ev:true', input: given });
      return z.NEVER;
    }
    return Object.fromEntries(read.map((match) => [match?.[1] ?? '', match?.[2] ?? 'true']));
  });
