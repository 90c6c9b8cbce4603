import { CommanderError } from 'commander';
import { asFailure, type Failure, WrongUse } from './failure.ts';
import { Output } from './output.ts';
import { buildProgram } from './program.ts';
import { type ExitCode } from './exit-code.ts';

/** How long what was left open may keep the process from ending. */
const LINGER_MS = 3_000;

/** Reads the command line, runs the verb, and leaves its outcome in the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  endQuietlyWhenNobodyReads();
  process.exitCode = await run(argv);
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

async function run(argv: readonly string[]): Promise<ExitCode> {
  const output = new Output(argv.includes('--json'));
  try {
    let code: ExitCode = 0;
    await buildProgram(output, (answer) => (code = answer)).parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const failure = error instanceof CommanderError ? usage(error) : asFailure(error);
    output.failure(failure);
    if (process.env['LOG_LEVEL'] === 'debug' && error instanceof Error) console.error(error.stack);
    return failure.exitCode;
  }
}

function usage(error: CommanderError): Failure {
  // The help has just been shown.
  if (error.code === 'commander.help') return new WrongUse('say what to do');
  return new WrongUse(error.message.replace(/^error: /, '').replaceAll('\n', ' '));
}

/** `bayledger stream list | head` is no failure. */
function endQuietlyWhenNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
