/**
 * Random passwords.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 */
import type { Random } from "../../platform/random.ts";
import type { GetRandomPasswordRequest } from "../../wire/models/secretsmanager.gen.ts";
import { invalidParameter } from "./errors.ts";
import { PASSWORD_LENGTH_DEFAULT } from "./limits.ts";

const LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
const UPPERCASE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const NUMBERS = "0123456789";
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

export function randomPassword(random: Random, input: GetRandomPasswordRequest): string {
  const length = input.PasswordLength ?? PASSWORD_LENGTH_DEFAULT;
  const types = includedTypes(input);
  if (types.length === 0) {
    throw invalidParameter("The password can't be generated because all characters are excluded.");
  }
  const isEachRequired = input.RequireEachIncludedType ?? true;
  const required = isEachRequired ? types : [];
  if (length < required.length) {
    throw invalidParameter("Password length is too short based on the required types.");
  }
  const all = types.join("");
  const chosen = [
    ...required.map((type) => pick(random, type)),
    ...Array.from({ length: length - required.length }, () => pick(random, all)),
  ];
  return shuffled(random, chosen).join("");
}

/** The characters of each type that is not left out, if any are left. */
function includedTypes(input: GetRandomPasswordRequest): readonly string[] {
  const excluded = new Set(input.ExcludeCharacters ?? "");
  const types = [
    input.ExcludeLowercase ? "" : LOWERCASE,
    input.ExcludeUppercase ? "" : UPPERCASE,
    input.ExcludeNumbers ? "" : NUMBERS,
    input.ExcludePunctuation ? "" : PUNCTUATION,
    input.IncludeSpace ? " " : "",
  ];
  return types
    .map((type) => [...type].filter((character) => !excluded.has(character)).join(""))
    .filter((type) => type !== "");
}

function pick(random: Random, characters: string): string {
  return characters[below(random, characters.length)] ?? "";
}

function shuffled(random: Random, items: readonly string[]): readonly string[] {
  const result = [...items];
  for (let at = result.length - 1; at > 0; at -= 1) {
    const other = below(random, at + 1);
    [result[at], result[other]] = [result[other] ?? "", result[at] ?? ""];
  }
  return result;
}

const UINT32_COUNT = 2 ** 32;

/** A uniform number in [0, count), from bytes: `next` need not be fit for secrets. */
function below(random: Random, count: number): number {
  const fair = UINT32_COUNT - (UINT32_COUNT % count);
  for (;;) {
    const drawn = Buffer.from(random.bytes(4)).readUInt32BE();
    if (drawn < fair) {
      return drawn % count;
    }
  }
}
