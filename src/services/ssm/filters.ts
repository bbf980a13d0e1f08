/**
 * Which parameters a filter lets through. All filters of a request must.
 * Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
 */
import type { ParameterStringFilter } from "../../wire/models/ssm.gen.ts";
import {
  invalidFilterKey,
  invalidFilterOption,
  invalidFilterValue,
  validationException,
} from "./errors.ts";
import type { Parameter, ParameterVersion } from "./parameter.ts";

export interface Candidate {
  readonly name: string;
  readonly parameter: Parameter;
  readonly version: ParameterVersion;
}

export type Filter = (candidate: Candidate) => boolean;

/** The keys each operation takes. */
export const DESCRIBE_KEYS: readonly string[] = [
  "Name",
  "Type",
  "KeyId",
  "Path",
  "Tier",
  "DataType",
  "tag:",
];
export const BY_PATH_KEYS: readonly string[] = ["Type", "KeyId", "Label"];

const TAG_KEY = "tag:";

export function compileFilters(
  filters: readonly ParameterStringFilter[],
  keys: readonly string[],
): Filter {
  const seen = new Set<string>();
  const compiled = filters.map((filter) => {
    if (seen.has(filter.Key)) {
      throw validationException(
        "The following filters are duplicated in the request: [" +
          `${filter.Key}]. A request can contain only one instance of a specific filter.`,
      );
    }
    seen.add(filter.Key);
    return compileFilter(filter, keys);
  });
  return (candidate) => compiled.every((filter) => filter(candidate));
}

function compileFilter(filter: ParameterStringFilter, keys: readonly string[]): Filter {
  const { Key, Values = [] } = filter;
  const isTag = Key.startsWith(TAG_KEY);
  if (!keys.includes(isTag ? TAG_KEY : Key)) {
    throw invalidFilterKey(Key);
  }
  if (isTag) {
    return tagFilter(Key.slice(TAG_KEY.length), Values);
  }
  if (Values.length === 0) {
    throw invalidFilterValue(
      `The following filter values are missing : null for filter key ${Key}`,
    );
  }
  if (Key === "Path") {
    return pathFilter(filter.Option ?? "OneLevel", Values);
  }
  return Key === "Name" ? nameFilter(filter.Option ?? "Equals", Values) : plainFilter(filter);
}

function tagFilter(key: string, values: readonly string[]): Filter {
  return ({ parameter: { tags } }) => {
    const value = Object.hasOwn(tags, key) ? tags[key] : undefined;
    return value !== undefined && (values.length === 0 || values.includes(value));
  };
}

function pathFilter(option: string, values: readonly string[]): Filter {
  if (option !== "OneLevel" && option !== "Recursive") {
    throw invalidFilterOption(option);
  }
  const paths = values.map((value) => (value.endsWith("/") ? value : `${value}/`));
  return ({ name }) =>
    paths.some(
      (path) =>
        name.startsWith(path) && (option === "Recursive" || !name.includes("/", path.length)),
    );
}

/** A slash in front of a name counts for nothing here. */
function nameFilter(option: string, values: readonly string[]): Filter {
  const bare = (name: string): string => (name.startsWith("/") ? name.slice(1) : name);
  switch (option) {
    case "Equals":
      return ({ name }) => values.some((value) => bare(value) === bare(name));
    case "BeginsWith":
      return ({ name }) => values.some((value) => bare(name).startsWith(bare(value)));
    case "Contains":
      return ({ name }) => values.some((value) => name.includes(value));
    default:
      throw invalidFilterOption(option);
  }
}

function plainFilter({ Key, Option = "Equals", Values = [] }: ParameterStringFilter): Filter {
  if (Option !== "Equals" && !(Option === "BeginsWith" && Key === "KeyId")) {
    throw invalidFilterOption(Option);
  }
  const matches = (value: string | undefined): boolean =>
    Values.some((wanted) =>
      Option === "Equals" ? value === wanted : (value?.startsWith(wanted) ?? false),
    );
  switch (Key) {
    case "Type":
      return ({ version }) => matches(version.type);
    case "KeyId":
      return ({ version }) => matches(version.keyId);
    case "Tier":
      return ({ version }) => matches(version.tier);
    case "DataType":
      return ({ version }) => matches(version.dataType);
    default:
      return ({ parameter, version }) =>
        Values.some((label) => parameter.labels[label] === version.number);
  }
}
