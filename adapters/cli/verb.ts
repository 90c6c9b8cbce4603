import { type Answers } from './answers.ts';
import { type ExitCode } from './exit-code.ts';
import { type Output } from './output.ts';

export interface Invocation {
  readonly answers: Answers;
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
}

export type Verb = (invocation: Invocation) => Promise<ExitCode>;

/** What one can type after `bayledger`. The help and docs/cli.md are made from it; the code is loaded when it runs. */
export interface VerbDeclaration {
  /** `tenant create` is the verb `create` of the group `tenant`. */
  readonly name: string;
  readonly summary: string;
  /** More than a line, where a line is too little. */
  readonly detail?: string;
  /** `<stream>`, and what it is. */
  readonly operands?: readonly (readonly [form: string, meaning: string])[];
  /** `--limit <n>`, and what it is. Every verb has `--json` as well. */
  readonly options?: readonly (readonly [form: string, meaning: string])[];
  readonly examples: readonly [string, ...string[]];
  readonly load: () => Promise<Verb>;
}
