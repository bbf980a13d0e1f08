/** What a Python function says it needs, and what of it lies beside the code. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The runtime has these. */
const SUPPLIED = new Set(["boto3", "botocore", "jmespath", "s3transfer", "urllib3"]);

/** The distributions in `requirements.txt` that the folder does not hold. */
export function missingRequirements(root: string): readonly string[] {
  const file = path.join(root, "requirements.txt");
  if (!existsSync(file)) {
    return [];
  }
  const present = new Set(readdirSync(root).map(presentName));
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line) => /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(line)?.[1])
    .filter((name) => name !== undefined)
    .filter((name) => !SUPPLIED.has(normalized(name)) && !present.has(normalized(name)));
}

/** `PyYAML-6.0.dist-info` stands for the distribution, whatever its modules are called. */
function presentName(entry: string): string {
  return normalized(entry.replace(/-[^-]*\.dist-info$/, "").replace(/\.py$/, ""));
}

function normalized(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "_");
}
