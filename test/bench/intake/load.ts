import { type Socket, connect } from 'node:net';

export interface Load {
  readonly perSecond: number;
  readonly failures: number;
  /** Milliseconds of each answer that was measured. */
  readonly latencies: readonly number[];
}

/**
 * Posts over so many connections, each with one request under way. On bare sockets: on a small machine a full HTTP
 * client would take from the server what is to be measured.
 */
export async function post(
  port: number,
  path: string,
  connections: number,
  seconds: number,
  body: (connection: number, count: number) => string,
): Promise<Load> {
  const measuring = { on: false, going: true };
  const latencies: number[] = [];
  let failures = 0;
  const one = async (connection: number): Promise<void> => {
    const socket = await connected(port);
    for (let count = 0; measuring.going; count += 1) {
      const text = body(connection, count);
      const began = performance.now();
      const isOk = await exchange(socket, requestOf(path, text));
      if (!measuring.on) continue;
      latencies.push(performance.now() - began);
      if (!isOk) failures += 1;
    }
    socket.destroy();
  };
  const all = Array.from({ length: connections }, (_, index) => one(index));
  await pause(1_500);
  measuring.on = true;
  const began = performance.now();
  await pause(seconds * 1000);
  measuring.on = false;
  const elapsed = (performance.now() - began) / 1000;
  measuring.going = false;
  await Promise.all(all);
  return { perSecond: latencies.length / elapsed, failures, latencies };
}

export async function connected(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

export function requestOf(path: string, body: string, key = 'key'): string {
  return (
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${key}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

/** The answers are small and come in one piece or two; complete is what holds as many bytes as it says. */
export function exchange(socket: Socket, request: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const take = (chunk: Buffer): void => {
      answer += chunk.toString('latin1');
      const end = answer.indexOf('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(answer)?.[1];
      if (end < 0 || length === undefined || answer.length < end + 4 + Number(length)) return;
      socket.off('data', take);
      socket.off('error', reject);
      resolve(answer.startsWith('HTTP/1.1 200'));
    };
    socket.on('data', take);
    socket.once('error', reject);
    socket.write(request);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
