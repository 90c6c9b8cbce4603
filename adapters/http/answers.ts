import { type FastifySerializerCompiler } from 'fastify';
import { type z } from 'zod';
import { canonicalOrPlain } from './fingerprint.ts';

/** Answers are written as they are: their types were checked when the program was compiled. */
export const serializerCompiler: FastifySerializerCompiler<z.ZodType> = () => (body) => JSON.stringify(body);

/** For tests: an answer that lacks a documented field, or has one that is not documented, fails. */
export const checkingSerializerCompiler: FastifySerializerCompiler<z.ZodType> =
  ({ schema, method, url }) =>
  (body) => {
    const text = JSON.stringify(body);
    const plain = JSON.parse(text) as unknown;
    const known = schema.parse(plain);
    if (canonicalOrPlain(known) !== canonicalOrPlain(plain)) {
      throw new Error(`${method} ${url} answers more than it documents: ${text}`);
    }
    return text;
  };
