/** What a Node.js function says it needs, and whether it was installed. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** The dependencies of the folder's own package.json when nothing was installed beside it. */
export function missingDependencies(root: string): readonly string[] {
  const file = path.join(root, "package.json");
  if (!existsSync(file) || existsSync(path.join(root, "node_modules"))) {
    return [];
  }
  const { dependencies = {} } = JSON.parse(readFileSync(file, "utf8")) as {
    dependencies?: Record<string, string>;
  };
  return Object.keys(dependencies).filter((name) => !name.startsWith("@aws-sdk/"));
}
