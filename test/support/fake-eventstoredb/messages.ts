import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js';
import { type ExpectedRevision } from '../../../application/ports/event-store/event-store.ts';
import { type FakeRecord, type Proposed } from './records.ts';

type BatchRequest = streamsPb.BatchAppendReq;
type BatchAnswer = streamsPb.BatchAppendResp;

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

export function streamOf(request: BatchRequest): string {
  return text(request.getOptions()?.getStreamIdentifier()?.getStreamName_asU8());
}

export function expectationOf(request: BatchRequest): ExpectedRevision {
  const options = request.getOptions();
  if (options?.hasNoStream() === true) return 'no_stream';
  if (options?.hasStreamExists() === true) return 'stream_exists';
  return options?.hasStreamPosition() === true ? Number(options.getStreamPosition()) : 'any';
}

export function proposedOf(request: BatchRequest): Proposed[] {
  return request.getProposedMessagesList().map((message) => ({
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    contentType: message.getMetadataMap().get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  }));
}

export function success(request: BatchRequest, revision: number, position: bigint): BatchAnswer {
  const answer = answerTo(request);
  const written = new streamsPb.BatchAppendResp.Success();
  written.setCurrentRevision(String(revision));
  const at = new sharedPb.AllStreamPosition();
  at.setCommitPosition(String(position));
  at.setPreparePosition(String(position));
  written.setPosition(at);
  answer.setSuccess(written);
  return answer;
}

export function conflict(request: BatchRequest, actual: number | 'no_stream'): BatchAnswer {
  const wrong = new sharedPb.WrongExpectedVersion();
  if (actual === 'no_stream') wrong.setCurrentNoStream(new emptyPb.Empty());
  else wrong.setCurrentStreamRevision(String(actual));
  return failed(request, wrong.serializeBinary(), 'event_store.client.WrongExpectedVersion');
}

export function timeout(request: BatchRequest): BatchAnswer {
  return failed(request, new sharedPb.Timeout().serializeBinary(), 'event_store.client.Timeout');
}

/** As 23.10 answers before it is ready: an error with a text and nothing else. */
export function refusal(request: BatchRequest, message: string): BatchAnswer {
  return failed(request, new Uint8Array(), 'google.protobuf.Empty', message);
}

function failed(request: BatchRequest, details: Uint8Array, name: string, message = ''): BatchAnswer {
  const answer = answerTo(request);
  const status = new statusPb.Status();
  status.setMessage(message);
  const packed = new anyPb.Any();
  packed.pack(details, name);
  status.setDetails(packed);
  answer.setError(status);
  return answer;
}

function answerTo(request: BatchRequest): BatchAnswer {
  const answer = new streamsPb.BatchAppendResp();
  answer.setCorrelationId(request.getCorrelationId());
  answer.setStreamIdentifier(request.getOptions()?.getStreamIdentifier());
  return answer;
}

export function eventMessage(record: FakeRecord): streamsPb.ReadResp {
  const recorded = new streamsPb.ReadResp.ReadEvent.RecordedEvent();
  const id = new sharedPb.UUID();
  id.setString(record.id);
  recorded.setId(id);
  const name = new sharedPb.StreamIdentifier();
  name.setStreamName(Buffer.from(record.stream, 'utf8'));
  recorded.setStreamIdentifier(name);
  recorded.setStreamRevision(String(record.revision));
  recorded.setCommitPosition(String(record.position));
  recorded.setPreparePosition(String(record.position));
  recorded
    .getMetadataMap()
    .set('type', record.type)
    .set('content-type', record.contentType)
    .set('created', String(BigInt(record.created.getTime()) * 10_000n));
  recorded.setData(record.data);
  recorded.setCustomMetadata(record.metadata);
  const event = new streamsPb.ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition(String(record.position));
  const message = new streamsPb.ReadResp();
  message.setEvent(event);
  return message;
}

export function caughtUpMessage(): streamsPb.ReadResp {
  const message = new streamsPb.ReadResp();
  message.setCaughtUp(new streamsPb.ReadResp.CaughtUp());
  return message;
}

export function checkpointMessage(position: bigint): streamsPb.ReadResp {
  const message = new streamsPb.ReadResp();
  const checkpoint = new streamsPb.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(String(position));
  message.setCheckpoint(checkpoint);
  return message;
}

export function notFoundMessage(): streamsPb.ReadResp {
  const message = new streamsPb.ReadResp();
  message.setStreamNotFound(new streamsPb.ReadResp.StreamNotFound());
  return message;
}
