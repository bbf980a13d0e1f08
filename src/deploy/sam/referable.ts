/** References to what SAM made for a resource: `!Ref Api.Stage`, `${Api.Stage}`. */
import { isList, isObject, type Value } from "../../languages/template/value.ts";

/** `names` has the logical ids that stand behind `Api.Stage`. */
export function withGeneratedNames(value: Value, names: ReadonlyMap<string, string>): Value {
  if (names.size === 0) {
    return value;
  }
  if (isList(value)) {
    return value.map((item) => withGeneratedNames(item, names));
  }
  if (!isObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withNames(key, item, names)]),
  );
}

function withNames(key: string, item: Value, names: ReadonlyMap<string, string>): Value {
  if (key === "Ref" && typeof item === "string") {
    return names.get(item) ?? item;
  }
  if (key === "Fn::GetAtt") {
    return withNameOfAttribute(item, names);
  }
  if (key === "Fn::Sub") {
    const [text, ...variables] = isList(item) ? item : [item];
    const replaced = typeof text === "string" ? withNamesInText(text, names) : (text ?? null);
    return isList(item)
      ? [replaced, ...variables.map((variable) => withGeneratedNames(variable, names))]
      : replaced;
  }
  return withGeneratedNames(item, names);
}

/** `!GetAtt Function.Version.Version` is the attribute `Version` of what `Function.Version` means. */
function withNameOfAttribute(item: Value, names: ReadonlyMap<string, string>): Value {
  if (!isList(item) || item.some((part) => typeof part !== "string")) {
    return withGeneratedNames(item, names);
  }
  const [first = "", second = "", third] = item.join(".").split(".");
  const generated = names.get(`${first}.${second}`);
  return generated !== undefined && third !== undefined
    ? [generated, third]
    : [names.get(first) ?? item[0] ?? "", ...item.slice(1)];
}

function withNamesInText(text: string, names: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{([A-Za-z0-9]+(?:\.[A-Za-z0-9]+)?)\}/g, (whole, name: string) => {
    const generated = names.get(name);
    return generated === undefined ? whole : `\${${generated}}`;
  });
}
