/**
 * JSON as the fields of a form.
 *
 * | array format | `{"a": ["x", "y"]}`  |
 * |--------------|----------------------|
 * | INDICES      | `a[0]=x&a[1]=y`      |
 * | BRACKETS     | `a[]=x&a[]=y`        |
 * | COMMAS       | `a=x,y`              |
 * | REPEAT       | `a=x&a=y`            |
 *
 * Objects are written `a[name]=x`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#url-encode-request-body
 */
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
} from "../../../languages/asl/data/scope.ts";

export type ArrayFormat = "INDICES" | "BRACKETS" | "COMMAS" | "REPEAT";

export const ARRAY_FORMATS: readonly ArrayFormat[] = ["INDICES", "BRACKETS", "COMMAS", "REPEAT"];

export function formEncoded(body: JsonObject, format: ArrayFormat): string {
  const fields = Object.entries(body).flatMap(([name, value]) => fieldsOf(name, value, format));
  return new URLSearchParams(fields).toString();
}

type Field = [name: string, value: string];

function fieldsOf(name: string, value: Json, format: ArrayFormat): Field[] {
  if (isObject(value)) {
    return Object.entries(value).flatMap(([member, inner]) =>
      fieldsOf(`${name}[${member}]`, inner, format),
    );
  }
  if (!isArray(value)) {
    return [[name, textOf(value)]];
  }
  if (format === "COMMAS") {
    return [[name, value.map(textOf).join(",")]];
  }
  return value.flatMap((item, index) => fieldsOf(itemName(name, index, format), item, format));
}

function itemName(name: string, index: number, format: ArrayFormat): string {
  switch (format) {
    case "BRACKETS":
      return `${name}[]`;
    case "REPEAT":
      return name;
    default:
      return `${name}[${index}]`;
  }
}

function textOf(value: Json): string {
  if (value === null) {
    return "";
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
