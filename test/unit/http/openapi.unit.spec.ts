import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { mayDo, type Permission, permissions } from '../../../adapters/http/access.ts';
import { problemCatalogue } from '../../../adapters/http/problems/catalogue.ts';
import { rejectionCodes } from '../../../domain/event/rejection.ts';
import { roles } from '../../../domain/tenant/events.ts';
import { openApiDocument, type OpenApiDocument, operationsOf } from '../../../docs/api/openapi-document.ts';

/** The validator resolves references in place. */
function validate(what: object) {
  return new Validator().validate(structuredClone(what) as Parameters<Validator['validate']>[0]);
}

let document: OpenApiDocument;
beforeAll(async () => {
  document = await openApiDocument();
});

describe('the OpenAPI document', () => {
  it('is a valid one, of version 3.1', async () => {
    expect(document.openapi).toBe('3.1.0');
    const { errors, valid } = await validate(document);
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('is refused by the same validator when it is not', async () => {
    const broken = { ...structuredClone(document), paths: { nothing: 1 } };
    expect((await validate(broken)).valid).toBe(false);
  });

  it('names each operation once, with a summary, a tag and an answer', () => {
    const operations = operationsOf(document);
    expect(operations.length).toBeGreaterThan(40);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations) {
      expect(operation.summary).toMatch(/^[A-Z]/);
      expect(operation.tags).toHaveLength(1);
    }
  });

  it('names every form of an answer', () => {
    for (const { method, operation, path } of operationsOf(document)) {
      if (operation.tags.includes('ingest')) continue;
      const success = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
      expect(
        success.map(([, answer]) => Object.hasOwn(answer, 'content')),
        `${method} ${path}`,
      ).toEqual([true]);
    }
  });

  it('tells of every guarded operation that it may answer 401, 403 and 503', () => {
    const guarded = operationsOf(document).filter(({ operation }) => operation['x-permission'] !== undefined);
    expect(guarded.length).toBeGreaterThan(40);
    for (const { operation } of guarded) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403', '503']));
    }
  });

  it('leaves nothing under /api/v1 without a permission but health', () => {
    const open = operationsOf(document).filter(({ operation }) => operation['x-permission'] === undefined);
    expect(open.map(({ path }) => path)).toEqual([
      '/api/v1/health/live',
      '/api/v1/health/ready',
      '/api/v1/health',
    ]);
  });

  it('has bodies that may be left out where the program lets one leave them out', () => {
    const close = document.paths['/api/v1/sites/{id}/close']?.['post'] as unknown as {
      requestBody: { required: boolean };
    };
    const create = document.paths['/api/v1/sites']?.['post'] as unknown as typeof close;
    expect([close.requestBody.required, create.requestBody.required]).toEqual([false, true]);
  });
});

describe('the table of roles', () => {
  it('gives the owner everything, and who sends frames nothing else', () => {
    const names = Object.keys(permissions) as Permission[];
    expect(names.filter((name) => !mayDo('owner', name))).toEqual([]);
    expect(names.filter((name) => mayDo('ingest', name))).toEqual(['identify', 'ingest']);
    expect(roles.filter((role) => mayDo(role, 'book'))).toEqual(['owner', 'admin', 'operator', 'booker']);
  });
});

describe('the catalogue of errors', () => {
  it('has a page for everything that a decider may refuse', () => {
    expect(rejectionCodes.filter((code) => !Object.hasOwn(problemCatalogue, code))).toEqual([]);
  });
});
