import { readFileSync } from "node:fs";

interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly engines: { readonly node: string };
}

const own: PackageFile = readPackage();

/** The version of this package. */
export const VERSION: string = own.version;

/** The least version of Node.js that runs it: `20.19`. */
export const NODE_FLOOR: string = own.engines.node.replace(/^>=/, "");

/** The nearest above this file, which runs from the sources, a bundle or the library. */
function readPackage(): PackageFile {
  for (let folder = new URL(".", import.meta.url); ; folder = new URL("..", folder)) {
    const file = packageIn(folder);
    if (file?.name === "millrace") {
      return file;
    }
    if (folder.pathname === "/") {
      throw new Error(`There is no package.json of Millrace above ${import.meta.url}.`);
    }
  }
}

function packageIn(folder: URL): PackageFile | undefined {
  try {
    return JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as PackageFile;
  } catch {
    return undefined;
  }
}
