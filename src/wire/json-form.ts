/**
 * Outputs that know their own JSON: where the stored form of what is returned is that of the wire,
 * an operation hands it over as it is, and the JSON protocols copy it instead of writing it anew.
 *
 * Invariant: the JSON says what the output says. The two are tied by the output's identity, so a
 * changed copy of an output has no JSON of its own.
 */
const forms = new WeakMap<object, () => Uint8Array>();

/** `json` gives the whole body of the response, in UTF-8. */
export function withJsonForm<T extends object>(output: T, json: () => Uint8Array): T {
  forms.set(output, json);
  return output;
}

export function jsonFormOf(output: object): Uint8Array | undefined {
  return forms.get(output)?.();
}
