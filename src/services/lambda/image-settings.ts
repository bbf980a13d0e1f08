/**
 * The settings of functions whose package is a container image.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_ImageConfig.html
 */
import type { ImageOverride } from "../../functions/images/image-program.ts";
import type { Input } from "../../wire/operations.ts";
import { invalidParameterValue } from "./errors.ts";

type Create = Input<"lambda", "CreateFunction">;

/** What the configuration of a function may name that images have no use for. */
interface ForPackages {
  readonly Runtime?: string | undefined;
  readonly Handler?: string | undefined;
  readonly Layers?: readonly string[] | undefined;
  readonly ImageConfig?: Create["ImageConfig"];
  readonly SnapStart?: Create["SnapStart"];
}

/** Whether a new function is one of an image, whose source and settings are then checked. */
export function isNewImage(input: Create): boolean {
  if (input.PackageType !== "Image") {
    return false;
  }
  const { ImageUri, ZipFile, S3Bucket, S3Key } = input.Code;
  if (ImageUri === undefined) {
    throw invalidParameterValue(
      "Please provide ImageUri when creating a function with packageType Image.",
    );
  }
  if (ZipFile !== undefined || S3Bucket !== undefined || S3Key !== undefined) {
    throw invalidParameterValue(
      "Please do not provide other FunctionCode parameters when providing an ImageUri.",
    );
  }
  return true;
}

export function checkForPackageType(
  input: ForPackages,
  { isImage }: { readonly isImage: boolean },
): void {
  const { Runtime, Handler, Layers = [], ImageConfig, SnapStart } = input;
  if (isImage && (Runtime !== undefined || Handler !== undefined || Layers.length > 0)) {
    throw invalidParameterValue(
      "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
    );
  }
  if (isImage && (SnapStart?.ApplyOn ?? "None") !== "None") {
    throw invalidParameterValue("SnapStart is not supported for functions of PackageType Image.");
  }
  if (!isImage && imageConfigOf(ImageConfig, undefined) !== undefined) {
    throw invalidParameterValue(
      "Please don't provide ImageConfig when the intended function PackageType is Zip.",
    );
  }
}

/** One without values takes away what there was. */
export function imageConfigOf(
  given: Create["ImageConfig"],
  current: ImageOverride | undefined,
): ImageOverride | undefined {
  if (given === undefined) {
    return current;
  }
  const { EntryPoint = [], Command = [], WorkingDirectory = "" } = given;
  const override: ImageOverride = {
    ...(EntryPoint.length > 0 && { entryPoint: EntryPoint }),
    ...(Command.length > 0 && { command: Command }),
    ...(WorkingDirectory !== "" && { workingDirectory: WorkingDirectory }),
  };
  return Object.keys(override).length === 0 ? undefined : override;
}
