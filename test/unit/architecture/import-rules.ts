import { type IForbiddenRuleType } from 'dependency-cruiser';

/** Paths of packages, wherever the folder of packages lies as seen from the tree that is checked. */
function packages(...names: readonly string[]): string {
  return `(^|/)node_modules/(@types/)?(${names.join('|')})/`;
}

const SOURCES = '^(domain|application|adapters|projections)/';

/** Who may import whom: decision 6. Each rule has a file in `fixtures/` that breaks it. */
export const importRules: IForbiddenRuleType[] = [
  {
    name: 'domain-is-pure',
    comment: 'What parking is depends on nothing but itself: no I/O, no framework, no other folder.',
    from: { path: '^domain/' },
    to: { pathNot: ['^domain/', packages('zod')], couldNotResolve: false },
  },
  {
    name: 'application-knows-domain-and-ports',
    comment: 'What the system does is told in terms of ports; how they touch the world is not its business.',
    from: { path: '^application/' },
    to: { pathNot: ['^(domain|application)/', packages('zod', 'uuid')], couldNotResolve: false },
  },
  {
    name: 'projections-know-no-commands',
    comment: 'Read models follow from events: they may ask the domain, never the handlers or an adapter.',
    from: { path: '^projections/' },
    to: {
      pathNot: [
        '^(domain|projections|application/ports|application/events)/',
        packages('pg', 'slonik', 'zod'),
      ],
      dependencyTypesNot: ['core'],
      couldNotResolve: false,
    },
  },
  {
    name: 'adapters-are-apart',
    comment: 'An adapter can be replaced by itself: what two of them need is a port.',
    from: { path: '^adapters/([^/]+)/', pathNot: '^adapters/cli/' },
    to: { path: '^adapters/', pathNot: '^adapters/$1/' },
  },
  {
    name: 'only-http-and-cli-query-projections',
    comment: 'The query side is read by the routes; everybody else gets what they need by a port.',
    from: { path: '^adapters/', pathNot: '^adapters/(http|cli)/' },
    to: { path: '^projections/' },
  },
  {
    name: 'nobody-imports-the-composition-root',
    comment: 'The root knows everybody; were it known itself, everybody would know everybody.',
    from: { path: SOURCES, pathNot: '^adapters/cli/' },
    to: { path: '^adapters/cli/' },
  },
  {
    name: 'sources-know-no-tests-or-docs',
    comment: 'What runs in production does not need what only describes or tests it.',
    from: { path: SOURCES },
    to: { path: '^(test|docs)/' },
  },
  {
    name: 'no-cycles',
    comment: 'Files that need each other are one thing, or two that are cut in the wrong place.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'everything-resolves',
    comment: 'What the checker cannot find it cannot judge.',
    from: {},
    to: { couldNotResolve: true },
  },
];
