/** A file that is whole: its size, and the SHA-256 of its bytes as 64 hex digits. */
export interface MadeFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** Where the files of an archive end up. A name that is stored twice has the same content. */
export interface FileTarget {
  /** The finished file `from` becomes `name`, durably; `from` may be moved away or left. */
  put(name: string, from: string, made: MadeFile): Promise<void>;
  /** Null when there is none. */
  get(name: string): Promise<AsyncIterable<Uint8Array> | null>;
}
