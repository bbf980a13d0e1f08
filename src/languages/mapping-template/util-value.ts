/**
 * `$util`: the utility functions of mapping templates.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
import type { Budget } from "../vtl/budget.ts";
import { TemplateError } from "../vtl/template-error.ts";
import { HostValue, type Value } from "../vtl/value.ts";
import { textOf } from "../vtl/value-text.ts";
import { parseJsonValue } from "./json-value.ts";

const FUNCTIONS: Readonly<Record<string, (text: string) => Value>> = {
  escapeJavaScript,
  parseJson: parseJsonValue,
  urlEncode,
  urlDecode,
  base64Encode: (text) => Buffer.from(text, "utf8").toString("base64"),
  base64Decode: (text) => Buffer.from(text, "base64").toString("utf8"),
};

export class UtilValue extends HostValue {
  override readonly label: string = "$util";

  override call(
    name: string,
    [argument = null, ...others]: readonly Value[],
    budget: Budget,
  ): Value | undefined {
    const call = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (call === undefined || others.length > 0) {
      return undefined;
    }
    if (argument === null) {
      return null;
    }
    const text = textOf(argument, budget);
    // An escape is six characters long at most, and as much work as a step.
    budget.allowText(text.length * 6);
    budget.spend(text.length >>> 4);
    return call(text);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\n": "\\n",
  "\t": "\\t",
  "\f": "\\f",
  "\r": "\\r",
};

/**
 * As Apache Commons Lang escapes, whose name the function has: quotes of either kind and slashes too, which is why AWS
 * tells to turn `\'` back where the result has to be JSON.
 * Source: https://commons.apache.org/proper/commons-lang/javadocs/api-2.6/org/apache/commons/lang/StringEscapeUtils.html
 */
export function escapeJavaScript(text: string): string {
  return text.replace(/[^ !#-&(-.0-[\]-~]/g, (character) => {
    if (/["'\\/]/.test(character)) {
      return `\\${character}`;
    }
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return character === "\x7f" ? character : (ESCAPES[character] ?? `\\u${code}`);
  });
}

/** As `java.net.URLEncoder`: a form's encoding, in which a space is a plus sign. */
function urlEncode(text: string): string {
  return encodeURIComponent(Buffer.from(text, "utf8").toString("utf8"))
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

/** As `java.net.URLDecoder`: bytes that are no UTF-8 become replacement characters, no bytes are refused. */
function urlDecode(text: string): string {
  return text.replaceAll("+", " ").replace(/(?:%[0-9a-fA-F]{2})+|%/g, (run) => {
    if (run === "%") {
      throw new TemplateError("urlDecode: Illegal hex characters in escape (%) pattern");
    }
    return Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8");
  });
}
