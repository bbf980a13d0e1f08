/** The version that a name with or without a selector stands for. */
import type { ReadTx } from "../../store/store.ts";
import { labelNotFound, versionNotFound } from "./errors.ts";
import type { Place } from "./keys.ts";
import type { Selected } from "./name.ts";
import { type ParameterVersion, requireParameter, requireVersion } from "./parameter.ts";

export function selectVersion(tx: ReadTx, place: Place, selected: Selected): ParameterVersion {
  const { name, selector } = selected;
  const parameter = requireParameter(tx, place, name);
  if (selector === undefined) {
    return requireVersion(tx, place, { name, number: parameter.latest });
  }
  const text = selector.slice(1);
  if (/^\d{1,15}$/.test(text)) {
    const number = Number(text);
    if (number < parameter.oldest || number > parameter.latest) {
      throw versionNotFound(name, text);
    }
    return requireVersion(tx, place, { name, number });
  }
  const number = Object.hasOwn(parameter.labels, text) ? parameter.labels[text] : undefined;
  if (number === undefined) {
    throw labelNotFound(name, text);
  }
  return requireVersion(tx, place, { name, number });
}
