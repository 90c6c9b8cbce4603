import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const place = (path: string) => new URL(`../../../${path}`, import.meta.url);
const read = (path: string) => readFileSync(place(path), 'utf8');

describe('README', () => {
  it('tells the story that the end-to-end test of the demo runs, word for word', () => {
    const [, region = 'none'] = /# story:begin\n([\s\S]*)# story:end/.exec(read('docs/story.sh')) ?? [];
    expect(read('README.md')).toContain(region.trim());
  });

  it('links to the page of the story bays, which tells word for word what the end-to-end test runs', () => {
    const [, region = 'none'] =
      /# story-bays:begin\n([\s\S]*)# story-bays:end/.exec(read('docs/story-bays.sh')) ?? [];
    expect(read('docs/story-bays.md')).toContain(region.trim());
    expect(read('README.md')).toContain('](docs/story-bays.md)');
  });

  it('links only to what is there', () => {
    const links = [...read('README.md').matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(place(link)))).toEqual([]);
  });
});
