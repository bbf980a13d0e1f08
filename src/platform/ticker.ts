/**
 * Timers of the command line: when a person sees something move, when a burst of saved files is
 * over, when to ask the engine again. Never the state of the engine, which goes by its Clock.
 */
export function afterDelay(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}

export function every(periodMs: number, action: () => void): () => void {
  const timer = setInterval(action, periodMs);
  return () => clearInterval(timer);
}
