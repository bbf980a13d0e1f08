/**
 * Which secrets a filter lets through. All filters of a request must; of the values of one filter
 * any may, but those with `!` in front, of which all must.
 * Sources: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html and
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_search-secret.html
 */
import type { Filter } from "../../wire/models/secretsmanager.gen.ts";
import { invalidParameter } from "./errors.ts";
import type { Located } from "./locate.ts";

export type SecretFilter = (located: Located) => boolean;

type Test = (located: Located, value: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  name: ({ secret }, value) => secret.name.startsWith(value),
  description: ({ secret }, value) => {
    const words = wordsOf(secret.description ?? "");
    return wordsOf(value).every((wanted) => words.some((word) => word.startsWith(wanted)));
  },
  "tag-key": ({ secret }, value) => Object.keys(secret.tags).some((key) => key.startsWith(value)),
  "tag-value": ({ secret }, value) =>
    Object.values(secret.tags).some((text) => text.startsWith(value)),
  "primary-region": ({ secret, home }, value) =>
    secret.replicas.length > 0 && home.region.startsWith(value),
  // No service makes secrets here.
  "owning-service": () => false,
  all: ({ secret }, value) => {
    const { name, description = "", tags } = secret;
    const words = wordsOf([name, description, ...Object.entries(tags).flat()].join(" "));
    return wordsOf(value).some((wanted) => words.some((word) => word.startsWith(wanted)));
  },
};

export function compileFilters(filters: readonly Filter[]): SecretFilter {
  const compiled = filters.map(compileFilter);
  return (located) => compiled.every((filter) => filter(located));
}

function compileFilter({ Key = "all", Values = [] }: Filter): SecretFilter {
  const test = TESTS[Key];
  if (test === undefined || Values.length === 0) {
    throw invalidParameter(`The filter ${Key} needs values.`);
  }
  const refused = Values.filter((value) => value.startsWith("!")).map((value) => value.slice(1));
  const wanted = Values.filter((value) => !value.startsWith("!"));
  return (located) =>
    (wanted.length === 0 || wanted.some((value) => test(located, value))) &&
    !refused.some((value) => test(located, value));
}

/** Words end where a capital follows a small letter, and between letters, digits and the rest. */
function wordsOf(text: string): readonly string[] {
  const words = text.match(/[A-Z]*[a-z]+|[A-Z]+|[0-9]+/g) ?? [];
  return words.map((word) => word.toLowerCase());
}
