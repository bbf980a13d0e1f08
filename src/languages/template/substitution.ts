/** The text of `Fn::Sub`: `${Name}`, `${Name.Attribute}`, and `${!Literal}` for a plain `${Literal}`. */
import { TemplateError } from "./value.ts";

export type SubstitutionPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string };

export function parseSubstitution(text: string): readonly SubstitutionPart[] {
  const parts: SubstitutionPart[] = [];
  let at = 0;
  for (let open = text.indexOf("${"); open !== -1; open = text.indexOf("${", at)) {
    const close = text.indexOf("}", open);
    if (close === -1) {
      break;
    }
    pushText(parts, text.slice(at, open));
    const inside = text.slice(open + 2, close);
    if (inside.startsWith("!")) {
      pushText(parts, `\${${inside.slice(1)}}`);
    } else {
      parts.push({ kind: "variable", name: variableName(inside) });
    }
    at = close + 1;
  }
  pushText(parts, text.slice(at));
  return parts;
}

function pushText(parts: SubstitutionPart[], text: string): void {
  if (text !== "") {
    parts.push({ kind: "text", text });
  }
}

function variableName(inside: string): string {
  if (!/^[A-Za-z0-9_.:]+$/.test(inside)) {
    throw new TemplateError(
      "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons",
    );
  }
  return inside;
}
