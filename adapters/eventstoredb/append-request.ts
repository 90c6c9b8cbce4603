import { randomUUID } from 'node:crypto';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import {
  type PreparedAppend,
  type PreparedEvent,
} from '../../application/ports/event-store/prepared-append.ts';

/** What goes over the wire, made once: a repeat sends the same message under another correlation id. */
export interface AppendRequest {
  /** The same for an append and its repeats. */
  readonly key: string;
  /** The message, to be sent under this correlation id. */
  under(correlationId: string): streamsPb.BatchAppendReq;
}

/** Of events for a stream of any name: also for the stream that holds another one's settings. */
export function appendRequest(
  stream: string,
  events: readonly PreparedEvent[],
  expected: PreparedAppend['expected'],
): AppendRequest {
  const options = optionsFor(stream, expected);
  const messages = events.map(proposed);
  return {
    key: `${stream} ${events[0]?.id ?? ''}`,
    under: (correlationId) => {
      const request = new streamsPb.BatchAppendReq();
      request.setCorrelationId(uuid(correlationId));
      request.setOptions(options);
      request.setProposedMessagesList(messages);
      // One message per append: the largest append is far below what a message may hold.
      request.setIsFinal(true);
      return request;
    },
  };
}

export const newCorrelationId = (): string => randomUUID();

/** No deadline: it would travel as an instant of our clock, and a server ahead of us would refuse everything. */
function optionsFor(stream: string, expected: PreparedAppend['expected']): streamsPb.BatchAppendReq.Options {
  const options = new streamsPb.BatchAppendReq.Options();
  const name = new sharedPb.StreamIdentifier();
  name.setStreamName(Buffer.from(stream, 'utf8'));
  options.setStreamIdentifier(name);
  if (expected === 'any') options.setAny(new sharedPb.Empty());
  else if (expected === 'no_stream') options.setNoStream(new sharedPb.Empty());
  else if (expected === 'stream_exists') options.setStreamExists(new sharedPb.Empty());
  else options.setStreamPosition(String(expected));
  return options;
}

function proposed(event: PreparedEvent): streamsPb.BatchAppendReq.ProposedMessage {
  const message = new streamsPb.BatchAppendReq.ProposedMessage();
  message.setId(uuid(event.id));
  message.getMetadataMap().set('type', event.type).set('content-type', 'application/json');
  // The canonical bytes themselves: nothing between here and the disk prints them again.
  message.setData(Buffer.from(event.data, 'utf8'));
  message.setCustomMetadata(Buffer.from(event.metadata, 'utf8'));
  return message;
}

function uuid(text: string): sharedPb.UUID {
  const id = new sharedPb.UUID();
  id.setString(text);
  return id;
}
