import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type statusPb from '@eventstore/db-client/generated/status_pb.js';
import type streamsPb from '@eventstore/db-client/generated/streams_pb.js';

/** What became of one attempt to append. Only `lost` leaves it open whether anything was written. */
export type Answer =
  | { readonly kind: 'written'; readonly revision: number; readonly position: RawPosition | null }
  | { readonly kind: 'conflict'; readonly actual: number | 'no_stream' }
  | { readonly kind: 'stream-deleted' }
  | { readonly kind: 'access-denied'; readonly message: string }
  | { readonly kind: 'too-large'; readonly limit: number | undefined }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'not-sent'; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string };

export interface RawPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

export function correlationOf(response: streamsPb.BatchAppendResp): string | undefined {
  const id = response.getCorrelationId();
  if (id === undefined) return undefined;
  return id.hasStructured() ? structured(id.getStructured()) : id.getString();
}

export function answerOf(response: streamsPb.BatchAppendResp): Answer {
  const success = response.getSuccess();
  if (success !== undefined) {
    const position = success.getPosition();
    return {
      kind: 'written',
      revision: Number(success.getCurrentRevision()),
      position:
        position === undefined
          ? null
          : { commit: BigInt(position.getCommitPosition()), prepare: BigInt(position.getPreparePosition()) },
    };
  }
  const error = response.getError();
  return error === undefined ? { kind: 'lost', message: 'an answer without content' } : failure(error);
}

function failure(status: statusPb.Status): Answer {
  const details = status.getDetails();
  const name = details?.getTypeName().replace(/^event_store\.client\./, '');
  switch (name) {
    case 'WrongExpectedVersion': {
      const wrong = details?.unpack(
        (bytes) => sharedPb.WrongExpectedVersion.deserializeBinary(bytes),
        details.getTypeName(),
      );
      const known = wrong?.hasCurrentStreamRevision() === true;
      return { kind: 'conflict', actual: known ? Number(wrong.getCurrentStreamRevision()) : 'no_stream' };
    }
    case 'StreamDeleted':
      return { kind: 'stream-deleted' };
    case 'AccessDenied':
      return { kind: 'access-denied', message: status.getMessage() };
    case 'MaximumAppendSizeExceeded': {
      const size = details?.unpack(
        (bytes) => sharedPb.MaximumAppendSizeExceeded.deserializeBinary(bytes),
        details.getTypeName(),
      );
      return { kind: 'too-large', limit: size?.getMaxappendsize() };
    }
    case 'Timeout':
      return { kind: 'lost', message: 'the server could not commit in time' };
    default:
      return unnamed(status.getMessage());
  }
}

/** Refusals before any write carry only a text. Whatever else it may be, it leaves the outcome open. */
function unnamed(message: string): Answer {
  if (/Server Is Not Ready|Server Is Busy|No leader info/.test(message)) return { kind: 'refused', message };
  return { kind: 'lost', message: message === '' ? 'an unknown error of the server' : message };
}

function structured(parts: sharedPb.UUID.Structured | undefined): string | undefined {
  if (parts === undefined) return undefined;
  const hex = (half: string): string => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0');
  const digits = hex(parts.getMostSignificantBits()) + hex(parts.getLeastSignificantBits());
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
