/** One compressed file of lines, as it was stored. Hashes are SHA-256, 64 hex digits; sizes are bytes. */
export interface ArchivedFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly compressedSha256: string;
  readonly compressedBytes: number;
}

/** What is found when a file is read from its beginning to its end; `damage`: it cannot be unpacked. */
export interface FileCheck extends Omit<ArchivedFile, 'file'> {
  readonly lines: number;
  readonly damage: string | null;
}

/**
 * Where archived frames are: a folder, or an object store. Names are paths with `/`. Names of files end with a piece of
 * the hash of their bytes, so what is stored under a name is never another content, and storing it again changes nothing.
 */
export interface FrameArchive {
  /**
   * Compresses lines (given without their line feeds) into one file, durable when this resolves. `nameOf` is asked when
   * the last line has been read, with the hash of the compressed bytes.
   */
  storeLines(
    lines: AsyncIterable<string>,
    nameOf: (compressedSha256: string) => string,
  ): Promise<ArchivedFile>;
  /** Stores a small text, durable when this resolves. Answers its hash. */
  storeText(text: string, nameOf: (sha256: string) => string): Promise<string>;
  /** The text and its hash; null when there is none. */
  readText(name: string): Promise<{ readonly text: string; readonly sha256: string } | null>;
  /** Null when there is no such file. */
  check(file: string): Promise<FileCheck | null>;
  /** Throws {@link ArchivedFileMissingError} before the first line. */
  readLines(file: string): AsyncIterable<string>;
}

export class ArchivedFileMissingError extends Error {
  readonly code = 'not-archived';
  constructor(file: string) {
    super(`${file} is not in the archive`);
    this.name = 'ArchivedFileMissingError';
  }
}
