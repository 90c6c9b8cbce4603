import type grpcStubs from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { StoreUnavailableError } from '../../application/ports/event-store/errors.ts';

/** The states of a channel in gRPC. */
const READY = 2;
const TRANSIENT_FAILURE = 3;
const SHUTDOWN = 4;
const DIAL_MS = 5000;

/** Resolves when the stub has a connection; rejects as soon as a try to make one has failed. */
export async function connected(stub: InstanceType<typeof grpcStubs.StreamsClient>): Promise<void> {
  const channel = stub.getChannel();
  const deadline = new Date(Date.now() + DIAL_MS);
  for (;;) {
    const state: number = channel.getConnectivityState(true);
    if (state === READY) return;
    if (state === TRANSIENT_FAILURE || state === SHUTDOWN) {
      throw new StoreUnavailableError(`no connection to ${channel.getTarget()}`);
    }
    await new Promise<void>((resolve, reject) => {
      channel.watchConnectivityState(state, deadline, (error) => {
        if (error)
          reject(new StoreUnavailableError(`no connection to ${channel.getTarget()} in ${DIAL_MS} ms`));
        else resolve();
      });
    });
  }
}
