/** Where the files of an archive end up. A name that is stored twice has the same content. */
export interface FileTarget {
  /** The finished file `from` becomes `name`, durably; `from` may be moved away or left. */
  put(name: string, from: string, bytes: number): Promise<void>;
  /** Null when there is none. */
  get(name: string): Promise<AsyncIterable<Uint8Array> | null>;
}
