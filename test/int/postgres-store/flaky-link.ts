import { createServer, Socket, type AddressInfo, type Server } from 'node:net';

/** A way to the database that breaks on command. */
export interface FlakyLink {
  readonly url: string;
  /** From now on what the server says does not arrive. */
  swallowAnswers(): void;
  /** From now on nothing arrives, in either direction, and nobody is told. */
  freeze(): void;
  /** Ends all connections. */
  cut(): void;
  /** From now on new connections are refused. */
  refuse(): void;
  /** Everything works again, for new connections. */
  mend(): void;
  close(): Promise<void>;
}

export async function flakyLink(databaseUrl: string): Promise<FlakyLink> {
  const target = new URL(databaseUrl);
  // A server with a socket file listens on TCP as well.
  const host = target.hostname.startsWith('%2F') ? '127.0.0.1' : target.hostname;
  const pairs = new Set<readonly [Socket, Socket]>();
  let mode: 'working' | 'deaf' | 'frozen' | 'refusing' = 'working';
  const server: Server = createServer((client) => {
    client.on('error', () => undefined);
    if (mode === 'refusing') return void client.destroy();
    const upstream = new Socket();
    upstream.connect(Number(target.port), host);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    client.on('data', (chunk: Buffer) => mode !== 'frozen' && upstream.write(chunk));
    upstream.on('data', (chunk: Buffer) => mode === 'working' && client.write(chunk));
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const cut = (): void => pairs.forEach((pair) => pair.forEach((socket) => socket.destroy()));
  return {
    url: url.href,
    swallowAnswers: () => void (mode = 'deaf'),
    freeze: () => void (mode = 'frozen'),
    refuse: () => void (mode = 'refusing'),
    mend: () => void (mode = 'working'),
    cut,
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
