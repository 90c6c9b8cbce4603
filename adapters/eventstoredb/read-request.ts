import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { type Category } from '../../application/ports/event-store/categories.ts';
import { type RawPosition } from './append-answer.ts';

type Options = streamsPb.ReadReq.Options;
export type Direction = 'forwards' | 'backwards';

/** The server looks at this many events before it says anything: large windows make sparse categories quick. */
const SEARCH_WINDOW = 2000;

export function readStreamRequest(
  stream: string,
  from: number | 'start' | 'end',
  direction: Direction,
  count: number,
): streamsPb.ReadReq {
  const options = reading(direction, count);
  const streamOptions = new streamsPb.ReadReq.Options.StreamOptions();
  const name = new sharedPb.StreamIdentifier();
  name.setStreamName(Buffer.from(stream, 'utf8'));
  streamOptions.setStreamIdentifier(name);
  if (from === 'start') streamOptions.setStart(new sharedPb.Empty());
  else if (from === 'end') streamOptions.setEnd(new sharedPb.Empty());
  else streamOptions.setRevision(String(from));
  options.setStream(streamOptions);
  options.setNoFilter(new sharedPb.Empty());
  return request(options);
}

export function readAllRequest(
  categories: readonly Category[],
  from: RawPosition | 'start' | 'end',
  direction: Direction,
  count: number,
): streamsPb.ReadReq {
  const options = reading(direction, count);
  options.setAll(allFrom(from));
  options.setFilter(filter(categories));
  return request(options);
}

export function subscribeRequest(
  categories: readonly Category[],
  from: RawPosition | 'start',
): streamsPb.ReadReq {
  const options = new streamsPb.ReadReq.Options();
  options.setSubscription(new streamsPb.ReadReq.Options.SubscriptionOptions());
  options.setAll(allFrom(from));
  options.setFilter(filter(categories));
  return request(options);
}

function reading(direction: Direction, count: number): Options {
  const options = new streamsPb.ReadReq.Options();
  options.setCount(String(Math.min(count, Number.MAX_SAFE_INTEGER)));
  const { FORWARDS, BACKWARDS } = streamsPb.ReadReq.Options.ReadDirection;
  options.setReadDirection(direction === 'forwards' ? FORWARDS : BACKWARDS);
  return options;
}

function allFrom(from: RawPosition | 'start' | 'end'): streamsPb.ReadReq.Options.AllOptions {
  const all = new streamsPb.ReadReq.Options.AllOptions();
  if (from === 'start') all.setStart(new sharedPb.Empty());
  else if (from === 'end') all.setEnd(new sharedPb.Empty());
  else {
    const position = new streamsPb.ReadReq.Options.Position();
    position.setCommitPosition(String(from.commit));
    position.setPreparePosition(String(from.prepare));
    all.setPosition(position);
  }
  return all;
}

/** By prefix of the stream's name, which is cheap; settings streams (`$$…`) and other programs' begin otherwise. */
function filter(categories: readonly Category[]): streamsPb.ReadReq.Options.FilterOptions {
  const names = new streamsPb.ReadReq.Options.FilterOptions.Expression();
  names.setPrefixList(categories.map((category) => `${category}-`));
  const options = new streamsPb.ReadReq.Options.FilterOptions();
  options.setStreamIdentifier(names);
  options.setMax(SEARCH_WINDOW);
  options.setCheckpointintervalmultiplier(1);
  return options;
}

function request(options: Options): streamsPb.ReadReq {
  const uuids = new streamsPb.ReadReq.Options.UUIDOption();
  uuids.setString(new sharedPb.Empty());
  options.setUuidOption(uuids);
  options.setResolveLinks(false);
  const read = new streamsPb.ReadReq();
  read.setOptions(options);
  return read;
}
