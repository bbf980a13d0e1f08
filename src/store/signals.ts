/** Topics and those who wait for them, inside one process. See invariant S5 of `store.ts`. */
export interface Signals {
  /** Calls `listener` after each commit that signalled `topic`; returns how to stop. */
  subscribe(topic: string, listener: () => void): () => void;
  /** Resolves at the next signal of `topic`, or when `abort` fires. */
  next(topic: string, abort?: AbortSignal): Promise<void>;
}

export interface SignalHub extends Signals {
  emit(topics: Iterable<string>): void;
}

export function createSignalHub(): SignalHub {
  const listeners = new Map<string, Set<() => void>>();

  const subscribe = (topic: string, listener: () => void): (() => void) => {
    const known = listeners.get(topic);
    const set = known ?? new Set();
    if (known === undefined) {
      listeners.set(topic, set);
    }
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0 && listeners.get(topic) === set) {
        listeners.delete(topic);
      }
    };
  };

  return {
    subscribe,
    next(topic, abort) {
      if (abort?.aborted) {
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const done = (): void => {
          unsubscribe();
          abort?.removeEventListener("abort", done);
          resolve();
        };
        const unsubscribe = subscribe(topic, done);
        abort?.addEventListener("abort", done, { once: true });
      });
    },
    emit(topics) {
      for (const topic of topics) {
        for (const listener of [...(listeners.get(topic) ?? [])]) {
          listener();
        }
      }
    },
  };
}
