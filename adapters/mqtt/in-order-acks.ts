/**
 * Acknowledges messages in the order in which they came, as MQTT 5 wants it (section 4.6), however they become durable:
 * each as soon as it and all before it may be acknowledged.
 */
export class InOrderAcks {
  readonly #queue: Waiting[] = [];

  /** A message has come. Call what comes back when it is safe; then, or later, it is acknowledged by `send`. */
  expect(send: () => void): () => void {
    const waiting: Waiting = { send, isSafe: false };
    this.#queue.push(waiting);
    return () => {
      waiting.isSafe = true;
      this.#sendAll();
    };
  }

  #sendAll(): void {
    for (let first = this.#queue[0]; first?.isSafe === true; first = this.#queue[0]) {
      this.#queue.shift();
      first.send();
    }
  }
}

interface Waiting {
  readonly send: () => void;
  isSafe: boolean;
}
