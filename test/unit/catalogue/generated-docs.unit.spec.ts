import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { committed, documents } from '../../../docs/generate.ts';
import { eventCatalogue } from '../../../docs/events/event-catalogue.ts';

describe('generated pages', () => {
  it.each(documents)('$path is what the code produces now (else: npm run docs)', async (document) => {
    expect(await committed(document)).toBe(await document.produce());
  });
});

describe('the event catalogue', () => {
  const page = eventCatalogue();

  it('links to what is there', () => {
    const folder = new URL('../../../docs/events/', import.meta.url);
    const headings = new Set([...page.matchAll(/^#+ (.+)$/gm)].map(([, text]) => anchorOf(text ?? '')));
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target ?? '');
    expect(links.length).toBeGreaterThan(100);
    for (const link of links) {
      if (link.startsWith('#')) expect(headings, link).toContain(link.slice(1));
      else expect(existsSync(new URL(link, folder)), link).toBe(true);
    }
  });

  it('tells fields in words, with their units', () => {
    expect(page).toContain('| `heartbeat_s` | count, seconds |');
    expect(page).toContain('| `location` ? | [location](#location) |');
    expect(page).toContain('| `zone_id` | id or null |');
    expect(page).not.toMatch(/\| (custom|undefined|object Object)/);
  });

  it('ends in one line break, as text files do', () => {
    expect(readFileSync(new URL('../../../docs/events/catalogue.md', import.meta.url), 'utf8')).toMatch(
      /[^\n]\n$/,
    );
  });
});

/** How Markdown hosts name headings. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
