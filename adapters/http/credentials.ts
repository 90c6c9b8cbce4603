/** How API keys look and are hashed, given by the composition root: one adapter does not import another. */
export interface KeyShape {
  looksLikeApiKey(text: string): boolean;
  hashApiKey(key: string): string;
}
