import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import grpcStubs from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { connected } from './connected.ts';
import { type ConnectionString } from './connection-string.ts';

type Stub = InstanceType<typeof grpcStubs.StreamsClient>;
export type BatchCall = ReturnType<Stub['batchAppend']>;
export type ReadCall = ReturnType<Stub['read']>;

/** Something that went wrong with a call, told to the client that made it. */
export type Report = (error: Error) => void;

/**
 * The client, for what it does well: discovery, TLS, credentials, keep-alive, finding the leader, dialling again. The
 * calls themselves are made on its channel with its own generated stubs, because its append and subscription functions
 * can end the process, hang for ever or run checkpoints ahead (pitfalls b7 to b9, b16, b17; see README.md).
 */
export class StubClient extends EventStoreDBClient {
  static connect(connection: ConnectionString, generation: number): StubClient {
    const { hosts, discover, credentials, options } = connection;
    const { tls, tlsCAFile, userCertFile, userKeyFile, keepAliveInterval, ...rest } = options;
    const settings = {
      ...rest,
      keepAliveInterval,
      // Channels with equal options share one connection, also a dead one: each generation dials its own.
      keepAliveTimeout: options.keepAliveTimeout < 0 ? -1 : options.keepAliveTimeout + generation,
    };
    const security = {
      insecure: !tls,
      ...(tlsCAFile === undefined ? {} : { rootCertificate: readFileSync(resolve(tlsCAFile)) }),
      ...(userCertFile === undefined ? {} : { userCertFile: readFileSync(resolve(userCertFile)) }),
      ...(userKeyFile === undefined ? {} : { userKeyFile: readFileSync(resolve(userKeyFile)) }),
    };
    const [first, ...more] = hosts;
    if (discover) return new StubClient({ ...settings, discover: first }, security, credentials);
    if (more.length > 0) return new StubClient({ ...settings, endpoints: [...hosts] }, security, credentials);
    return new StubClient({ ...settings, endpoint: first }, security, credentials);
  }

  /** `prepare` gets the call before anything can happen to it, so that no event of it is missed. */
  async openBatch(prepare: (call: BatchCall, report: Report) => void): Promise<void> {
    const stub = await this.#stub();
    // Before anything is handed over: what waits in a call without a connection may be sent at any later time.
    await connected(stub);
    const [metadata, options] = this.callArguments({ requiresLeader: true }, { deadline: Infinity });
    prepare(stub.batchAppend(metadata, options), this.#reporter(stub));
  }

  async openRead(
    request: streamsPb.ReadReq,
    requiresLeader: boolean,
    prepare: (call: ReadCall, report: Report) => void,
  ): Promise<void> {
    const stub = await this.#stub();
    const [metadata, options] = this.callArguments({ requiresLeader }, { deadline: Infinity });
    prepare(stub.read(request, metadata, options), this.#reporter(stub));
  }

  async closeChannel(): Promise<void> {
    (await this.getChannel()).close();
  }

  #stub(): Promise<Stub> {
    return this.execute(grpcStubs.StreamsClient, 'bayledger', (stub) => Promise.resolve(stub));
  }

  /** Lets the client drop a dead channel or move to the leader. What it throws there must not end the process. */
  #reporter(stub: Stub): Report {
    return (error) => {
      this.handleError(stub, error).catch(() => undefined);
    };
  }
}
