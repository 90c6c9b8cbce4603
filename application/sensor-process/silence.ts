import { type DeviceState } from '../../domain/device/state.ts';
import { epochMs, type Instant, instantOf } from '../../domain/time/instant.ts';
import { type DeviceFold } from './device-fold.ts';
import { type DeviceLine } from './device-line.ts';
import { NO_EFFECTS } from './effects.ts';
import { type FrameContext, type Handled, heartbeatOf, knownDevice } from './handle-frame.ts';
import { silentFrom } from './timeline.ts';
import { tellSilences, tellSpaces } from './telling.ts';

/**
 * A device that was not heard for longer than a healthy one is silent, by all the evidence there is up to `through`: its
 * silence is told to its stream and to its space, both under one correlation id. Heard meanwhile, it is not silent.
 */
export async function fallSilent(
  context: FrameContext,
  line: DeviceLine,
  device: DeviceState,
  through: Instant,
): Promise<Handled> {
  const { fold, key } = line;
  const { newestAt, session } = fold.order;
  const heartbeatS = heartbeatOf(context.decoder, device);
  const deadline = newestAt === null ? null : silentFrom(newestAt, heartbeatS);
  if (newestAt === null || deadline === null || fold.silentSince !== null || deadline > through) {
    return { fold, effects: { ...NO_EFFECTS, device: knownDevice(context, line, device, fold) } };
  }
  const correlationId = fold.lastFrameId ?? '';
  const from = instantOf(epochMs(newestAt) + 1);
  const silences = [{ lastHeardAt: newestAt, deadline, endedAt: null }];
  await tellSilences(
    context,
    key,
    { from, through: deadline, silences, frameId: null, session },
    correlationId,
  );
  await tellSpaces(context, device, {
    ...key,
    from,
    through: deadline,
    marks: [{ at: deadline, value: 'UNKNOWN', uncertaintyS: 0, lastHeardAt: newestAt }],
    evidence: null,
    correlationId,
  });
  const silent: DeviceFold = { ...fold, silentSince: deadline, told: null };
  return { fold: silent, effects: { ...NO_EFFECTS, device: knownDevice(context, line, device, silent) } };
}
