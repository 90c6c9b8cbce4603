import { groups, verbs } from './verb-table.ts';
import { type VerbDeclaration } from './verb.ts';

/** The page on the command line, made from the table that the program runs by. */
export function cliPage(): string {
  const names = new Map(groups);
  const sections = verbs.map((verb) => section(verb, names.get(verb.name.split(' ')[0] ?? '')));
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`;
}

const INTRODUCTION = `# Command line

Generated from the table of verbs: \`npm run docs\`.

\`npx bayledger <verb>\` is for people by default; with \`--json\` every verb answers for machines: one object, or one a line for lists, and
mistakes as \`{"error": {"code", "detail"}}\` on stderr. Exit code 0: done; 1: failed, or something was found; 2: wrong use. What is done by command line is
recorded with the actor \`cli\` and \`<os user>@<host>\`. No verb can delete from the event store. Settings: [operations/settings.md](operations/settings.md).`;

function section(
  { detail, examples, name, operands, options, summary }: VerbDeclaration,
  group?: string,
): string {
  const forms = [...(operands ?? []), ...(options ?? [])];
  const usage = ['bayledger', name, ...(operands ?? []).map(([form]) => form)].join(' ');
  return [
    `## ${name}`,
    `${group === undefined ? '' : `${capital(group)}: `}${summary}.`,
    ...(detail === undefined ? [] : [detail]),
    ...(forms.length === 0 ? [] : [`| \`${usage}\` | |\n|---|---|\n${forms.map(row).join('\n')}`]),
    `\`\`\`\n${examples.join('\n')}\n\`\`\``,
  ].join('\n\n');
}

function row([form, meaning]: readonly [string, string]): string {
  return `| \`${form}\` | ${meaning.replaceAll('|', '\\|')} |`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
