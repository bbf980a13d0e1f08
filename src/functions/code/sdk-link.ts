/**
 * Makes the AWS SDK for JavaScript found by functions that do not bundle it, as the managed runtime
 * does: a `node_modules` with nothing but links to the SDK that Millrace itself uses.
 *
 * Put in a folder above the code, both `require` and `import` find it after the function's own
 * `node_modules`, and nothing else of Millrace's.
 */
import { existsSync, mkdirSync, readlinkSync, symlinkSync, unlinkSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const SCOPES = ["@aws-sdk", "@smithy"];

/** Creates or corrects the links in `directory/node_modules`. */
export function linkSdk(directory: string): void {
  const target = path.join(directory, "node_modules");
  for (const scope of SCOPES) {
    const source = findAbove(path.dirname(fileURLToPath(import.meta.url)), scope);
    if (source) {
      mkdirSync(target, { recursive: true });
      link(source, path.join(target, scope));
    }
  }
}

function link(source: string, target: string): void {
  try {
    if (readlinkSync(target) === source) {
      return;
    }
    unlinkSync(target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw error;
    }
  }
  symlinkSync(source, target, "dir");
}

function findAbove(folder: string, scope: string): string | undefined {
  const candidate = path.join(folder, "node_modules", scope);
  if (existsSync(candidate)) {
    return candidate;
  }
  const parent = path.dirname(folder);
  return parent === folder ? undefined : findAbove(parent, scope);
}
