import { parseDuration, readWholeNumber } from './readers.ts';
import { WrongUse } from './failure.ts';
import { parseInstant, type Instant } from '../../domain/time/instant.ts';

/** What was typed, read as what it should be. A mistake is wrong use: exit 2. */
export class Answers {
  readonly #operands: readonly string[];
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(operands: readonly string[], options: Readonly<Record<string, unknown>>) {
    this.#operands = operands;
    this.#options = options;
  }

  operand(index: number, name: string): string {
    const value = this.#operands[index];
    if (value === undefined || value === '') throw new WrongUse(`<${name}> is missing`);
    return value;
  }

  /** For verbs whose operand may be left out. */
  maybeOperand(index: number): string | undefined {
    return this.#operands[index];
  }

  flag(name: string): boolean {
    return this.#options[camel(name)] === true;
  }

  text(name: string): string | undefined {
    const value = this.#options[camel(name)];
    return typeof value === 'string' ? value : undefined;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value.trim() === '') throw new WrongUse(`--${name} is required`);
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback?: T): T {
    const value = this.text(name) ?? fallback;
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    const list = choices.join(', ');
    throw new WrongUse(
      value === undefined ? `--${name} is required: ${list}` : `--${name} ${value}: expected one of ${list}`,
    );
  }

  number(name: string, min = 0, max = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = readWholeNumber(value);
    if (number === null || number < min || number > max)
      throw new WrongUse(`--${name} ${value}: expected a whole number from ${min} to ${max}`);
    return number;
  }

  instant(name: string): Instant | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const instant = parseInstant(value);
    if (instant === null)
      throw new WrongUse(`--${name} ${value}: expected a time with an offset, such as 2026-11-22T08:00:00Z`);
    return instant;
  }

  /** `20m`, `1h`, `30s`, `2d`: in milliseconds. */
  duration(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const ms = parseDuration(value);
    if (ms === null) throw new WrongUse(`--${name} ${value}: expected a duration such as 30s, 20m, 1h or 2d`);
    return ms;
  }

  /** For what cannot be taken back. */
  requireYes(what: string): void {
    if (!this.flag('yes')) throw new WrongUse(`${what}; say --yes if that is what you want`);
  }
}

function camel(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
