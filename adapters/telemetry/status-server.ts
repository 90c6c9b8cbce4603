import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface StatusAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface StatusServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A few paths that are read by machines that watch: no keys, no bodies, nothing that could be slow. */
export async function serveStatus(
  paths: ReadonlyMap<string, () => Promise<StatusAnswer>>,
  host: string,
  port: number,
): Promise<StatusServer> {
  const server = createServer((request, response) => {
    const answer = request.method === 'GET' ? paths.get(request.url?.split('?')[0] ?? '') : undefined;
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    answer().then(
      ({ body, status, type }) =>
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  server.listen({ host, port });
  await once(server, 'listening');
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
