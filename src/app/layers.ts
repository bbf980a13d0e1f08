/** Layer versions of other accounts: from where they lie on this machine into the engine. */
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { OperatorError } from "../base/operator-error.ts";
import { folderEntries } from "../deploy/package/code-folder.ts";
import { zipOf } from "../deploy/zip.ts";
import type { Lambda } from "../services/lambda/service.ts";

/** `places`: ARNs to folders or zip archives, absolute paths. Throws an `OperatorError`. */
export async function giveLayers(
  lambda: Pick<Lambda, "giveLayerVersion">,
  places: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [arn, place] of Object.entries(places)) {
    if (!existsSync(place)) {
      throw new OperatorError({
        what: `There is no ${place}.`,
        why: `The layer ${arn} is said to lie there.`,
        fix: "Correct the path: it is that of a folder or a zip archive.",
      });
    }
    const isFolder = statSync(place).isDirectory();
    const zip = isFolder ? await zipOf(await folderEntries(place)) : await readFile(place);
    await lambda.giveLayerVersion(arn, zip);
  }
}
