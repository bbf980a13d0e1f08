/** Names of a template and what they stand for. */
import type { Value } from "./value.ts";

/** An argument of a macro is evaluated where it is used, each time, as Velocity has it. */
export type Binding = { readonly value: Value } | { readonly read: () => Value };

export class Scope {
  readonly #outer: Scope | undefined;
  readonly #bindings: Map<string, Binding> = new Map();

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  get(name: string): Value {
    const binding = this.#bindings.get(name);
    if (binding === undefined) {
      return this.#outer?.get(name) ?? null;
    }
    return "value" in binding ? binding.value : binding.read();
  }

  /** What `#set` does: a macro's own are its parameters alone. */
  set(name: string, value: Value): void {
    if (this.#outer === undefined || this.#bindings.has(name)) {
      this.#bindings.set(name, { value });
    } else {
      this.#outer.set(name, value);
    }
  }

  bind(name: string, binding: Binding): void {
    this.#bindings.set(name, binding);
  }

  /** What stands for `name` here alone, to be put back with `restore`. */
  own(name: string): Binding | undefined {
    return this.#bindings.get(name);
  }

  restore(name: string, binding: Binding | undefined): void {
    if (binding === undefined) {
      this.#bindings.delete(name);
    } else {
      this.#bindings.set(name, binding);
    }
  }
}
