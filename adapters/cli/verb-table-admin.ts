import { type VerbDeclaration } from './verb.ts';

const REASON = [
  '--reason <text>',
  'why: a code such as maintenance, or a sentence (which is kept encrypted)',
] as const;

/** Tenants and their keys. */
export const adminVerbs: readonly VerbDeclaration[] = [
  {
    name: 'tenant create',
    summary: 'registers a tenant and prints its id and its owner’s key, which cannot be read back',
    options: [
      ['--name <text>', 'its name'],
      ['--mode <mode>', 'live or test (default: live); simulated frames are for test'],
    ],
    examples: ['bayledger tenant create --name "Demo City" --mode test --json'],
    load: async () => (await import('./verbs/tenant.ts')).tenantCreate,
  },
  {
    name: 'tenant list',
    summary: 'all tenants',
    examples: ['bayledger tenant list'],
    load: async () => (await import('./verbs/tenant.ts')).tenantList,
  },
  {
    name: 'tenant suspend',
    summary: 'stops a tenant’s commands; reads go on, and its frames are still recorded',
    operands: [['<id>', 'of the tenant']],
    options: [REASON],
    examples: ['bayledger tenant suspend 0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11 --reason "unpaid since May"'],
    load: async () => (await import('./verbs/tenant.ts')).tenantSuspend,
  },
  {
    name: 'tenant resume',
    summary: 'lets a suspended tenant go on',
    operands: [['<id>', 'of the tenant']],
    options: [REASON],
    examples: ['bayledger tenant resume 0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11 --reason "paid"'],
    load: async () => (await import('./verbs/tenant.ts')).tenantResume,
  },
  {
    name: 'key create',
    summary: 'makes an API key and prints it, once',
    options: [
      ['--tenant <id>', 'whose key'],
      ['--role <role>', 'owner, admin, operator, booker, viewer, analyst, auditor or ingest'],
      ['--name <text>', 'what it is for (default: its role)'],
      ['--scope <scope>', 'holder:read lets it read who holds a booking'],
      ['--expires <when>', 'a time with an offset, or how long from now: 90d'],
    ],
    examples: [
      'bayledger key create --tenant 0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11 --role ingest --expires 365d',
    ],
    load: async () => (await import('./verbs/key.ts')).keyCreate,
  },
  {
    name: 'key list',
    summary: 'a tenant’s keys, revoked ones too; never the keys themselves',
    options: [['--tenant <id>', 'whose keys; all tenants’ without it']],
    examples: ['bayledger key list --tenant 0b6b1f0e-6b0f-5d52-9a53-8c1f1d0a7c11'],
    load: async () => (await import('./verbs/key.ts')).keyList,
  },
  {
    name: 'key revoke',
    summary: 'ends a key for good; it stops working everywhere within two seconds',
    operands: [['<id>', 'of the key']],
    options: [
      ['--reason <text>', 'why: a code such as incident; of a sentence only the code `other` is kept'],
    ],
    examples: ['bayledger key revoke 5c2f7a90-8f0e-5c11-a1de-1f2a3b4c5d6e --reason incident'],
    load: async () => (await import('./verbs/key.ts')).keyRevoke,
  },
];
