import { userInfo, hostname } from 'node:os';
import { type CommandContext } from '../../application/commands/command-context.ts';
import { newCommandId } from '../../application/ids/ids.ts';
import { type PersonalDataProtection } from '../../application/personal-data/protect.ts';
import { type Actor } from '../../domain/event/metadata.ts';
import { type Rejection } from '../../domain/event/rejection.ts';
import { type Reason, type ReasonCode, reasonCodes } from '../../domain/reason/reason.ts';
import { type Instant, instantOf } from '../../domain/time/instant.ts';
import { Failure, WrongUse } from './failure.ts';
import { readId } from './readers.ts';

export function now(): Instant {
  return instantOf(Date.now());
}

/** Who types: recorded with everything that is done by command line. */
export function cliActor(): Actor {
  return { type: 'cli', id: `${userName()}@${hostname()}`.slice(0, 100) };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

export function cliContext(tenantId: string, reasonCode?: ReasonCode): CommandContext {
  const commandId = newCommandId();
  return {
    tenantId,
    commandId,
    correlationId: commandId,
    actor: cliActor(),
    decidedAt: now(),
    ...(reasonCode === undefined ? {} : { reasonCode }),
  };
}

/** A word that is a code, else a sentence: that one goes with the code `other`. */
export function readReason(text: string): { readonly code: ReasonCode; readonly text?: string } {
  const trimmed = text.trim();
  const code = reasonCodes.find((one) => one === trimmed);
  if (code !== undefined) return { code };
  if (trimmed.length > 500) throw new WrongUse('--reason: at most 500 characters');
  return { code: 'other', text: trimmed };
}

export function protectedReason(
  protection: PersonalDataProtection,
  context: CommandContext,
  reason: ReturnType<typeof readReason>,
): Promise<Reason> {
  return protection.protectReason(context, reason.code, reason.text);
}

export function refused({ code, detail, facts }: Rejection): Failure {
  return new Failure(code, detail, facts);
}

export function requireId(text: string, what: string): string {
  const id = readId(text);
  if (id === null) throw new WrongUse(`${text}: expected the id of a ${what}`);
  return id;
}
