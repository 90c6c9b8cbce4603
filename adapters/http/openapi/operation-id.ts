/** A name for an operation that has given itself none: `POST /api/v1/ingest/chirpstack` is `postIngestChirpstack`. */
export function operationIdOf(method: string, url: string): string {
  const words = url.replace(/^\/api\/v1/, '').split(/[^A-Za-z0-9]+/);
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  return `${method.toLowerCase()}${words.map(capital).join('')}`;
}
