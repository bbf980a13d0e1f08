/** The official JSONata library, loaded by the first expression: few engines ever meet one. */
import { createRequire } from "node:module";
import type jsonata from "jsonata";

let library: typeof jsonata | undefined;

/** `Expression` compiled. Throws the library's own error for a text that is none. */
export function compileJsonata(
  text: string,
  options?: Parameters<typeof jsonata>[1],
): jsonata.Expression {
  library ??= createRequire(import.meta.url)("jsonata") as typeof jsonata;
  return library(text, options);
}
