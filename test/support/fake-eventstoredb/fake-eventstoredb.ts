import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import grpcStubs from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import grpc from '@grpc/grpc-js';
import { matches, recordsFor, startOf } from './answering-reads.ts';
import {
  caughtUpMessage,
  checkpointMessage,
  conflict,
  eventMessage,
  expectationOf,
  notFoundMessage,
  proposedOf,
  refusal,
  streamOf,
  success,
  timeout,
} from './messages.ts';
import { Records, type FakeRecord } from './records.ts';

type BatchCall = grpc.ServerDuplexStream<streamsPb.BatchAppendReq, streamsPb.BatchAppendResp>;
type ReadCall = grpc.ServerWritableStream<streamsPb.ReadReq, streamsPb.ReadResp>;

/** What the server does with the next appends. */
export type AppendFault =
  | 'silent'
  | 'written-but-silent'
  | 'written-then-end'
  | 'written-then-error'
  | 'written-but-timeout'
  | 'error-then-late-answer'
  | 'answered-twice'
  | 'answered-without-content'
  | 'not-ready';
export type ReadFault = 'silent' | 'not-ready' | 'end-after-one' | 'denied' | 'wedged' | 'early-checkpoints';

/** A small EventStoreDB that does on demand what the real one does rarely. */
export class FakeEventStoreDb {
  readonly records = new Records();
  appendFault: AppendFault | null = null;
  readFault: ReadFault | null = null;
  /** How many streams of appends, and reads, were opened so far. */
  batches = 0;
  readonly reads: { readonly subscription: boolean; cancelled: boolean }[] = [];
  readonly #subscriptions = new Set<ReadCall>();
  #server: grpc.Server | null = null;
  port = 0;

  static async start(): Promise<FakeEventStoreDb> {
    const fake = new FakeEventStoreDb();
    await fake.listen();
    return fake;
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  async listen(): Promise<void> {
    const server = new grpc.Server();
    server.addService(grpcStubs.StreamsService, {
      batchAppend: (call: BatchCall) => this.#batch(call),
      read: (call: ReadCall) => this.#read(call),
    });
    server.addService(featuresGrpc.ServerFeaturesService, {
      getSupportedMethods: (
        _: unknown,
        callback: (error: null, value: featuresPb.SupportedMethods) => void,
      ) => callback(null, supported()),
    });
    this.port = await new Promise((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${this.port}`, grpc.ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    this.#server = server;
  }

  /** As a crash: every connection is lost at once. The records stay, as on disk. */
  crash(): void {
    this.#server?.forceShutdown();
    this.#server = null;
    this.#subscriptions.clear();
  }

  /** Ends every running subscription: normally, or with an error. */
  dropSubscriptions(error?: { readonly code: number; readonly details: string }): void {
    for (const call of this.#subscriptions) {
      if (error === undefined) call.end();
      else call.emit('error', failure(error.code, error.details));
    }
    this.#subscriptions.clear();
  }

  #batch(call: BatchCall): void {
    this.batches += 1;
    call.on('end', () => call.end());
    call.on('data', (request: streamsPb.BatchAppendReq) => this.#append(call, request));
  }

  #append(call: BatchCall, request: streamsPb.BatchAppendReq): void {
    const fault = this.appendFault;
    if (fault === 'silent') return;
    if (fault === 'not-ready') return void call.write(refusal(request, 'Server Is Not Ready'));
    const answer = this.#write(request);
    switch (fault) {
      case 'written-but-silent':
        return;
      case 'written-then-end':
        return void call.end();
      case 'written-then-error':
        return void call.emit('error', failure(grpc.status.UNAVAILABLE, 'Connection dropped'));
      case 'written-but-timeout':
        return void call.write(timeout(request));
      case 'error-then-late-answer':
        call.write(refusal(request, 'bad request'));
        setTimeout(() => call.write(answer), 100);
        return;
      case 'answered-twice':
        call.write(answer);
        return void call.write(answer);
      case 'answered-without-content':
        answer.clearSuccess();
        return void call.write(answer);
      case null:
        return void call.write(answer);
    }
  }

  #write(request: streamsPb.BatchAppendReq): streamsPb.BatchAppendResp {
    const stream = streamOf(request);
    const result = this.records.append(stream, proposedOf(request), expectationOf(request));
    if ('actual' in result) return conflict(request, result.actual);
    return success(request, result.revision, this.records.of(stream)[result.revision]?.position ?? 0n);
  }

  #read(call: ReadCall): void {
    const options = call.request.getOptions();
    if (options === undefined) return void call.end();
    const entry = { subscription: options.hasSubscription(), cancelled: false };
    this.reads.push(entry);
    call.on('cancelled', () => (entry.cancelled = true));
    const fault = this.readFault;
    if (fault === 'silent') return;
    if (fault === 'not-ready')
      return void call.emit('error', failure(grpc.status.UNAVAILABLE, 'Server Is Not Ready'));
    if (fault === 'denied')
      return void call.emit('error', failure(grpc.status.PERMISSION_DENIED, 'Access Denied'));
    if (entry.subscription) return this.#subscribe(call, options);
    const found = recordsFor(options, this.records);
    if (found === 'not-found') call.write(notFoundMessage());
    else for (const record of found) call.write(eventMessage(record));
    call.end();
  }

  #subscribe(call: ReadCall, options: streamsPb.ReadReq.Options): void {
    this.#subscriptions.add(call);
    const from = startOf(options);
    let ended = false;
    const send = (record: FakeRecord): void => {
      if (ended || record.position <= from || !matches(options, record)) return;
      // Wedged: confirmed, alive, and never anything again.
      if (this.readFault === 'wedged') return;
      if (this.readFault === 'early-checkpoints') {
        call.write(checkpointMessage(record.position));
        call.write(checkpointMessage(record.position));
      }
      call.write(eventMessage(record));
      if (this.readFault !== 'end-after-one') return;
      ended = true;
      call.end();
    };
    for (const record of this.records.all) send(record);
    if (!ended) call.write(caughtUpMessage());
    const stop = this.records.onRecord(send);
    for (const ending of ['cancelled', 'close', 'finish']) call.on(ending, stop);
  }
}

function failure(code: number, details: string): Error {
  return Object.assign(new Error(details), { code, details });
}

function supported(): featuresPb.SupportedMethods {
  const methods = new featuresPb.SupportedMethods();
  methods.setEventStoreServerVersion('23.10.8');
  const method = new featuresPb.SupportedMethod();
  method.setServiceName('event_store.client.streams.streams');
  method.setMethodName('batchappend');
  methods.addMethods(method);
  return methods;
}
