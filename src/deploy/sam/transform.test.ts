import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseTemplate } from "../../languages/template/parse.ts";
import { TemplateError, type ValueObject } from "../../languages/template/value.ts";
import { transformSam } from "./transform.ts";

const cases = new URL("./cases/", import.meta.url);
const names = readdirSync(cases)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.replace(".yaml", ""));

function transformed(text: string): ValueObject {
  try {
    return transformSam(parseTemplate(text), { parameters: {} });
  } catch (error) {
    if (error instanceof TemplateError) {
      return { error: error.message };
    }
    throw error;
  }
}

/**
 * AWS's translator hashes the definition of a REST API as Python 2.7 prints it, so that its ids stay
 * what they were in 2016: nobody else can, nor needs to.
 */
function hashless(template: unknown): unknown {
  const text = JSON.stringify(template)
    .replaceAll(/(Deployment)[0-9a-f]{10}\b/g, "$1<hash>")
    .replaceAll(/(RestApi deployment id: )[0-9a-f]{40}/g, "$1<hash>");
  return JSON.parse(text);
}

describe("transform: gives what AWS's translator gives", () => {
  test.each(names)("%s", (name) => {
    const text = readFileSync(new URL(`${name}.yaml`, cases), "utf8");
    const expected: unknown = JSON.parse(
      readFileSync(new URL(`${name}.expected.gen.json`, cases), "utf8"),
    );
    expect(hashless(transformed(text))).toEqual(hashless(expected));
  });
});
