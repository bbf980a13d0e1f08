/** `$foreach` in a loop: https://velocity.apache.org/engine/1.7/user-guide.html#loops */
import { HostValue, type Value } from "./value.ts";

export class ForeachValue extends HostValue {
  override readonly label: string = "$foreach";
  readonly #parent: Value;
  readonly #count: number;
  index = 0;

  constructor(count: number, parent: Value) {
    super();
    this.#count = count;
    this.#parent = parent;
  }

  get hasNext(): boolean {
    return this.index < this.#count - 1;
  }

  override property(name: string): Value {
    switch (name) {
      case "index":
        return BigInt(this.index);
      case "count":
        return BigInt(this.index + 1);
      case "hasNext":
        return this.hasNext;
      case "first":
        return this.index === 0;
      case "last":
        return !this.hasNext;
      case "parent":
        return this.#parent;
      case "topmost":
        return this.#parent instanceof ForeachValue ? this.#parent.property("topmost") : this;
      default:
        return null;
    }
  }

  override call(name: string, values: readonly Value[]): Value | undefined {
    const [, property] = name.match(/^(?:get|is)([A-Z]\w*)$/) ?? [];
    const read = name === "hasNext" ? name : property;
    return read === undefined || values.length > 0
      ? undefined
      : this.property(read.charAt(0).toLowerCase() + read.slice(1));
  }
}
