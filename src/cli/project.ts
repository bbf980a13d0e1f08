/** Finds the application: the template and the folder it stands in. */
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { EXIT_USAGE, OperatorError } from "../base/operator-error.ts";

export interface Project {
  readonly templateFile: string;
  readonly directory: string;
  readonly stackName: string;
}

const TEMPLATE_NAMES = ["template.yaml", "template.yml", "template.json"];

/** `given` is a template, a folder that has one, or nothing: the current folder. */
export function findProject(given: string | undefined, stackName: string | undefined): Project {
  const absolute = path.resolve(given ?? ".");
  if (!existsSync(absolute)) {
    throw new OperatorError({
      what: `There is no file or folder ${absolute}.`,
      why: "The command was given it as the template.",
      fix: "Name a SAM or CloudFormation template, or a folder with a template.yaml.",
      exitCode: EXIT_USAGE,
    });
  }
  const templateFile = statSync(absolute).isDirectory() ? templateIn(absolute) : absolute;
  const directory = path.dirname(templateFile);
  return { templateFile, directory, stackName: stackName ?? stackNameOf(directory) };
}

function templateIn(directory: string): string {
  const found = TEMPLATE_NAMES.map((name) => path.join(directory, name)).find(existsSync);
  if (found === undefined) {
    throw new OperatorError({
      what: `There is no template in ${directory}.`,
      why: `It has none of ${TEMPLATE_NAMES.join(", ")}.`,
      fix: "Name the template: `millrace dev path/to/template.yaml`.",
      exitCode: EXIT_USAGE,
    });
  }
  return found;
}

/** Stack names start with a letter and hold letters, digits and hyphens, 128 at the most. */
function stackNameOf(directory: string): string {
  const name = path
    .basename(directory)
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^[^A-Za-z]+|-+$/g, "");
  return name.slice(0, 128) || "app";
}
