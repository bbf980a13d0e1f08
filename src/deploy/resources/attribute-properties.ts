/** Properties that are attributes of the same name in a service's own map of texts. */

type Given<N extends string> = { readonly [K in N]?: string | number | boolean | undefined };

/**
 * The attributes to set so that what was `before` becomes `after`. `defaults` has every attribute
 * there is, with the value that stands for one the template does not have.
 */
export function attributeChange<N extends string>(
  defaults: Readonly<Record<N, string>>,
  before: Given<NoInfer<N>>,
  after: Given<NoInfer<N>>,
): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const name of Object.keys(defaults) as N[]) {
    const [old, next] = [before[name], after[name]];
    if (String(old) !== String(next)) {
      changed[name] = next === undefined ? defaults[name] : String(next);
    }
  }
  return changed;
}
