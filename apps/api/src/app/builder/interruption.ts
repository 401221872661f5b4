/**
 * Why work was told to stop: `cancel` by a person, `deadline` by the clock, `handover` because this process ends and
 * the next one carries on.
 */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  constructor(readonly kind: 'cancel' | 'deadline' | 'handover') {
    super(`interrupted: ${kind}`);
  }
}

/** The kind of interruption that fired the signal, if one did. */
export function interruptionOf(signal: AbortSignal): Interruption['kind'] | undefined {
  return signal.aborted && signal.reason instanceof Interruption ? signal.reason.kind : undefined;
}
