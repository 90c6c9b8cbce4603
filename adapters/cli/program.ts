import { Command, Option } from 'commander';
import { Answers } from './answers.ts';
import { type Output } from './output.ts';
import { type ExitCode } from './exit-code.ts';
import { type VerbDeclaration } from './verb.ts';
import { groups, verbs as allVerbs } from './verb-table.ts';
import { version } from './version.ts';

/** The command line as commander knows it, made from the table of verbs. */
export function buildProgram(
  output: Output,
  done: (code: ExitCode) => void,
  verbs: readonly VerbDeclaration[] = allVerbs,
): Command {
  const program = strict(new Command('bayledger'))
    .description('The event-sourced core of a smart-parking platform.')
    .version(version(), '--version', 'prints the version')
    .helpOption('--help', 'shows this')
    .helpCommand(false)
    .usage('<verb> [options]')
    .showSuggestionAfterError(true);
  const parents = new Map<string, Command>([['', program]]);
  for (const [name, summary] of groups) {
    const group = strict(new Command(name))
      .description(summary)
      .helpOption('--help', 'shows this')
      .helpCommand(false);
    parents.set(name, group);
    program.addCommand(group);
  }
  for (const verb of verbs) {
    const words = verb.name.split(' ');
    const parent = parents.get(words.slice(0, -1).join(' ')) ?? program;
    parent.addCommand(commandOf(verb, words.at(-1) ?? verb.name, output, done));
  }
  return program;
}

/** Nobody exits behind our back, and mistakes come as errors, so that machines get them as JSON. */
function strict(command: Command): Command {
  return command.exitOverride().configureOutput({ outputError: () => undefined });
}

function commandOf(
  verb: VerbDeclaration,
  word: string,
  output: Output,
  done: (code: ExitCode) => void,
): Command {
  const command = strict(new Command(word))
    .description([verb.summary, verb.detail].filter((text) => text !== undefined).join('\n\n'))
    .summary(verb.summary)
    .helpOption('--help', 'shows this')
    .addHelpText('after', `\nExample:\n${verb.examples.map((line) => `  ${line}`).join('\n')}`);
  for (const [form, meaning] of verb.operands ?? []) command.argument(form, meaning);
  for (const [form, meaning] of verb.options ?? []) command.addOption(new Option(form, meaning));
  command.option('--json', 'answers for machines: one object, or one a line for lists');
  command.action(async () => {
    const run = await verb.load();
    const answers = new Answers(command.args, command.opts());
    done(await run({ answers, output, env: process.env }));
  });
  return command;
}
