import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const place = (path: string) => new URL(`../../../${path}`, import.meta.url);
const read = (path: string) => readFileSync(place(path), 'utf8');

describe('README', () => {
  it('tells the story that the end-to-end test of the demo runs, word for word', () => {
    const [, region = 'none'] = /# story:begin\n([\s\S]*)# story:end/.exec(read('docs/story.sh')) ?? [];
    expect(read('README.md')).toContain(region.trim());
  });

  it('links only to what is there', () => {
    const links = [...read('README.md').matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(place(link)))).toEqual([]);
  });
});
