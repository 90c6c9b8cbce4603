/** A message of a network server in our own words; whichever server sent it, the intake sees only this. */
export interface NetworkMessage {
  /** What the server calls the event: `up`, `join`, `status`, … Unknown kinds are kept. */
  readonly kind: string;
  readonly devEui: string | null;
  readonly devAddr: string | null;
  /** The frame counter restarts with each session, so counters compare only inside one. */
  readonly session: string | null;
  readonly fCnt: number | null;
  readonly fPort: number | null;
  /** base64, '' for none. */
  readonly payload: string;
  /** The server has no application key: the payload is still encrypted, and decoding it would yield noise. */
  readonly encrypted: boolean;
  readonly deduplicationId: string | null;
  readonly times: NetworkTimes;
  readonly deviceProfileName: string | null;
  readonly deviceName: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** As written by the server: a JavaScript date would lose the digits after the milliseconds. */
export interface NetworkTimes {
  readonly network: string | null;
  readonly gateway: string | null;
  readonly ns: string | null;
}

export interface NetworkRejection {
  readonly code: 'validation-failed';
  readonly errors: readonly NetworkMessageError[];
}

/** In the shape of a problem document's `errors`; `pointer` is a JSON pointer into the body. */
export interface NetworkMessageError {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

export type NetworkReading =
  | { readonly ok: true; readonly message: NetworkMessage }
  | { readonly ok: false; readonly rejection: NetworkRejection };
