/** Work in the background, from the engine's start to its end. */
export interface Worker {
  start(): void;
  /**
   * Resolves once the worker touches the store no more. What is under way outside the store is
   * abandoned: it is done again after the next start.
   */
  stop(): Promise<void>;
}
