const PREFIX = '#/components/schemas/';

/** Each named schema is offered as a form of requests and as one of answers; the one that nobody uses goes. */
export function withoutUnused<D extends object>(document: D): D {
  const components = memberOf(document, 'components');
  const schemas = memberOf(components, 'schemas');
  const used = new Set<string>();
  const follow = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (key === '$ref' && typeof member === 'string' && member.startsWith(PREFIX)) {
        const name = member.slice(PREFIX.length);
        if (used.has(name)) continue;
        used.add(name);
        follow(schemas[name]);
      } else follow(member);
    }
  };
  follow(memberOf(document, 'paths'));
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  kept.sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } };
}

function memberOf(value: object, name: string): Record<string, unknown> {
  const member: unknown = Reflect.get(value, name);
  return typeof member === 'object' && member !== null ? (member as Record<string, unknown>) : {};
}
